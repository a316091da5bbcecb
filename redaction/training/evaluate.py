"""Run every development set through the finder and the scorer, print the figures, and write them into DETECTION.md.

Run in the folder `redaction`: `python -m training.evaluate FOLDER [--models M] [--write]`. FOLDER holds `score.py` and
`data` (the sets of the issue). The shipped taggers have seen these sets; `--models` names a folder with taggers trained
without the measured part (`training.train --hold-out`). Without it, `--write` also records what CI compares with.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # before numpy loads: as workers and `qupia detect` have it

from qupia_redaction.detect import RULES_VERSION, Finder, build_finder
from qupia_redaction.nlp import engine
from qupia_redaction.nlp.tagger import Tagger, network_beside
from training import scans
from training.papers import as_typed, count, in_capitals, misread, read_papers

HERE = Path(__file__).parent
DOCUMENT = HERE.parent / "DETECTION.md"
RECORDED = HERE / "recorded.json"
SAMPLE = {"kaznerd": 350, "factrueval": 14}
"""Lines of each public set that CI measures."""

_BEGIN, _END = "<!-- figures: written by make eval -->", "<!-- end of figures -->"
_TYPED: dict[str, Callable[[str], str]] = {
    "as it is": str,
    "no Kazakh letters": as_typed,
    "CAPITALS": in_capitals,
    "3 % look-alikes": misread,
}


@dataclass(frozen=True, slots=True)
class Set:
    """One measured set: its folder, whether it is typed in CAPITALS, which labels count, the target as told."""

    name: str
    labels: str = ""
    capitals: bool = False
    target: str = ""


SETS = (
    Set("kaznerd", "PERSON", target="hidden 97, over 1"),
    Set("kaznerd", "PERSON", capitals=True, target="hidden 93"),
    Set("kaznerd", "LOCATION", target="F1 90"),
    Set("kaznerd", "ORGANIZATION", target="F1 72"),
    Set("factrueval", "PERSON", target="hidden 98, leak 8, over 1"),
    Set("factrueval", "PERSON", capitals=True, target="hidden 95"),
    Set("tab", target="direct 99, quasi 90, over 12"),
    Set("presidio-synth", target="leak 15"),
)


def main() -> None:
    """Measure, print, and write where asked to."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path, help="holds score.py and data")
    parser.add_argument("--models", type=Path, help="taggers trained without the measured part")
    parser.add_argument("--write", action="store_true", help=f"write the table into {DOCUMENT.name}")
    parser.add_argument("--scans", action="store_true", help="papers as scans, too: some minutes")
    parser.add_argument("--limit", type=int, default=0, help="texts a set; 0 for all")
    options = parser.parse_args()
    if options.models:
        _use_models(options.models)
    finder = build_finder()
    lines = [*_papers_table(finder), "", *_sets_table(finder, options)]
    if options.scans:
        lines += ["", *scans.table(finder)]
    sys.stdout.write("\n".join(lines) + "\n")
    if options.write:
        _write(lines)
    if options.write and not options.models:  # CI measures the shipped taggers
        RECORDED.write_text(json.dumps(sample(finder, options.folder), indent=1) + "\n", "utf-8")


def _use_models(folder: Path) -> None:
    """Let the engine load taggers of a folder instead of the shipped ones."""

    def load(name: str, capitals: bool) -> Tagger:
        model = folder / f"{name}.crf"
        return Tagger(model.read_bytes(), capitals, network_beside(model))

    setattr(engine, "load_tagger", load)  # noqa: B010  # a tool's replacement, not the engine's own word


def sample(finder: Finder, folder: Path) -> dict[str, dict[str, float]]:
    """Return the figures that CI compares: all papers as they are, a third of them as typed, the begin of two sets.

    Args:
        finder: loaded.
        folder: with `data`; where it is missing, only the papers are measured.
    """
    papers = read_papers()
    figures = {
        "papers": count(papers, lambda text: private_ranges(finder, text)),
        "papers without Kazakh letters": count(papers[::3], lambda text: private_ranges(finder, text), as_typed),
    }
    for name, lines in SAMPLE.items():
        source = folder / "data" / name / "dev.jsonl"
        if source.exists():
            figures[name] = _hidden(finder, source, lines)
    return figures


def _hidden(finder: Finder, source: Path, lines: int) -> dict[str, float]:
    """Return how many persons of the first lines of a set are wholly covered."""
    total = right = 0
    for row in _rows(source, capitals=False, limit=lines):
        covered = {i for e in finder.entities(row["text"], wide=True) for i in range(e.start, e.end)}
        for span in row["spans"]:
            if span["label"] == "PERSON":
                total += 1
                right += all(i in covered for i in range(span["start"], span["end"]) if row["text"][i].isalnum())
    return {"hidden": round(100 * right / max(total, 1), 1)}


def private_ranges(finder: Finder, text: str) -> list[tuple[int, int]]:
    """Return where a profile would hide something in a plain text."""
    return [(e.start, e.end) for e in finder.entities(text, wide=False)]


def _papers_table(finder: Finder) -> Iterator[str]:
    papers = read_papers()
    columns = (
        "hidden",
        "person",
        "number",
        "address",
        "birth",
        "contact",
        "passage",
        "over",
        "officials kept",
        "ciphers kept",
    )
    yield f"{len(papers)} invented papers, per cent:"
    yield ""
    yield f"| typed | {' | '.join(columns)} |"
    yield "|" + " --- |" * (len(columns) + 1)
    for name, typed in _TYPED.items():
        figures = count(papers, lambda text: private_ranges(finder, text), typed)
        yield f"| {name} | {' | '.join(str(figures.get(column, '')) for column in columns)} |"


def _sets_table(finder: Finder, options: argparse.Namespace) -> Iterator[str]:
    yield "| set | labels | hidden | leak | over | strict F1 | target | characters a CPU second |"
    yield "|" + " --- |" * 8
    done: dict[tuple[str, bool], tuple[Path, Path, int]] = {}
    with tempfile.TemporaryDirectory() as folder:
        for wanted in SETS:
            source = options.folder / "data" / wanted.name / "dev.jsonl"
            if not source.exists():
                continue
            key = (wanted.name, wanted.capitals)
            if key not in done:
                done[key] = _predict(finder, source, (Path(folder), wanted.capitals, options.limit))
            gold, found, speed = done[key]
            yield _row(wanted, _score(options.folder / "score.py", gold, found, wanted.labels), speed)


def _predict(finder: Finder, source: Path, how: tuple[Path, bool, int]) -> tuple[Path, Path, int]:
    """Write gold and findings of a set, and return their files and the speed."""
    folder, capitals, limit = how
    gold = folder / f"{source.parent.name}-{capitals}.gold.jsonl"
    found = gold.with_suffix(".found.jsonl")
    length, spent = 0, 0.0
    with gold.open("w") as golden, found.open("w") as told:
        for row in _rows(source, capitals, limit):
            begun = time.process_time()
            entities = finder.entities(row["text"], wide=True)
            spent += time.process_time() - begun
            length += len(row["text"])
            spans = [{"start": e.start, "end": e.end, "label": e.label, "score": e.score} for e in entities]
            golden.write(json.dumps(row) + "\n")
            told.write(json.dumps({"id": row["id"], "spans": spans}) + "\n")
    return gold, found, round(length / max(spent, 1e-9))


def _rows(source: Path, capitals: bool, limit: int) -> Iterator[dict[str, Any]]:
    """Yield the lines of a set, in CAPITALS where that changes no offset."""
    for line in source.read_text("utf-8").splitlines()[: limit or None]:
        row = json.loads(line)
        shown = row["text"].upper() if capitals else row["text"]
        if len(shown) == len(row["text"]):
            yield {**row, "text": shown}


def _score(scorer: Path, gold: Path, found: Path, labels: str) -> Mapping[str, Any]:
    command = [sys.executable, str(scorer), str(gold), str(found), "--json", *(["--labels", labels] if labels else [])]
    told = subprocess.run(command, capture_output=True, text=True, check=True)  # noqa: S603  # the scorer of the sets
    figures: Mapping[str, Any] = json.loads(told.stdout)
    return figures


def _row(wanted: Set, figures: Mapping[str, Any], speed: int) -> str:
    by_type = figures["hidden_recall_by_identifier_type"]
    hidden = " / ".join(_cent(kind["recall"]) for kind in by_type.values() if kind.get("recall") is not None)
    cells = (
        wanted.name + " in CAPITALS" * wanted.capitals,
        wanted.labels or "all",
        hidden or _cent(figures["any_label"]["hidden_recall"]),
        _cent(figures["document_leak_rate"]),
        _cent(figures["over_redaction"]),
        _cent(figures["micro"]["strict"]["f1"]),
        wanted.target,
        str(speed),
    )
    return f"| {' | '.join(cells)} |"


def _cent(share: float | None) -> str:
    return "" if share is None else str(round(100 * share, 1))


def _write(lines: Sequence[str]) -> None:
    text = DOCUMENT.read_text("utf-8")
    before, _, rest = text.partition(_BEGIN)
    after = rest.partition(_END)[2]
    head = f"Rules version {RULES_VERSION}, {time.strftime('%d %B %Y', time.gmtime())}."
    DOCUMENT.write_text("\n".join([before + _BEGIN, head, "", *lines, _END]) + after, "utf-8")


if __name__ == "__main__":
    main()
