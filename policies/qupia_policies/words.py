"""The same words in three languages, held in one piece: ten thousand rules have a hundred thousand texts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

LANGUAGES: Final = ("kk", "ru", "en")
_BETWEEN: Final = "\x00"


class Words(Mapping[str, str]):
    """One text in Kazakh, Russian and English; reads like a dict by language.

    Half of what a dict of three texts takes: UTF-8, without a header for each text, decoded when somebody reads it.
    """

    __slots__ = ("_held",)

    def __init__(self, kk: str, ru: str, en: str) -> None:
        """Hold three texts; none may hold the character 0, which no bundle can."""
        self._held = _BETWEEN.join((kk, ru, en)).encode()

    def __getitem__(self, language: str) -> str:
        """Return the text in a language."""
        if language not in LANGUAGES:
            raise KeyError(language)
        return self._held.decode().split(_BETWEEN)[LANGUAGES.index(language)]

    def __iter__(self) -> Iterator[str]:
        """Iterate over the languages."""
        return iter(LANGUAGES)

    def __len__(self) -> int:
        """Count the languages."""
        return len(LANGUAGES)

    def __repr__(self) -> str:
        """Show the texts: they are words of rules, never of documents."""
        return repr(dict(self))
