"""A reader that shares nothing with the redactor: does a secret survive anywhere in these bytes, and what is left?

It carves raw bytes, inflates whatever inflates, walks every object with pikepdf, runs content streams with its own
small interpreter and its own Unicode maps, asks PDFium for text and pixels, reads the pixels with Tesseract and looks
for bar codes.
"""

from __future__ import annotations

import contextlib
import io
import re
import unicodedata
import zlib
from collections.abc import Iterable, Iterator
from decimal import Decimal
from functools import lru_cache

import pikepdf
import pypdfium2
import zxingcpp
from PIL import Image

from tests.support.engine import read_block

_ALIKE = str.maketrans("авсеікмортхуһ", "abceikmoptxyh")
_DPI = 200


def folded(text: str) -> str:
    """Return letters and digits only, lower case, look-alikes as Latin letters."""
    plain = unicodedata.normalize("NFKD", text).casefold().translate(_ALIKE)
    return "".join(char for char in plain if char.isalnum())


def survivals(data: bytes, secret: str, ocr: bool = False) -> list[str]:
    """Return the channels in which a secret or one of its long words can be read."""
    words = [secret, *(word for word in secret.split() if len(word) > 4)]
    found: list[str] = []
    blocks = _blocks(data)
    for word in words:
        for encoding in ("utf-8", "utf-16-be", "utf-16-le", "cp1251"):
            with contextlib.suppress(UnicodeEncodeError):
                raws = {form.encode(encoding) for form in (word, word.upper(), word.lower(), word[::-1])}
                needles = raws | {raw.hex().encode() for raw in raws} | {raw.hex().upper().encode() for raw in raws}
                if any(needle in block for block in blocks for needle in needles):
                    found.append(f"bytes in {encoding}")
    texts = {"PDFium": pdfium_text(data), "operators": operator_text(data)}
    texts["images"] = " ".join(read_picture(image) for image in stored_pictures(data)) if ocr else ""
    texts["render"] = rendered_text(data) if ocr else ""
    texts["codes"] = " ".join(_codes(data))
    for name, text in texts.items():
        found += [name for word in words if folded(word) in folded(text)]
    return sorted(set(found))


@lru_cache(maxsize=2)
def _blocks(data: bytes) -> tuple[bytes, ...]:
    """Return the raw file, all that inflates, and every object; kept, since one file is asked about many secrets."""
    return data, *_inflated(data), *_objects(data)


def _inflated(data: bytes) -> Iterator[bytes]:
    for match in re.finditer(rb"stream\r?\n", data):
        with contextlib.suppress(zlib.error):
            yield zlib.decompressobj().decompress(data[match.end() :], 64 << 20)


def _objects(data: bytes) -> Iterator[bytes]:
    with pikepdf.open(io.BytesIO(data)) as pdf:
        yield pdf.trailer.unparse()
        for item in pdf.objects:
            yield item.unparse() if not isinstance(item, pikepdf.Stream) else repr(dict(item.stream_dict)).encode()
            yield from _texts_of(item, 0)
            if isinstance(item, pikepdf.Stream):
                yield item.read_raw_bytes()
                with contextlib.suppress(pikepdf.PdfError):
                    yield item.read_bytes()


def _texts_of(item: object, depth: int) -> Iterator[bytes]:
    if isinstance(item, pikepdf.String):
        yield bytes(item)
    elif depth < 6 and isinstance(item, (pikepdf.Dictionary, pikepdf.Stream)):
        for key in item.keys():  # noqa: SIM118 - pikepdf iterates over keys() only
            yield key.encode()
            if not (isinstance(item[key], pikepdf.Object) and item[key].is_indirect):
                yield from _texts_of(item[key], depth + 1)
    elif depth < 6 and isinstance(item, pikepdf.Array):
        for part in item:
            yield from _texts_of(part, depth + 1)


@lru_cache(maxsize=2)
def pdfium_text(data: bytes) -> str:
    """Read all pages with PDFium."""
    with pypdfium2.PdfDocument(data) as document:
        return "\n".join(page.get_textpage().get_text_range() for page in document)


def pictures(data: bytes, scale: float = _DPI / 72) -> list[Image.Image]:
    """Render all pages with PDFium."""
    with pypdfium2.PdfDocument(data) as document:
        return [page.render(scale=scale, grayscale=True).to_pil().convert("L") for page in document]


def read_picture(image: Image.Image) -> str:
    """Read a picture with Tesseract."""
    return read_block(image, _DPI)


def rendered_text(data: bytes) -> str:
    """Render all pages and read the pictures."""
    return "\n".join(read_picture(image) for image in pictures(data))


def stored_pictures(data: bytes) -> list[Image.Image]:
    """Decode every image of the file by itself, masks too, whether it shows or not."""
    found: list[Image.Image] = []
    with pikepdf.open(io.BytesIO(data)) as pdf:
        for item in pdf.objects:
            if isinstance(item, pikepdf.Stream) and item.get("/Subtype") == "/Image":
                with contextlib.suppress(Exception):
                    image = pikepdf.PdfImage(item).as_pil_image().convert("L")
                    if image.width > 30 and image.height > 10:
                        found.append(image)
    return found


@lru_cache(maxsize=2)
def _codes(data: bytes) -> tuple[str, ...]:
    images = [image for scale in (1.5, 3.0) for image in pictures(data, scale)] + stored_pictures(data)
    return tuple(code.text for image in images for code in zxingcpp.read_barcodes(image))


@lru_cache(maxsize=2)
def operator_text(data: bytes) -> str:
    """Run the content streams of all pages and forms: strings through their fonts' maps, in stream order."""
    parts: list[str] = []
    with pikepdf.open(io.BytesIO(data)) as pdf:
        for page in pdf.pages:
            parts += _run(page, page.obj.get("/Resources", pikepdf.Dictionary()), 0)
    return "".join(parts)


def _run(stream: pikepdf.Page | pikepdf.Object, resources: pikepdf.Object, depth: int) -> Iterator[str]:
    font: pikepdf.Object | None = None
    for instruction in pikepdf.parse_content_stream(stream):
        operator, operands = str(instruction.operator), list(instruction.operands)
        if operator == "Tf":
            font = resources["/Font"][str(operands[0])]
        elif operator == "Do" and depth < 8:
            form = resources["/XObject"][str(operands[0])]
            if form.get("/Subtype") == "/Form":
                yield from _run(form, form.get("/Resources", resources), depth + 1)
        elif operator in {"Tj", "TJ", "'", '"'} and font is not None:
            yield "".join(_meant(bytes(text), font) for text in _shown(operands))
        elif operator in {"Td", "TD", "Tm", "T*"}:
            yield " "


def _shown(operands: Iterable[object]) -> Iterator[pikepdf.String]:
    for operand in operands:
        if isinstance(operand, pikepdf.String):
            yield operand
        elif isinstance(operand, pikepdf.Array):
            yield from (item for item in operand if isinstance(item, pikepdf.String))


def _meant(raw: bytes, font: pikepdf.Object) -> str:
    width = 2 if font.get("/Subtype") == "/Type0" else 1
    known = _map(font["/ToUnicode"].read_bytes()) if isinstance(font.get("/ToUnicode"), pikepdf.Stream) else {}
    codes = [int.from_bytes(raw[i : i + width], "big") for i in range(0, len(raw), width)]
    return "".join(known.get(code, chr(code) if width == 1 else "?") for code in codes)


@lru_cache(maxsize=64)
def _map(data: bytes) -> dict[int, str]:
    known: dict[int, str] = {}
    for block in re.findall(rb"beginbfrange(.*?)endbfrange", data, re.DOTALL):
        for low, high, target in re.findall(rb"<(\w+)>\s*<(\w+)>\s*<(\w+)>", block):
            first = _letters(target)
            for step in range(min(int(high, 16) - int(low, 16), 65_535) + 1):
                known[int(low, 16) + step] = first[:-1] + chr(ord(first[-1]) + step)
    for block in re.findall(rb"beginbfchar(.*?)endbfchar", data, re.DOTALL):
        known.update((int(code, 16), _letters(target)) for code, target in re.findall(rb"<(\w+)>\s*<(\w+)>", block))
    return known


def _letters(target: bytes) -> str:
    if len(target) % 2:  # MuPDF tells what is beyond 16 bits by five digits
        return chr(int(target, 16))
    return bytes.fromhex(target.decode()).decode("utf-16-be", "replace")


def skeleton(data: bytes) -> list[tuple[object, ...]]:
    """Return what a page's structure tells: every operator with its numbers, fonts' widths, sizes of streams' boxes.

    Two masters that differ in the secret only must give the same skeleton.
    """
    parts: list[tuple[object, ...]] = []
    with pikepdf.open(io.BytesIO(data)) as pdf:
        for page in pdf.pages:
            parts += _bones(page, page.obj.get("/Resources", pikepdf.Dictionary()), 0)
        parts += sorted(
            (str(item.get("/Subtype")), item.get("/Width"), item.get("/Height"))
            for item in pdf.objects
            if isinstance(item, pikepdf.Stream) and item.get("/Subtype") == "/Image"
        )
        parts += sorted(tuple(_widths(item)) for item in pdf.objects if _is_font(item))
    return parts


def _bones(
    stream: pikepdf.Page | pikepdf.Object, resources: pikepdf.Object, depth: int
) -> Iterator[tuple[object, ...]]:
    for instruction in pikepdf.parse_content_stream(stream):
        operator, operands = str(instruction.operator), list(instruction.operands)
        yield operator, *(_bone(operand) for operand in operands)
        if operator == "Do" and depth < 8:
            form = resources["/XObject"][str(operands[0])]
            if form.get("/Subtype") == "/Form":
                yield from _bones(form, form.get("/Resources", resources), depth + 1)


def _bone(operand: object) -> object:
    if isinstance(operand, (int, float, Decimal)):
        return round(float(operand), 3)
    if isinstance(operand, pikepdf.String):
        return len(bytes(operand))
    if isinstance(operand, pikepdf.Array):
        return tuple(_bone(item) for item in operand)
    return "name"


def _is_font(item: object) -> bool:
    return isinstance(item, pikepdf.Dictionary) and item.get("/Type") == "/Font"


def _widths(font: pikepdf.Object) -> Iterator[str]:
    yield str(font.get("/Subtype"))
    for key in ("/FirstChar", "/LastChar"):
        yield str(font.get(key))
    yield str(len(font.get("/Widths", [])))
