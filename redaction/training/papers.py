"""Invented papers with marks in their text (`papers/README.md`): read, type otherwise, count what is hidden."""

from __future__ import annotations

import random
import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

FOLDER = Path(__file__).parent / "papers"
KINDS = {"P": "person", "I": "number", "A": "address", "B": "birth", "T": "contact", "S": "passage"}
KEPT = {"O": "officials kept", "C": "ciphers kept"}
_MARK = re.compile(r"\{([A-Z])\|([^{}]*)\}")
_HEAD = re.compile(r"(?m)^=== (\S+) (\S+)\n")
_TYPEWRITER = str.maketrans("әіңғүұқөһӘІҢҒҮҰҚӨҺ", "аингуукохАИНГУУКОХ")
_TWINS = dict(zip("оОзЗіаесншв1", "0О33iaecпщб" + "l", strict=True))
_MISREAD = 0.03

Found = Callable[[str], Sequence[tuple[int, int]]]
"""What finds private details: a text in, ranges out."""


@dataclass(frozen=True, slots=True)
class Paper:
    """A paper and its marks as (start, end, letter)."""

    name: str
    language: str
    text: str
    marks: tuple[tuple[int, int, str], ...]


def read_papers(folder: Path = FOLDER, without: str = "-") -> list[Paper]:
    """Return the papers of the files of a folder, but for those whose names begin so."""
    paths = [path for path in sorted(folder.glob("*.txt")) if not path.name.startswith(without)]
    return [paper for path in paths for paper in _papers(path.read_text("utf-8"))]


def read_sets(folder: Path = FOLDER) -> dict[str, list[Paper]]:
    """Return the papers by set: files whose names begin alike were written at one time."""
    sets: dict[str, list[Paper]] = {}
    for path in sorted(folder.glob("*.txt")):
        sets.setdefault(path.stem.split("_")[0], []).extend(_papers(path.read_text("utf-8")))
    return sets


def _papers(source: str) -> Iterator[Paper]:
    parts = _HEAD.split(source)[1:]
    for name, language, body in zip(parts[::3], parts[1::3], parts[2::3], strict=True):
        shown, marks, at = "", [], 0
        for match in _MARK.finditer(body):
            shown += body[at : match.start()]
            marks.append((len(shown), len(shown) + len(match[2]), match[1]))
            shown, at = shown + match[2], match.end()
        yield Paper(name, language, shown + body[at:], tuple(marks))


def as_typed(text: str) -> str:
    """Return a text as a typewriter without Kazakh letters had it."""
    return text.translate(_TYPEWRITER)


def in_capitals(text: str) -> str:
    """Return a text in CAPITALS, or as it is where that changes its length."""
    return text.upper() if len(text.upper()) == len(text) else text


def misread(text: str) -> str:
    """Return a text in which three of a hundred letters that have look-alikes are exchanged, always the same ones."""
    rng = random.Random(len(text))  # noqa: S311  # repeatable, no secret
    return "".join(_TWINS[c] if c in _TWINS and rng.random() < _MISREAD else c for c in text)


def count(papers: Sequence[Paper], found: Found, typed: Callable[[str], str] = str) -> dict[str, float]:
    """Return per cent hidden by kind and language, kept officials and ciphers, and other letters hidden (`over`)."""
    total: Counter[str] = Counter()
    right: Counter[str] = Counter()
    for paper in papers:
        text = typed(paper.text)
        covered = bytearray(len(text))
        for start, end in found(text):
            covered[start:end] = b"\1" * (end - start)
        _count(paper, text, covered, (total, right))
    return {name: round(100 * right[name] / total[name], 1) for name in total}


def _count(paper: Paper, text: str, covered: bytearray, sums: tuple[Counter[str], Counter[str]]) -> None:
    total, right = sums
    private = bytearray(len(text))
    for start, end, letter in paper.marks:
        letters = [i for i in range(start, end) if text[i].isalnum()]
        hidden = all(covered[i] for i in letters)
        if letter in KINDS:
            for name in ("hidden", KINDS[letter], paper.language):
                total[name] += 1
                right[name] += hidden
        elif letter in KEPT:
            total[KEPT[letter]] += 1
            right[KEPT[letter]] += not any(covered[start:end])
        if letter not in KEPT:
            private[start:end] = b"\1" * (end - start)
    others = [i for i, c in enumerate(text) if c.isalnum() and not private[i]]
    total["over"] += len(others)
    right["over"] += sum(covered[i] for i in others)
