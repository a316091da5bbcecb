"""Read the strings of content streams through the maps of their fonts, without an engine that draws.

Attack: letters that no extractor reports, because they are clipped, drawn in no colour, off the page, or in a form that
no page shows. Every content stream and form is scanned for strings, used or not; strings are taken through the Unicode
map, and through the encoding's glyph names as well: maps can lie. Limit: strings in stream order.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

import pikepdf
from fontTools import agl
from fontTools.encodings.StandardEncoding import StandardEncoding

_TOKEN = re.compile(
    rb"/(?P<font>[^\s/<>\[\]()]+)\s+[-+.\d]+\s+Tf\b"
    rb"|\((?P<plain>(?:\\.|[^\\()])*)\)"
    rb"|<(?P<hex>[0-9A-Fa-f\s]*)>"
    rb"|(?P<dict><<|>>)|%[^\r\n]*",
    re.DOTALL,
)
_ESCAPE = re.compile(rb"\\([0-7]{1,3}|\r\n|.)", re.DOTALL)
_ESCAPED = {b"n": b"\n", b"r": b"\r", b"t": b"\t", b"b": b"\b", b"f": b"\f", b"\n": b"", b"\r": b"", b"\r\n": b""}
_BLOCK = re.compile(rb"begin(bfchar|bfrange)(.*?)end\1", re.DOTALL)
_HEX = re.compile(rb"<([0-9A-Fa-f\s]*)>|(\[)|(\])")
_CODECS = {"/WinAnsiEncoding": "cp1252", "/MacRomanEncoding": "mac_roman"}
_WIDEST = 1 << 16
_DEPTH = 12


@dataclass(frozen=True, slots=True)
class _Font:
    """How the codes of a font are read.

    Attributes:
        wide: codes of two bytes.
        maps: letters by code, as its Unicode map and as its encoding tell.
    """

    wide: bool
    maps: tuple[Mapping[int, str], ...] = field(repr=False)

    def read(self, raw: bytes) -> tuple[str, ...]:
        step = 2 if self.wide else 1
        codes = [int.from_bytes(raw[at : at + step], "big") for at in range(0, len(raw), step)]
        return tuple("".join(letters.get(code, "") for code in codes) for letters in self.maps)


class OperatorReader:
    """Reads pages of one document; fonts are read once.

    Args:
        pdf: the open document.
    """

    def __init__(self, pdf: pikepdf.Pdf) -> None:
        self._pdf = pdf
        self._fonts: dict[tuple[int, int], _Font] = {}
        self._forms: dict[tuple[int, int], tuple[str, ...]] = {}

    def pages(self) -> Iterator[tuple[str, ...]]:
        """Yield each page's strings, one text for each kind of map, forms of its resources included."""
        for page in self._pdf.pages:
            raw = b"\n".join(bytes(part.read_bytes()) for part in _parts(page.obj.get("/Contents")))
            resources = page.obj.get("/Resources", pikepdf.Dictionary())
            yield _joined([self._strings(raw, resources), *self._inner(resources, 0)])

    def _inner(self, resources: pikepdf.Object, depth: int) -> list[tuple[str, ...]]:
        """Return the texts of all forms, patterns and glyph procedures that resources hold, drawn or not."""
        if depth > _DEPTH:
            raise ValueError("depth")
        found = []
        for kind in ("/XObject", "/Pattern"):
            for name in resources.get(kind, pikepdf.Dictionary()).keys():  # noqa: SIM118 - no plain mapping
                stream = resources[kind][name]
                if isinstance(stream, pikepdf.Stream) and stream.get("/Subtype") != "/Image":
                    found.append(self._form(stream, resources, depth))
        return found

    def _form(self, stream: pikepdf.Stream, outer: pikepdf.Object, depth: int) -> tuple[str, ...]:
        if stream.objgen not in self._forms:
            self._forms[stream.objgen] = ("",)  # resources may name the form that holds them
            own = stream.get("/Resources", outer)
            inner = self._inner(own, depth + 1) if "/Resources" in stream else []
            self._forms[stream.objgen] = _joined([self._strings(bytes(stream.read_bytes()), own), *inner])
        return self._forms[stream.objgen]

    def _strings(self, raw: bytes, resources: pikepdf.Object) -> tuple[str, ...]:
        font = _Font(False, ({},))
        texts: list[tuple[str, ...]] = []
        fonts = resources.get("/Font", pikepdf.Dictionary())
        for match in _TOKEN.finditer(raw):
            if match["font"] is not None:
                name = "/" + match["font"].decode("latin-1")
                font = self._font(fonts[name]) if name in fonts else font
            elif match["plain"] is not None:
                texts.append(font.read(_plain(match["plain"])))
            elif match["hex"] is not None:
                texts.append(font.read(_pairs(match["hex"])))
        return _joined(texts)

    def _font(self, font: pikepdf.Object) -> _Font:
        if font.objgen == (0, 0):
            return _read_font(font)
        if font.objgen not in self._fonts:
            self._fonts[font.objgen] = _read_font(font)
        return self._fonts[font.objgen]


def _joined(texts: list[tuple[str, ...]]) -> tuple[str, ...]:
    """Join texts map by map; where a font has one map only, it stands for the others."""
    most = max((len(text) for text in texts), default=1)
    return tuple("".join(text[min(at, len(text) - 1)] for text in texts if text) for at in range(most))


def _parts(contents: object) -> Iterator[pikepdf.Stream]:
    if isinstance(contents, pikepdf.Stream):
        yield contents
    elif isinstance(contents, pikepdf.Array):
        yield from (part for part in contents.as_list() if isinstance(part, pikepdf.Stream))


def _plain(raw: bytes) -> bytes:
    def meant(found: re.Match[bytes]) -> bytes:
        what = found.group(1)
        return bytes([int(what, 8) & 255]) if what[:1].isdigit() else _ESCAPED.get(what, what)

    return _ESCAPE.sub(meant, raw)


def _pairs(raw: bytes) -> bytes:
    digits = b"".join(raw.split())
    return bytes.fromhex((digits + b"0" * (len(digits) % 2)).decode("ascii"))


def _read_font(font: pikepdf.Object) -> _Font:
    wide = font.get("/Subtype") == "/Type0"
    maps: list[Mapping[int, str]] = []
    if isinstance(font.get("/ToUnicode"), pikepdf.Stream):
        maps.append(_unicode_map(bytes(font["/ToUnicode"].read_bytes())))
    if not wide:
        maps.append(_encoding(font.get("/Encoding")))
    return _Font(wide, tuple(maps) or ({},))


def _encoding(encoding: object) -> Mapping[int, str]:
    base = str(encoding.get("/BaseEncoding", "")) if isinstance(encoding, pikepdf.Dictionary) else str(encoding)
    if base in _CODECS:
        letters = {code: bytes([code]).decode(_CODECS[base], "ignore") for code in range(256)}
    else:
        letters = {code: agl.toUnicode(name) for code, name in enumerate(StandardEncoding)}
    code = 0
    differences = encoding.get("/Differences") if isinstance(encoding, pikepdf.Dictionary) else None
    for item in differences.as_list() if isinstance(differences, pikepdf.Array) else ():
        if isinstance(item, pikepdf.Name):
            letters[code] = agl.toUnicode(str(item)[1:])
            code += 1
        else:
            code = int(item)
    return letters


def _unicode_map(raw: bytes) -> Mapping[int, str]:
    letters: dict[int, str] = {}
    for kind, body in _BLOCK.findall(raw):
        values = [part[1] or part[2] or part[0] for part in _HEX.findall(body)]
        if kind == b"bfchar":
            pairs = zip(values[::2], values[1::2], strict=False)
            letters |= {_number(code): _letters(text) for code, text in pairs}
        else:
            _ranges(iter(values), letters)
    return letters


def _ranges(values: Iterator[bytes], letters: dict[int, str]) -> None:
    for first in values:
        start, end, text = _number(first), _number(next(values, first)), next(values, b"")
        if text == b"[":
            for code, own in enumerate(iter(lambda: next(values, b"]"), b"]"), start):
                letters[code] = _letters(own)
        else:
            last = _letters(text)
            codes = range(start, min(end, start + _WIDEST) + 1)
            letters |= {code: last[:-1] + chr(ord(last[-1]) + code - start) for code in codes if last}


def _number(digits: bytes) -> int:
    return int(b"".join(digits.split()) or b"0", 16)


def _letters(digits: bytes) -> str:
    return _pairs(digits).decode("utf-16-be", "ignore")
