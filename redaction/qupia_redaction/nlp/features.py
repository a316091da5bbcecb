"""What the taggers know of a word: affixes, shape, lists, its neighbours. The same when training and when finding.

A change here needs new models (`redaction/training`): a model holds weights of these very strings. Words are compared
as keys, so that typewriters without Kazakh letters and misread look-alikes change little.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib import resources

from qupia_redaction.nlp.keys import ENDINGS, key
from qupia_redaction.nlp.shapes import shape

TOKEN = re.compile(r"\w+(?:[-'’ʼ‑]\w+)*|[^\w\s]")
"""A word or a mark."""

_OPENING = frozenset('.!?:;«»"„“(-–—•')
_CAPITALS = re.compile(r"[A-ZА-ЯЁӘІҢҒҮҰҚӨҺ]+")
_SMALL = re.compile(r"[a-zа-яёәіңғүұқөһ]+")
_DIGITS = re.compile(r"[0-9]+")
_LISTS = ("given", "common", "patronymic", "surname", "weak", "stop")
_LONGEST_ENDING = 9
_SHORTEST_STEM = 3


@dataclass(frozen=True, slots=True)
class _Known:
    """What is known of a word wherever it stands."""

    own: tuple[str, ...]
    near: tuple[str, ...]
    low: str
    stem: str
    look: str
    lists: str


_NOTHING = _Known((), ("|",), "|", "|", "|", "|")


def features(tokens: Sequence[str], capitals: bool) -> list[list[str]]:
    """Return the features of each token of a run of text.

    Args:
        tokens: words and marks as they stand.
        capitals: the text is typed in CAPITALS, so that shapes tell nothing.
    """
    known = [_word(token, capitals) for token in tokens]
    padded = [_NOTHING, _NOTHING, *known, _NOTHING, _NOTHING]
    return [_row(padded[at : at + 5], opening=not at or tokens[at - 1] in _OPENING) for at in range(len(tokens))]


def own_features(token: str, capitals: bool) -> tuple[str, ...]:
    """Return what is known of a word wherever it stands."""
    return _word(token, capitals).own


def _row(window: Sequence[_Known], opening: bool) -> list[str]:
    second, before, now, after, last = window
    row = [*now.own, *("-" + f for f in before.near), *("+" + f for f in after.near)]
    row += [
        f"s{before.look}{now.look}{after.look}",
        f"G{before.lists}{now.lists}{after.lists}",
        f"l{before.low}_{now.stem}",
        f"r{now.stem}_{after.low}",
        f"--{second.low}",
        f"--{second.look}",
        f"++{last.low}",
        f"++{last.look}",
    ]
    if opening:
        row += ["^", f"^{now.look}"]
    return row


@lru_cache(maxsize=8192)  # three KB a word
def _word(token: str, capitals: bool) -> _Known:
    look = "c" if capitals and token[0].isalpha() else _look(token)
    if not token[0].isalnum():
        return _Known((f"w{token}", f"h{look}"), (token, f"h{look}"), token, token, look, "")
    low = key(token)
    stem = stem_of(low)
    lists = _lists(token, stem)
    shown = [f"m{stem}", f"e{low[len(stem) :]}", f"h{look}", f"g{lists}", *(f"g{name}" for name in lists)]
    own = ["b", f"w{low}", *shown, f"gh{lists}{look}", f"n{min(len(low), 12)}"]
    own += [f"a{low[-n:]}" for n in range(1, 6) if len(low) > n]
    own += [f"p{low[:n]}" for n in range(1, 6) if len(low) > n]
    own += [f"z{stem[-n:]}" for n in range(2, 5) if len(stem) > n]
    own += [f"q{part}" for part in low.split("-")[1:]]
    return _Known(tuple(own), (low, f"a{low[-3:]}", *shown), low, stem, look, lists)


def _look(token: str) -> str:
    token = _CAPITALS.sub(lambda m: "X" if len(m.group()) == 1 else "XX", token)
    return _DIGITS.sub(lambda m: "0" * min(len(m.group()), 4), _SMALL.sub("x", token))[:8]


def stem_of(low: str) -> str:
    """Cut the longest Kazakh or Russian ending off a key; three letters stay."""
    if not low.isascii():
        for cut in range(max(_SHORTEST_STEM, len(low) - _LONGEST_ENDING), len(low)):
            if low[cut:] in ENDINGS:
                return low[:cut]
    return low


def _lists(token: str, stem: str) -> str:
    """Return one letter a list the word is on: names, endings of surnames, words that stand in small letters."""
    looks = shape(token[:1].upper() + token[1:].lower())
    named = "".join(name[0] for name in _LISTS if getattr(looks, name))
    return named + ("L" if stem in small_words() else "U")


@cache
def small_words() -> frozenset[str]:
    """Return the stems that were seen in small letters when the taggers were trained."""
    return frozenset(resources.files(__package__).joinpath("models/words.txt").read_text("utf-8").split())


@cache
def paper_words() -> frozenset[str]:
    """Return the stems that stand in small letters in papers of archives or in news; the taggers do not know them."""
    listed = resources.files(__package__).joinpath("models/paper_words.txt").read_text("utf-8").split()
    return small_words() | frozenset(listed)
