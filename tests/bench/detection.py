"""Measure the finder on annotated sets and print one JSON line a set: hidden, leak, over, speed.

Run: `python tests/bench/detection.py [--capitals] [--limit N] [folder]`. The folder defaults to `../shared/eval/data`
beside the checkout; each `*/dev.jsonl` in it has lines `{"id", "text", "spans": [{"start", "end", "label"}]}`.
"""

from __future__ import annotations

import argparse
import json
import resource
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from qupia_redaction.detect import Finder, build_finder
from qupia_redaction.model import Category, PageText, PrivateText, TextSource

CHECKOUT = Path(__file__).resolve().parents[2]


def run() -> Iterator[dict[str, Any]]:
    """Yield nothing: the finder's quality is no ratio with a limit; `main` measures it on sets of your own."""
    return iter(())


@dataclass
class Tally:
    """Counts of one set."""

    entities: int = 0
    hidden: int = 0
    documents: int = 0
    leaking: int = 0
    private: int = 0
    public: int = 0
    over: int = 0


def main() -> None:
    """Measure every set that is there."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", nargs="?", type=Path, default=CHECKOUT.parent / "shared/eval/data")
    parser.add_argument("--capitals", action="store_true", help="measure on the texts typed in CAPITALS")
    parser.add_argument("--limit", type=int, default=0, help="lines a set; 0 for all")
    parser.add_argument("--misses", type=int, default=0, help="print so many missed entities (public corpora only)")
    options = parser.parse_args()
    finder = build_finder()
    for path in sorted(options.folder.glob("*/dev.jsonl")):
        print(json.dumps(_measure(finder, path, options), ensure_ascii=False), flush=True)


def _measure(finder: Finder, path: Path, options: argparse.Namespace) -> dict[str, Any]:
    lines = [json.loads(line) for line in path.read_text("utf-8").splitlines()]
    lines = lines[: options.limit or None]
    tally, spent, length = Tally(), 0.0, 0
    missed: list[str] = []
    for line in lines:
        text = line["text"].upper() if options.capitals else line["text"]
        if len(text) != len(line["text"]):
            continue
        begun = time.process_time()
        covered = _covered(finder, text)
        spent += time.process_time() - begun
        length += len(text)
        missed += _count(tally, text, line["spans"], covered)
    for entity in missed[: options.misses]:
        print(" missed:", entity)
    return _report(path.parent.name, tally, length / max(spent, 1e-9))


def _covered(finder: Finder, text: str) -> bytearray:
    page = PageText(1, PrivateText(text), (None,) * len(text), TextSource.GLYPHS, 595.0, 842.0)
    covered = bytearray(len(text))
    for detail in finder.find([page], []):
        if detail.category is Category.PERSON:
            covered[detail.start : detail.end] = b"\1" * (detail.end - detail.start)
    return covered


def _count(tally: Tally, text: str, spans: list[dict[str, Any]], covered: bytearray) -> Iterator[str]:
    persons = [s for s in spans if s["label"] == "PERSON" and s.get("mask", True)]
    gold = bytearray(len(text))
    missed = []
    for span in persons:
        gold[span["start"] : span["end"]] = b"\1" * (span["end"] - span["start"])
        whole = all(covered[i] for i in range(span["start"], span["end"]) if text[i].isalnum())
        tally.entities += 1
        tally.hidden += whole
        if not whole:
            missed.append(f"{text[max(0, span['start'] - 30) : span['start']]}[{text[span['start'] : span['end']]}]")
    letters = [i for i, c in enumerate(text) if c.isalnum()]
    tally.documents += bool(persons)
    tally.leaking += bool(missed)
    tally.private += sum(gold[i] for i in letters)
    tally.public += sum(not gold[i] for i in letters)
    tally.over += sum(covered[i] and not gold[i] for i in letters)
    return iter(missed)


def _report(name: str, tally: Tally, speed: float) -> dict[str, Any]:
    return {
        "set": name,
        "label": "PERSON",
        "entities": tally.entities,
        "hidden": round(100 * tally.hidden / max(tally.entities, 1), 2),
        "leak": round(100 * tally.leaking / max(tally.documents, 1), 2),
        "over": round(100 * tally.over / max(tally.public, 1), 2),
        "characters_per_cpu_second": round(speed),
        "peak_mb": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024),
    }


if __name__ == "__main__":
    main()
