"""Fold texts for comparison: case, accents, separators and look-alikes go, letters and digits stay."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator

_CYRILLIC = "авсенікмортхуһ"
_ENCODINGS = (
    "utf-8", "utf-16-be", "utf-16-le", "latin-1", "cp1251", "koi8-r", "kz1048", "cp866", "iso8859-5",
    "mac_cyrillic",
)  # fmt: skip
_ALIKE = str.maketrans(_CYRILLIC, "abcehikmoptxyh")


def fold(text: str) -> str:
    """Return letters and digits only, in lower case, with Cyrillic look-alikes as Latin letters."""
    plain = unicodedata.normalize("NFKD", text).casefold().translate(_ALIKE)
    return plain if plain.isalnum() else "".join(filter(str.isalnum, plain))


def folded_words(text: str) -> list[str]:
    """Return the folded words of a text, in order."""
    return [word for word in (fold(part) for part in text.split()) if word]


def needles(secrets: Iterable[str]) -> list[bytes]:
    """Return byte strings to look for: every alphabet's bytes, in three cases, forwards and backwards."""
    found: set[bytes] = set()
    for secret in secrets:
        for form in {secret, secret.upper(), secret.lower()}:
            found.update(_encoded(form))
            found.update(_encoded(form[::-1]))
    return sorted(found)


def _encoded(text: str) -> Iterator[bytes]:
    """Yield the bytes that a text has in the encodings that PDF objects and office software use."""
    for name in _ENCODINGS:
        try:
            yield text.encode(name)
        except UnicodeEncodeError:
            continue
