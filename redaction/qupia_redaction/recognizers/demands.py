"""What a text must hold for a pattern to match, read from the pattern itself.

A pattern of labels matches nowhere without one of its words, and most begin with one. This module reads patterns as
`regex` writes them, and errs to one side: what it does not understand demands nothing, so nothing is missed by it. It
reads the project's own patterns alone, never foreign text.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from qupia_redaction.nlp.shown import LONGEST, plain

_MOST, _MOST_IN_ALL = 48, 600
_DEMANDS = 3
_FEW_LETTERS = 3
_TELLING = 3
_OFTEN, _SEVERAL, _ENDLESS = 12, 3, 1 << 30
_COMMON = 0.5
_CHANCE = (1.0, 0.7, 0.2, 0.03, 0.02, 0.004)
"""How likely a run of so many letters stands in a paper, about: to choose between demands."""

_RARE = frozenset("@")
"""Signs that few texts hold."""

_QUANTIFIER = re.compile(r"(?:[*+?]|\{(?P<least>[0-9]*)(?P<comma>,?)(?P<most>[0-9]*)\})[?+]?")
_GROUP = re.compile(r"\?(?P<kind>:|=|!|<=|<!|>|P<\w+>|[im]*(?:-[im]+)?:)")
_LETTERS = re.compile(r"[^\\\[\](){}|*+?.^$]+(?![*+?{])")
_NOTHING_WIDE = frozenset("BAZKmM")
_ONE_OF_MANY = frozenset("sSwWdD")
_CONTROLS = {"n": "\n", "t": "\t", "r": "\r"}
_SETS = re.compile(r"\[|--|&&|\|\||~~")

LETTERS, DIGITS, EDGES = "letters", "digits", "edges"
Words = frozenset[str]
_ONE = re.compile(r"\\w|\[(?!\^)(?:[^\]\\]|\\.)*\]")


@dataclass(frozen=True, slots=True)
class Demands:
    """What a pattern demands of a text, as `plain` shows it.

    Attributes:
        words: of each set one word stands in the text wherever the pattern matches.
        begins: each match begins with one of these, none the beginning of another; None for not known, or anything.
        apart: what never stands right before a match: `LETTERS` before a letter, `DIGITS` before a digit.
        many_ways: it repeats what repeats itself: there may be many ways to match, and a search may take long.
    """

    words: tuple[Words, ...] = ()
    begins: Words | None = None
    apart: frozenset[str] = frozenset()
    many_ways: bool = True


def demands(pattern: str) -> Demands:
    """Return what a pattern demands of a text.

    Args:
        pattern: as `regex` reads it, without the flag for blanks.
    """
    try:
        told = _Reader(pattern).whole()
    except _Unknown:
        return Demands()
    found = {words for words in _demanded(told) if _chance(words) < _COMMON}
    best = sorted(found, key=lambda words: (_chance(words), sorted(words)))[:_DEMANDS]
    begins = None if told.begins is None or told.skipped else _shortest(told.begins)
    edged = EDGES in told.apart and begins is not None and all(word[0].isalnum() for word in begins)
    return Demands(tuple(best), begins, frozenset({LETTERS, DIGITS}) if edged else told.apart, told.repeats > 1)


def _shortest(words: Words) -> Words | None:
    """Return words without those that begin with another of them; None where single letters make it useless."""
    kept = frozenset(word for word in words if not any(word[:n] in words for n in range(1, len(word))))
    return kept if sum(len(word) == 1 and word.isalpha() for word in kept) <= _FEW_LETTERS else None


class _Unknown(Exception):
    """The pattern holds something that this module does not read."""


@dataclass(frozen=True, slots=True)
class _Told:
    """What is known of a part of a pattern.

    Attributes:
        exact: all the texts it matches; None for unknown.
        begins: what it begins with where it matches anything; None for unknown.
        skipped: it may match nothing.
        needs: of each set one word stands in the text or, for looks around, near.
        apart: what never stands right before it; `EDGES` for the other side of a word's edge.
        repeats: 0 where nothing in it may repeat often, 1 where something may, 2 where something in that may, too.
    """

    exact: Words | None
    begins: Words | None
    skipped: bool = False
    needs: tuple[Words, ...] = ()
    repeats: int = 0
    apart: frozenset[str] = frozenset()


def _told(exact: Words, needs: tuple[Words, ...] = (), repeats: int = 0, apart: Words = frozenset()) -> _Told:
    return _Told(exact, frozenset(word[:LONGEST] for word in exact if word), "" in exact, needs, repeats, apart)


_EMPTY = _told(frozenset({""}))
_EDGE = _told(frozenset({""}), apart=frozenset({EDGES}))
_ANY = _Told(None, None)


@lru_cache(maxsize=2048)
def _word(letters: str) -> _Told:
    return _told(frozenset({plain(letters)}))


class _Reader:
    """Reads one pattern from left to right."""

    def __init__(self, pattern: str) -> None:
        self._pattern = pattern
        self._at = 0

    def whole(self) -> _Told:
        told = self._either()
        if self._at < len(self._pattern):
            raise _Unknown
        return told

    def _either(self) -> _Told:
        ways = [self._sequence()]
        while self._next("|"):
            ways.append(self._sequence())
        return _one_of(ways)

    def _sequence(self) -> _Told:
        parts = []
        while self._at < len(self._pattern) and self._pattern[self._at] not in "|)":
            part = self._atom()
            count = _QUANTIFIER.match(self._pattern, self._at)
            if count:
                self._at = count.end()
                part = _repeated(part, count)
            parts.append(part)
        return parts[0] if len(parts) == 1 else _row(parts)

    def _next(self, sign: str) -> bool:
        found = self._pattern.startswith(sign, self._at)
        self._at += len(sign) * found
        return found

    def _atom(self) -> _Told:
        letters = _LETTERS.match(self._pattern, self._at)
        if letters:
            self._at = letters.end()
            return _word(letters.group())
        sign = self._pattern[self._at]
        self._at += 1
        if sign in "*+?{}":
            raise _Unknown
        read = {"(": self._group, "[": self._class, "\\": self._escaped}.get(sign)
        if read is not None:
            return read()
        if sign in "^$":
            return _EMPTY
        return _ANY if sign == "." else _word(sign)

    def _group(self) -> _Told:
        kind = _GROUP.match(self._pattern, self._at)
        if kind is None and self._pattern.startswith("?", self._at):
            raise _Unknown
        start = self._at = kind.end() if kind else self._at
        inside = self._either()
        looked = self._pattern[start : self._at]
        if not self._next(")"):
            raise _Unknown
        shown = kind.group("kind") if kind else ""
        if shown in {"=", "<="}:
            return _told(frozenset({""}), tuple(_demanded(inside)), inside.repeats)
        if shown in {"!", "<!"}:
            return _told(frozenset({""}), (), inside.repeats, _never(looked) if shown == "<!" else frozenset())
        return inside

    def _escaped(self) -> _Told:
        sign = self._pattern[self._at : self._at + 1]
        self._at += 1
        if sign in {"p", "P"}:
            self._at = self._pattern.index("}", self._at) + 1
            return _ANY
        if sign in _ONE_OF_MANY:
            return _ANY
        if sign == "b":
            return _EDGE
        if sign in _NOTHING_WIDE:
            return _EMPTY
        if not sign or (sign.isalnum() and sign not in _CONTROLS):
            raise _Unknown
        return _word(_CONTROLS.get(sign, sign))

    def _class(self) -> _Told:
        pattern, start = self._pattern, self._at
        at = start + pattern.startswith("^", start)
        at += pattern.startswith("]", at)
        while pattern[at : at + 1] != "]":
            if at >= len(pattern):
                raise _Unknown
            at += 2 if pattern[at] == "\\" else 1
        self._at = at + 1
        return _one_letter(pattern[start:at])


@lru_cache(maxsize=256)
def _never(looked: str) -> Words:
    """Return what does not stand before a match, told by what a look behind must not see."""
    if looked == r"[^\W\d_]":
        return frozenset({LETTERS})
    if not _ONE.fullmatch(looked):
        return frozenset()
    digits = any(shown in looked for shown in ("0-9", r"\w", r"\d"))
    return frozenset([LETTERS] * (r"\w" in looked) + [DIGITS] * digits)


@lru_cache(maxsize=1024)
def _one_letter(inside: str) -> _Told:
    """Return what is known of a class of letters, told by what stands in its brackets."""
    if "\\" in inside or inside.startswith("^"):
        return _ANY
    if _SETS.search(inside):
        raise _Unknown
    found, at = set(), 0
    while at < len(inside):
        ranged = inside[at + 1 : at + 2] == "-" and at + 2 < len(inside)
        first, last = ord(inside[at]), ord(inside[at + 2 * ranged])
        if last - first > _MOST:
            return _ANY
        found |= set(map(plain, map(chr, range(first, last + 1))))
        at += 3 if ranged else 1
    return _told(frozenset(found)) if len(found) <= _MOST else _ANY


def _repeated(part: _Told, count: re.Match[str]) -> _Told:
    """Return what is known of a part that stands several times or, maybe, not at all."""
    sign = count.group()[0]
    least = int(count.group("least") or 0) if sign == "{" else int(sign == "+")
    shown = count.group("most") if count.group("comma") else count.group("least")
    most = {"?": 1, "{": int(shown or _ENDLESS)}.get(sign, _ENDLESS)
    often = most > (_SEVERAL if part.repeats else _OFTEN)
    told = _several(part, least, most)
    return replace(told, repeats=part.repeats + often, apart=part.apart if least else frozenset())


def _several(part: _Told, least: int, most: int) -> _Told:
    if least == 0:
        return _told(part.exact | {""}) if most == 1 and part.exact is not None else _Told(None, part.begins, True)
    if most == 1:
        return part
    if part.exact is None or len(part.exact) > 1:
        own = () if part.exact is None or part.skipped else (part.exact,)
        return _Told(None, part.begins, part.skipped, (*part.needs, *own))
    several = _told(frozenset(word * min(least, LONGEST) for word in part.exact), part.needs)
    if least == most and least <= LONGEST:
        return several
    return _Told(None, several.begins, several.skipped, tuple(_demanded(several)))


def _row(parts: Sequence[_Told]) -> _Told:
    """Return what is known of parts that follow each other."""
    needs: list[Words] = []
    run, whole = frozenset({""}), True
    for part in parts:
        needs += part.needs
        if part.exact is not None and len(run) * len(part.exact) <= _MOST:
            run = frozenset(a + b for a in run for b in part.exact)
            continue
        whole = False
        needs.append(run)
        run = frozenset({""}) if part.exact is None else part.exact
    repeats = max((part.repeats for part in parts), default=0)
    if whole:
        return _told(run, tuple(needs), repeats, _before(parts))
    needs.append(run)
    needed = tuple(words for words in needs if "" not in words)
    return _Told(None, *_beginning(parts), needed, repeats, _before(parts))


def _before(parts: Sequence[_Told]) -> Words:
    """Return what never stands right before a row of parts: what its first looks around say."""
    apart: Words = frozenset()
    for part in parts:
        if part.skipped and part.begins:
            break
        apart |= part.apart
        if not part.skipped:
            break
    return apart


def _beginning(parts: Sequence[_Told]) -> tuple[Words | None, bool]:
    """Return what a row of parts begins with, and whether it may match nothing."""
    closed: set[str] = set()
    going = {""}
    for part in parts:
        many = part.begins is None or len(going) * len(part.begins) > _MOST_IN_ALL
        if part.begins is None or many or (len(part.begins) > _FEW_LETTERS and min(map(len, going)) >= _TELLING):
            closed |= going
            going = set()
            break
        longer = {(a + b)[:LONGEST] for a in going for b in part.begins}
        short = {word for word in longer if part.exact is not None and len(word) < LONGEST}
        closed |= longer - short
        going = (going if part.skipped else set()) | short
        if not going:
            break
    skipped = "" in going
    closed |= going - {""}
    return (None if "" in closed or len(closed) > _MOST_IN_ALL else frozenset(closed)), skipped


def _one_of(ways: Sequence[_Told]) -> _Told:
    """Return what is known of parts of which one stands there."""
    if len(ways) == 1:
        return ways[0]
    repeats = max(way.repeats for way in ways)
    apart = frozenset[str].intersection(*(way.apart for way in ways))
    if all(way.exact is not None and not way.needs for way in ways):
        exact = frozenset[str]().union(*(way.exact or () for way in ways))
        if len(exact) <= _MOST_IN_ALL:
            return _told(exact, (), repeats, apart)
    best = [min(_demanded(way), key=_chance, default=None) for way in ways]
    together = frozenset[str]().union(*(words or () for words in best))
    begins = frozenset[str]().union(*(way.begins or () for way in ways))
    unknown = len(begins) > _MOST_IN_ALL or any(way.begins is None for way in ways)
    needs = () if None in best or len(together) > _MOST_IN_ALL else (together,)
    return _Told(None, None if unknown else begins, any(way.skipped for way in ways), needs, repeats, apart)


def _demanded(told: _Told) -> list[Words]:
    """Return the sets of words of which a text must hold one each."""
    own = [told.exact] if told.exact is not None else []
    return [words for words in (*told.needs, *own) if words and "" not in words]


def _chance(words: Words) -> float:
    return sum(_CHANCE[2 if word in _RARE else min(len(word), LONGEST)] for word in words)
