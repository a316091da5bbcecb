"""Write words that OCR took for the other alphabet in that of their line: "аге" among English words is "are"."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from qupia_redaction.model import PrivateText
from qupia_redaction.ports import OcrWord

_CYRILLIC, _LATIN = "АВЕКМНОРСТХІаегкорсухі", "ABEKMHOPCTXIaerkopcyxi"
_TO_LATIN = str.maketrans(_CYRILLIC, _LATIN)
_TO_CYRILLIC = str.maketrans(_LATIN.replace("r", ""), _CYRILLIC.replace("г", ""))
_MOST = 4
_ENOUGH = 8


def one_script(words: Sequence[OcrWord]) -> list[OcrWord]:
    """Return the words, short ones that can be spelled in the alphabet of their line spelled so."""
    counts: dict[int, list[int]] = {}
    for word in words:
        count = counts.setdefault(word.line, [0, 0])
        for char in word.text.reveal():
            count[0] += char.isascii() and char.isalpha()
            count[1] += "Ѐ" <= char <= "ӿ"
    return [_spelled(word, *counts[word.line]) for word in words]


def _spelled(word: OcrWord, latin: int, cyrillic: int) -> OcrWord:
    text = word.text.reveal()
    letters = [char for char in text if char.isalpha()]
    if not letters or len(letters) > _MOST:
        return word
    if latin >= max(_ENOUGH, 3 * cyrillic) and all(char in _CYRILLIC for char in letters):
        return replace(word, text=PrivateText(text.translate(_TO_LATIN)))
    if cyrillic >= max(_ENOUGH, 3 * latin) and all(char in _LATIN and char != "r" for char in letters):
        return replace(word, text=PrivateText(text.translate(_TO_CYRILLIC)))
    return word
