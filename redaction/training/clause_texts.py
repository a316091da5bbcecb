"""What the model of clauses learns from: papers as the finder reads them, phrases, news that others annotated."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import sqrt
from pathlib import Path

from qupia_redaction.detect import build_finder
from qupia_redaction.recognizers import document
from qupia_redaction.recognizers.clauses import Clause, clauses, place_features, word_features, words_of
from qupia_redaction.recognizers.finding import Finding, Ranges, merge
from training.clause_fit import Example
from training.papers import Paper, read_sets

PHRASES = Path(__file__).parent / "clauses"
_NEWS = (("kaznerd/train.jsonl", 0, 2), ("factrueval/dev.jsonl", 20, 1))
"""Files, the first line that is read, and how many lines on the next."""
_NEWS_WEIGHT = 0.3


@dataclass(frozen=True, slots=True)
class Looked:
    """A paper with its clauses, as the finder cuts them, and the passages that rules found."""

    paper: Paper
    clauses: Sequence[Clause]
    told: Ranges

    def examples(self) -> Iterator[tuple[Clause, Example] | None]:
        """Yield each clause with its features and whether it is private; None for what is neither way."""
        private = Ranges([(a, b) for a, b, letter in self.paper.marks if letter == "S"])
        other = Ranges([(a, b) for a, b, letter in self.paper.marks if letter in "IABTN"])
        for clause in self.clauses:
            start, end = clause.start, clause.end
            inside = sum(min(b, end) - max(a, start) for a, b in private.touching(start, end))
            shown = self.paper.text[start:end]
            counts = min(2.0, sqrt((end - start) / 15))
            skipped = any(True for _ in other.touching(start, end))
            yield None if skipped else (clause, (features(shown, clause), 2 * inside > end - start, counts))


def look(folder: Path) -> dict[str, list[Looked]]:
    """Return the papers of each set with their clauses; texts that do not read like papers are left out."""
    finder = build_finder()
    given: list[tuple[Sequence[Clause], Ranges]] = []

    def record(
        text: str,
        names: Sequence[Finding],
        kept: Sequence[tuple[int, int]],
        cells: Sequence[int],
        told: Sequence[Finding],
    ) -> list[Finding]:
        walls = Ranges([*((n.start, n.end) for n in names), *kept])
        given.append((list(clauses(text, walls, cells)), Ranges([(f.start, f.end) for f in merge(told)])))
        return []

    former = getattr(document, "passages_by_model")  # noqa: B009  # it exports nothing
    setattr(document, "passages_by_model", record)  # noqa: B010  # a tool looks on, no part of the finder
    sets: dict[str, list[Looked]] = {}
    for name, papers in read_sets(folder).items():
        for paper in papers:
            given.clear()
            finder.entities(paper.text, wide=False)
            sets.setdefault(name, []).extend(Looked(paper, *found) for found in given)
    setattr(document, "passages_by_model", former)  # noqa: B010
    return sets


def phrases(news: Path) -> Iterator[tuple[str, Clause, bool, float]]:
    """Yield written phrases and clauses of news: words, place, whether private, how much they count."""
    for path in sorted(PHRASES.glob("*.txt")):
        for line in path.read_text("utf-8").splitlines():
            for phrase in line[2:].split(" | "):
                yield phrase, Clause(0, 0, "", "", ""), line[0] == "+", 1.0
    for name, first, step in _NEWS:  # the first Russian texts are left out for tests
        for row in map(json.loads, (news / name).read_text("utf-8").splitlines()[first::step]):
            text = row["text"]
            for clause in clauses(text, Ranges([(span["start"], span["end"]) for span in row["spans"]])):
                yield text[clause.start : clause.end], clause, False, _NEWS_WEIGHT


def features(shown: str, clause: Clause) -> list[str]:
    """Return the features of a clause whose words are `shown`."""
    return [*(f for word in words_of(shown) for f in word_features(word)), *place_features(shown, clause)]
