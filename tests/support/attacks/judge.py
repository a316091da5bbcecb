"""Judge a rendition: which secret can still be read, and what cannot that had to stay. Nothing is the redactor's own.

MuPDF is one of the extractors here although the redactor uses it: an attacker has it too.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import get_close_matches

import pymupdf
from PIL import Image, ImageOps

from tests.support.hostile_reader import folded, operator_text, pdfium_text, pictures, read_picture, survivals

_TWINS = str.maketrans("οаеорсухкмтнвԛԝіӏѕјһ", "oaeopcyxkmthbqwilsjh")


@dataclass(frozen=True)
class Verdict:
    """What was found.

    Attributes:
        leaks: secret and channel.
        lost: words that had to stay and cannot be read.
    """

    leaks: tuple[str, ...] = ()
    lost: tuple[str, ...] = ()


def judge(data: bytes, secrets: Sequence[str], kept: Sequence[str], ocr: bool = True, turns: bool = False) -> Verdict:
    """Read the bytes in every way and compare."""
    leaks = [f"{n}:{channel}" for n, s in enumerate(secrets) if len(s) > 3 for channel in survivals(data, s)]
    texts = dict(_texts(data))
    if ocr:
        texts["ocr"] = "\n".join(_seen(data, turns))
    for n, secret in enumerate(secrets):
        leaks += [f"{n}:{name}" for name, text in texts.items() if _tells(text, secret)]
    lost = [text for text in kept if not any(_stays(text, one) for one in texts.values())]
    return Verdict(tuple(dict.fromkeys(leaks)), tuple(lost))


def _texts(data: bytes) -> Iterator[tuple[str, str]]:
    yield "pdfium", pdfium_text(data)
    yield "operators", operator_text(data)
    with pymupdf.open(stream=data, filetype="pdf") as document:
        yield "mupdf", "\n".join(page.get_text(clip=pymupdf.INFINITE_RECT()) for page in document)
        yield "mupdf sorted", "\n".join(page.get_text(sort=True) for page in document)


def _seen(data: bytes, turns: bool) -> Iterator[str]:
    for image in pictures(data):
        yield read_picture(image)
        for turned in _turns(image) if turns else ():
            yield read_picture(turned)


def _turns(image: Image.Image) -> Iterator[Image.Image]:
    for angle in (90, 180, 270):
        yield image.rotate(angle, expand=True)
    yield ImageOps.mirror(image)


def _tells(text: str, secret: str) -> bool:
    words = [secret, *(word for word in secret.split() if len(word) > 4)]
    whole = unicodedata.normalize("NFKC", text)
    for word in words:
        if len(word) <= 3:
            if re.search(rf"(?<!\w){re.escape(word)}(?!\w)", whole):
                return True
        elif _plain(word) in _plain(whole):
            return True
    return False


def _plain(text: str) -> str:
    return folded(text).translate(_TWINS)


def _stays(text: str, whole: str) -> bool:
    """Tell whether words stand there; OCR may err in a letter or two of a word."""
    if folded(text) in folded(whole):
        return True
    shown = [folded(word) for word in whole.split()]
    words = [folded(word) for word in text.split() if len(word) > 3]
    found = sum(bool(get_close_matches(word, shown, 1, 0.75)) for word in words)
    return len(words) > 1 and found >= 0.75 * len(words)
