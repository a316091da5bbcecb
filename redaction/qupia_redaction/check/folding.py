"""Fold texts for comparison: case, accents, separators and look-alikes go, letters and digits stay."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator

_CYRILLIC = "авсенікмортхуһ"
_ALIKE = str.maketrans(_CYRILLIC, "abcehikmoptxyh")


def fold(text: str) -> str:
    """Return letters and digits only, in lower case, with Cyrillic look-alikes as Latin letters."""
    plain = unicodedata.normalize("NFKD", text).casefold().translate(_ALIKE)
    return "".join(char for char in plain if char.isalnum())


def folded_words(text: str) -> list[str]:
    """Return the folded words of a text, in order."""
    return [word for word in (fold(part) for part in text.split()) if word]


def encodings(text: str) -> Iterator[bytes]:
    """Yield the bytes that a text has in the encodings that PDF objects use."""
    for form in dict.fromkeys((text, text.upper(), text.lower())):
        yield form.encode("utf-8")
        yield form.encode("utf-16-be")
        yield form.encode("utf-16-le")
        for name in ("latin-1", "cp1251"):
            try:
                yield form.encode(name)
            except UnicodeEncodeError:
                continue


def needles(secrets: Iterable[str]) -> list[bytes]:
    """Return byte strings to look for, plain and as hexadecimal digits."""
    found: set[bytes] = set()
    for secret in secrets:
        for raw in encodings(secret):
            found |= {raw, raw.hex().encode(), raw.hex().upper().encode()}
    return sorted(found)
