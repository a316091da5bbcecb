"""Measure the finder on annotated sets and print one JSON line a set: hidden, leak, over, speed.

Run: `python tests/bench/detection.py [--capitals] [--limit N] [folder]`. The folder defaults to `../shared/eval/data`
beside the checkout; each `*/dev.jsonl` in it has lines `{"id", "text", "spans": [{"start", "end", "label"}]}`.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from qupia_redaction.detect import Finder, build_finder
from qupia_redaction.model import Category, PageText, PrivateText, TextSource
from training.papers import read_papers

MIXED = 60_000
"""Characters a CPU second that the finder should read."""

BLOCK = 9_000
CHECKOUT = Path(__file__).resolve().parents[2]


def run() -> Iterator[dict[str, Any]]:
    """Yield the speed on mixed papers, measured in a process with one thread, as workers and `qupia detect` have it."""
    command = [sys.executable, __file__, "--speed"]
    told = subprocess.run(command, capture_output=True, check=True, env={**os.environ, "OPENBLAS_NUM_THREADS": "1"})
    speed = int(told.stdout)
    yield {"what": "mixed papers, characters a CPU second", "value": speed, "limit": MIXED, "ok": speed >= MIXED}


def _speed(finder: Finder) -> int:
    """Return characters a CPU second on papers of three languages, one after the other in texts of some pages."""
    papers = "\n".join(paper.text for paper in read_papers())
    texts = [papers[at : at + BLOCK] for at in range(0, len(papers), BLOCK)]
    best = 0.0
    for _ in range(3):
        begun = time.process_time()
        for text in texts:
            finder.entities(text, wide=False)
        best = max(best, len(papers) / (time.process_time() - begun))
    return round(best)


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
    parser.add_argument("--speed", action="store_true", help="print characters a CPU second on mixed papers only")
    options = parser.parse_args()
    finder = build_finder()
    if options.speed:
        print(_speed(finder))
        return
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
