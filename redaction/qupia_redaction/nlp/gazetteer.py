"""Name lists, written for this project: given names and words that only look like names."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib import resources

from qupia_redaction.nlp.keys import StemIndex, key, stem

_SHORTEST_STEM = 2


@dataclass(frozen=True, slots=True)
class GivenName:
    """A given name; `common` when it is an ordinary word too and counts only beside another name part."""

    name: str
    common: bool


@cache
def given_names() -> StemIndex[GivenName]:
    """Return the given names of the three languages by stem."""
    index: StemIndex[GivenName] = StemIndex()
    for word in _words("given_names.txt"):
        name = word.rstrip("?")
        index.add_word(name, GivenName(name, word.endswith("?")))
    return index


@cache
def not_names() -> frozenset[str]:
    """Return keys of words that are no names, as listed and by stem."""
    words = _words("not_names.txt")
    return frozenset(key(w) for w in words) | frozenset(stem(key(w)) for w in words)


@cache
def plain_words() -> StemIndex[str]:
    """Return the words that are no names by stem, to be met with any ending."""
    index: StemIndex[str] = StemIndex()
    for word in _words("not_names.txt"):
        if len(word) > _SHORTEST_STEM:
            index.add(stem(key(word)), word)
            index.add(key(word), word)
    return index


@cache
def country_words() -> frozenset[str]:
    """Return English names of countries and their people, in small letters."""
    return frozenset(word.lower() for word in _words("countries.txt"))


@cache
def towns() -> StemIndex[str]:
    """Return names of towns by stem, to be met with any ending of a case."""
    index: StemIndex[str] = StemIndex()
    for word in _words("towns.txt"):
        index.add(stem(key(word)), word)
        index.add(key(word), word)
    return index


def _words(file: str) -> list[str]:
    text = resources.files(__package__).joinpath(file).read_text("utf-8")
    return [word for line in text.splitlines() if not line.startswith("#") for word in line.split()]
