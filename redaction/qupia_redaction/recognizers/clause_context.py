"""Decide clauses by what stands around them: who tells of an illness goes on telling.

`clauses` scores each clause for itself; here its neighbours in the sentence, the paragraph and the paper have their
say, what the rules found, and what the words are about (`nlp.meanings`). Costs grow with the number of clauses alone.
"""

from __future__ import annotations

import re
from array import array
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from math import exp
from operator import mul

_SENTENCE_ENDS = re.compile(r"[.!?](?:\s|\Z)")
_PARTED = re.compile(r"[,;:!?()|]")
_SHORT, _LONG = 6, 30
_MOST = 4.0
_JOINED, _PART, _SENTENCE, _PARAGRAPH = 0, 1, 2, 3


@dataclass(frozen=True, slots=True)
class Seen:
    """What is known of one clause before its neighbours are asked.

    Attributes:
        start, end: where.
        lead, trail: how it begins and ends, as in `clauses.Clause`.
        score: its own log odds of being private.
        told: the share of its letters that rules hide.
        meant: log odds by the meaning of its words.
        known: the share of its words whose meaning is known.
    """

    start: int
    end: int
    lead: str
    trail: str
    score: float
    told: float
    meant: float
    known: float


def decide(text: str, seen: Sequence[Seen], weights: Sequence[Sequence[float]]) -> list[float]:
    """Return the log odds of clauses after their neighbours were asked, once for each row of weights.

    Args:
        text: the folded text.
        seen: its clauses in order.
        weights: of each round: of `surroundings`, later of `asked_again`.
    """
    first: list[Sequence[float]] = []
    scores = []
    for row in _rows(text, seen):
        scores.append(weighed(row, weights[0]))
        first.append(array("d", row))  # a list of numbers takes four times as much, and a file has 100,000 clauses
    for round_ in weights[1:]:
        scores = [weighed(row, round_) for row in _rows_again(text, seen, first, scores)]
    return scores


def asked_again(
    text: str, seen: Sequence[Seen], first: Sequence[Sequence[float]], scores: Sequence[float]
) -> list[list[float]]:
    """Return the surroundings of clauses whose scores know of their neighbours, with the first ones behind them."""
    return list(_rows_again(text, seen, first, scores))


def _rows_again(
    text: str, seen: Sequence[Seen], first: Sequence[Sequence[float]], scores: Sequence[float]
) -> Iterator[list[float]]:
    told = [replace(one, score=s, told=0.0, meant=one.score, known=1.0) for one, s in zip(seen, scores, strict=True)]
    for again, before in zip(_rows(text, told), first, strict=True):
        yield [*again, *before]


def weighed(row: Sequence[float], weights: Sequence[float]) -> float:
    """Return the weighted sum of a row, which is as long as the weights."""
    if len(row) != len(weights):
        raise ValueError("a row has other numbers than the weights")
    return float(sum(map(mul, row, weights)))


def surroundings(text: str, seen: Sequence[Seen]) -> list[list[float]]:
    """Return the numbers that tell each clause with its surroundings; the model weighs them.

    Args:
        text: the folded text.
        seen: its clauses in order.
    """
    return list(_rows(text, seen))


def _rows(text: str, seen: Sequence[Seen]) -> Iterator[list[float]]:
    """Yield the numbers of `surroundings`, one clause after the other."""
    likely = [max(_odds(one.score), one.told) for one in seen]
    about = [_odds(max(-_MOST, min(_MOST, one.meant))) * one.known for one in seen]
    breaks = [_break(text, a, b) for a, b in pairwise(seen)]
    sentences, paragraphs = list(_numbers(breaks, _SENTENCE)), list(_numbers(breaks, _PARAGRAPH))
    wholes = list(_numbers(breaks, _PART))
    mean, mean_about = _mean(likely), _mean(about)
    by_sentence, by_paragraph = _others(likely, sentences), _others(likely, paragraphs)
    for at, one in enumerate(seen):
        near = [*_beside(likely, paragraphs, at), *_beside(likely, sentences, at), *_beside(likely, wholes, at)]
        around = [*near, *by_sentence[at], *by_paragraph[at], mean, *_beside(likely, None, at)]
        topic = [one.meant * one.known, one.known, about[at], *_beside(about, None, at), mean_about]
        yield [*_alone(one), *around, *topic, 1.0]


def _alone(one: Seen) -> list[float]:
    length = one.end - one.start
    return [
        one.score,
        one.told,
        max(one.score, 0.0),
        min(one.score + 2, 0.0),
        float(length < _SHORT),
        float(length > _LONG),
        *(float(one.lead == lead) for lead in ("colon", "name", "line")),
        *(float(one.trail == trail) for trail in ("colon", "name")),
    ]


def _break(text: str, one: Seen, other: Seen) -> int:
    """Tell what parts two clauses: a paragraph, a sentence, a comma, or nothing but a name."""
    gap = text[one.end : other.start]
    if "\n" in gap:
        return _PARAGRAPH
    if _SENTENCE_ENDS.search(gap):
        return _SENTENCE
    return _JOINED if one.trail == other.lead == "name" and not _PARTED.search(gap) else _PART


def _numbers(breaks: Sequence[int], least: int) -> Iterator[int]:
    """Yield the number of the sentence or paragraph that each clause is in."""
    number = 0
    yield number
    for kind in breaks:
        number += kind >= least
        yield number


def _beside(values: Sequence[float], groups: Sequence[int] | None, at: int) -> tuple[float, float]:
    """Return the values before and behind a place, 0 where they are of another group."""
    before = values[at - 1] if at and (groups is None or groups[at - 1] == groups[at]) else 0.0
    last = at + 1 == len(values)
    behind = 0.0 if last or (groups is not None and groups[at + 1] != groups[at]) else values[at + 1]
    return before, behind


def _others(values: Sequence[float], groups: Sequence[int]) -> list[tuple[float, float]]:
    """Return for each place the highest value and the mean of the others of its group."""
    inside: dict[int, list[float]] = {}
    for value, group in zip(values, groups, strict=False):
        inside.setdefault(group, []).append(value)
    known = {group: (sum(found), len(found), sorted(found)[-2:]) for group, found in inside.items()}
    rows = []
    for value, group in zip(values, groups, strict=False):
        total, many, high = known[group]
        best = 0.0 if many == 1 else high[0] if value == high[-1] else high[-1]
        rows.append((best, (total - value) / (many - 1) if many > 1 else 0.0))
    return rows


def _mean(values: Sequence[float]) -> float:
    return sum(values) / len(values) if values else 0.0


def _odds(score: float) -> float:
    return 1 / (1 + exp(-max(-30.0, min(30.0, score))))
