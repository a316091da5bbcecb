"""PDFs for tests: typed pages in Kazakh and Russian, hostile variations of them, and readers that are not the
redactor's."""

from __future__ import annotations

import contextlib
import io
import zlib
from collections.abc import Callable, Mapping, Sequence

import pikepdf
import pymupdf
import pypdfium2
from PIL import Image

from qupia_redaction.model import Category, Detail, KnownPerson, Language, Limits, PageText, RedactionOrder
from qupia_redaction.ports import OcrWord

SECRET = "Сарыбаев Ерлан"
LATIN_SECRET = "Sarybaev Yerlan"
KEPT = "принят слесарем в цех Көкжиек"
LINES = ("ПРИКАЗ № 12", f"Гражданин {SECRET} {KEPT}", "с 6 марта 1987 года. Негізі: өтініш.", "Директор завода")
LATIN_LINES = ("Order 12", f"Mr {LATIN_SECRET} is hired as a fitter", "from the sixth of March", "Director")
ORDER = RedactionOrder(
    hide=frozenset({Category.PERSON, Category.CODE}), cipher="Ф. 1. Оп. 2. Д. 3", language=Language.RU
)


class TermFinder:
    """Finds given terms, whatever their case and the breaks in them."""

    def __init__(self, terms: Mapping[str, Category] | None = None) -> None:
        self._terms = terms or {SECRET: Category.PERSON, LATIN_SECRET: Category.PERSON}

    def find(self, pages: Sequence[PageText], persons: Sequence[KnownPerson]) -> tuple[Detail, ...]:
        found = []
        for page in pages:
            text = page.text.reveal().casefold().replace("\n", " ")
            for term, category in self._terms.items():
                start = text.find(term.casefold())
                while start >= 0:
                    owner = next((p.person_id for p in persons if term in [n.reveal() for n in p.names]), None)
                    found.append(Detail(page.number, start, start + len(term), category, 1.0, "term", owner))
                    start = text.find(term.casefold(), start + 1)
        return tuple(sorted(found, key=lambda d: (d.page, d.start)))

    def versions(self) -> Mapping[str, str]:
        return {"terms": "1"}


class NoOcr:
    """Fails when a page is read by OCR that should not be."""

    def read(self, image: Image.Image, dpi: int, block: bool = False) -> tuple[OcrWord, ...]:
        raise AssertionError("no page of this test needs OCR")

    def glance(self, image: Image.Image, dpi: int, languages: Sequence[str]) -> tuple[OcrWord, ...]:
        return ()

    def versions(self) -> Mapping[str, str]:
        return {}


def typed(lines: Sequence[str] = LINES, size: float = 12, pages: int = 1) -> bytes:
    """Set lines from the left margin on A4 pages."""
    document = pymupdf.open()
    face = pymupdf.Font("tiro")
    for _ in range(pages):
        page = document.new_page(width=595, height=842)
        writer = pymupdf.TextWriter(page.rect)
        for index, line in enumerate(lines):
            writer.append((72, 100 + index * 1.4 * size), line, font=face, fontsize=size)
        writer.write_text(page)
    document.subset_fonts()
    return bytes(document.tobytes(deflate=True))


def latin(lines: Sequence[str] = LATIN_LINES) -> bytes:
    """Set lines in a standard font, so that content streams hold them as plain letters."""
    document = pymupdf.open()
    page = document.new_page(width=595, height=842)
    for index, line in enumerate(lines):
        page.insert_text((72, 100 + index * 17), line, fontsize=12)
    return bytes(document.tobytes())


def changed(data: bytes, change: Callable[[pikepdf.Pdf], None]) -> bytes:
    """Return a PDF after a change with pikepdf."""
    with pikepdf.open(io.BytesIO(data)) as pdf:
        change(pdf)
        buffer = io.BytesIO()
        pdf.save(buffer)
        return buffer.getvalue()


def redrawn(data: bytes, change: Callable[[pymupdf.Document], None]) -> bytes:
    """Return a PDF after a change with PyMuPDF."""
    with pymupdf.open(stream=data, filetype="pdf") as document:
        change(document)
        return bytes(document.tobytes())


def text_of(data: bytes, only: int | None = None) -> str:
    """Read all pages, or one of them, with PDFium."""
    with pypdfium2.PdfDocument(data) as document:
        pages = document if only is None else [document[only]]
        return "\n".join(page.get_textpage().get_text_range() for page in pages).replace("\r\n", "\n")


def carve(data: bytes) -> bytes:
    """Return the raw file, every stream that inflates anywhere in it, and every object's text."""
    parts = [data]
    at = data.find(b"stream")
    while at >= 0:
        start = at + 6 + (2 if data[at + 6 : at + 8] == b"\r\n" else 1)
        with contextlib.suppress(zlib.error):
            parts.append(zlib.decompressobj().decompress(data[start:]))
        at = data.find(b"stream", at + 6)
    with pikepdf.open(io.BytesIO(data)) as pdf:
        for item in pdf.objects:
            if isinstance(item, pikepdf.Stream):
                parts.append(item.read_raw_bytes())
                if item.get("/Subtype") != "/Image":
                    parts.append(item.read_bytes())
            else:
                parts.append(item.unparse())
    return b"\n".join(parts)


def traces(data: bytes, secret: str) -> list[str]:
    """Say in which encodings a secret, or one of its words, stands in a file."""
    heap = carve(data)
    found = []
    for word in (secret, *secret.split()):
        for encoding in ("utf-8", "utf-16-be", "utf-16-le", "cp1251", "latin-1"):
            try:
                raw = word.encode(encoding)
            except UnicodeEncodeError:
                continue
            if raw in heap or raw.hex().encode() in heap.lower():
                found.append(encoding)
    folded = "".join(text_of(data).casefold().split())
    found += ["text" for word in secret.split() if word.casefold() in folded]
    return found


LIMITS = Limits(max_bytes=64 << 20, max_pages=100, max_pixels=30_000_000, max_inflated=32 << 20)
