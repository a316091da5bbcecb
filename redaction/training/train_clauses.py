"""Train the model of private clauses: `python -m training.train_clauses --news FOLDER`.

Invented papers and phrases say what is private. News that others annotated (KazNERD's training sentences, CC BY 4.0;
most of factRuEval's development texts, MIT) say how people write of public life: without them a page of prose lost a
sixth of its words. Each set of papers is scored by models that have not seen it; from these scores the weights of
surroundings are learned, and what is printed: what papers nobody trained on would lose and keep. Then everything is
trained on all and written into `qupia_redaction/recognizers`. Always the same result on one machine.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # before numpy loads: sums in one order

from qupia_redaction.nlp.meanings import Meanings
from qupia_redaction.recognizers.clause_context import Seen, asked_again, surroundings, weighed
from qupia_redaction.recognizers.clauses import seen_alone, words_of
from training.clause_fit import Example, Told, fit_meanings, fit_surroundings, fit_words
from training.clause_texts import Looked, features, look, phrases
from training.papers import FOLDER

MODELS = Path(__file__).parents[1] / "qupia_redaction" / "recognizers"
_KEEP = 0.03
_LIMITS = (-1.0, -0.5, 0.0, 0.5, 1.0)

Row = tuple[list[float], bool, float]
"""Surroundings of a clause, whether private, how much it counts."""


@dataclass(frozen=True, slots=True)
class Lesson:
    """What the first two parts learn from."""

    words: Sequence[Example]
    meanings: Sequence[Told]


@dataclass(frozen=True, slots=True)
class Held:
    """A paper as models see it that have not seen its set: its clauses, and what is private and how much it counts."""

    text: str
    seen: Sequence[Seen]
    answers: Sequence[tuple[bool, float] | None]


@dataclass(frozen=True, slots=True)
class Alone:
    """The first two parts: they look at a clause alone."""

    weights: Mapping[str, float]
    bias: float
    net: Mapping[str, Any]


def main() -> None:
    """Measure by sets left out, then train on everything and write the model."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--folder", type=Path, default=FOLDER, help="papers")
    parser.add_argument("--news", type=Path, required=True, help="folder of kaznerd and factrueval")
    parser.add_argument("--to", type=Path, default=MODELS, help="folder to write to")
    parser.add_argument("--without", default="", help="a set to leave out, to measure it unseen")
    options = parser.parse_args()
    sets = {name: papers for name, papers in look(options.folder).items() if name != options.without}
    lessons = {name: _lesson(papers) for name, papers in sets.items()}
    written = _written(options.news)
    held = {name: list(_held(papers, fit_alone(_all(lessons, written, name)))) for name, papers in sets.items()}
    around = _fit_rounds(held)
    alone = fit_alone(_all(lessons, written))
    kept = {f: round(w, 2) for f, w in sorted(alone.weights.items()) if abs(w) >= _KEEP}
    _write(options.to / "clauses.json", {"bias": round(alone.bias, 3), "weights": kept})
    _write(options.to / "clause_context.json", {"around": around, "meanings": alone.net})
    sys.stdout.write(f"{len(kept)} weights\n")


def fit_alone(lesson: Lesson) -> Alone:
    """Return the parts that look at a clause alone."""
    return Alone(*fit_words(lesson.words), fit_meanings(lesson.meanings))


def _lesson(papers: Sequence[Looked]) -> Lesson:
    taught = [(paper, *pair) for paper in papers for pair in paper.examples() if pair]
    told = [(words_of(p.paper.text[c.start : c.end]), private, counts) for p, c, (_, private, counts) in taught]
    return Lesson([example for _, _, example in taught], told)


def _written(news: Path) -> Lesson:
    written = list(phrases(news))
    return Lesson(
        [(features(shown, clause), private, counts) for shown, clause, private, counts in written],
        [(words_of(shown), private, counts) for shown, _, private, counts in written],
    )


def _all(lessons: Mapping[str, Lesson], written: Lesson, without: str = "") -> Lesson:
    used = [written, *(lesson for name, lesson in lessons.items() if name != without)]
    return Lesson([e for part in used for e in part.words], [t for part in used for t in part.meanings])


def _held(papers: Sequence[Looked], alone: Alone) -> Iterator[Held]:
    """Yield the papers of a set as models see them that have not seen it."""
    net = Meanings(alone.net)
    for paper in papers:
        text = paper.paper.text
        seen = []
        for clause in paper.clauses:
            shown = text[clause.start : clause.end]
            own = alone.bias + sum(alone.weights.get(f, 0.0) for f in features(shown, clause))
            seen.append(seen_alone(clause, own, paper.told, net.score(words_of(shown))))
        answers = [(pair[1][1], pair[1][2]) if pair else None for pair in paper.examples()]
        if seen:
            yield Held(text, seen, answers)


def _fit_rounds(held: Mapping[str, Sequence[Held]]) -> list[list[float]]:
    """Return the weights of both rounds; print what sets would lose and keep whose papers taught neither."""
    first = {name: [surroundings(p.text, p.seen) for p in papers] for name, papers in held.items()}
    apart = {name: fit_surroundings(list(_rows(held, first, name))) for name in held}
    again = {
        name: [
            asked_again(p.text, p.seen, rows, [weighed(row, apart[name]) for row in rows])
            for p, rows in zip(papers, first[name], strict=True)
        ]
        for name, papers in held.items()
    }
    for name, papers in held.items():
        others = fit_surroundings(list(_rows(held, again, name)))
        unseen = list(_rows({name: papers}, again))
        sys.stdout.write(f"{name} left out: {_told(unseen, others)}\n")
    return [fit_surroundings(list(_rows(held, numbers))) for numbers in (first, again)]


def _rows(
    held: Mapping[str, Sequence[Held]], numbers: Mapping[str, Sequence[list[list[float]]]], without: str = ""
) -> Iterator[Row]:
    """Yield the numbers of all clauses with their answers, but for those of one set."""
    for name, papers in held.items():
        for paper, of_paper in zip(papers, numbers[name], strict=True) if name != without else ():
            for row, answer in zip(of_paper, paper.answers, strict=True):
                if answer:
                    yield row, *answer


def _told(rows: Sequence[Row], around: Sequence[float]) -> str:
    """Return what is found and what is taken needlessly, by letters, at several limits."""
    scored = [(weighed(row, around), private, c * c) for row, private, c in rows]
    private = sum(c for _, told, c in scored if told)
    public = sum(c for _, told, c in scored if not told)
    found = (
        f"{limit}: {sum(c for s, told, c in scored if told and s > limit) / private:.0%} / "
        f"{sum(c for s, told, c in scored if not told and s > limit) / public:.0%}"
        for limit in _LIMITS
    )
    return ", ".join(found)


def _write(path: Path, content: Mapping[str, Any]) -> None:
    path.write_text(json.dumps(content, ensure_ascii=False, indent=0) + "\n", "utf-8")


if __name__ == "__main__":
    main()
