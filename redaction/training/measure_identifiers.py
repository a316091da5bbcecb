"""Measure identifiers and details of Kazakhstan: in clean text, and printed at 200 dpi with noise and read by OCR.

Run in the folder `redaction`: `python -m training.measure_identifiers [--wordings read|unread] [--scans] [--show]`.
In text each sentence stands alone; printed, thirty stand on a page. A detail counts as hidden when all its letters
are; on a scan, when most of the ink of each of its words is. What no reader makes letters of counts as well.
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence

from qupia_redaction.detect import Finder, build_finder
from qupia_redaction.ocr.tesseract import TesseractOcr
from training import identifiers, scans
from training.papers import Paper

NOISY = scans.LEVELS[1]
_PAGE = 30

Judged = tuple[str, bool, str]
"""A kind, whether it is wholly hidden (kept ones: touched), and the line that it stands in."""


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--wordings", default="unread", help="file of wordings, without its ending")
    parser.add_argument("--each", type=int, default=3, help="how often a sentence is used")
    parser.add_argument("--scans", action="store_true", help="printed and read, too: a few minutes")
    parser.add_argument("--show", action="store_true", help="print what stays, and what is hidden in vain")
    options = parser.parse_args()
    finder, papers = build_finder(), list(identifiers.papers(options.wordings, options.each))
    ways = {"clean text": list(in_text(papers, finder))}
    if options.scans:
        ways[NOISY.name] = list(on_scans(papers, finder))
    for way, judged in ways.items():
        sys.stdout.write(f"{way}: {summary(judged)}\n")
        for kind, hidden, line in judged if options.show else ():
            if hidden != (kind in identifiers.HIDDEN):
                sys.stdout.write(f"  {kind}: {line}\n")


def in_text(papers: Sequence[Paper], finder: Finder) -> Iterator[Judged]:
    """Yield what becomes of each detail in sentences that stand alone."""
    for paper in papers:
        covered = {i for e in finder.entities(paper.text, wide=False) for i in range(e.start, e.end)}
        for start, end, kind in paper.marks:
            letters = [i in covered for i in range(start, end) if paper.text[i].isalnum()]
            yield kind, all(letters) if kind in identifiers.HIDDEN else any(letters), paper.text.replace("\n", " / ")


def on_scans(papers: Sequence[Paper], finder: Finder) -> Iterator[Judged]:
    """Yield what becomes of each detail on printed pages."""
    ocr = TesseractOcr()
    for first in range(0, len(papers), _PAGE):
        page = _together(papers[first : first + _PAGE])
        shares: dict[tuple[int, int, str], list[bool]] = defaultdict(list)
        for word, share, _ in scans.scanned(page, NOISY, (finder, ocr)):
            for mark in page.marks:
                if mark[0] <= word.start < mark[1] and any(map(str.isalnum, word.text)):
                    shares[mark].append(share >= scans.COVERED)
        for (start, end, kind), hidden in shares.items():
            told = all(hidden) if kind in identifiers.HIDDEN else any(hidden)
            yield kind, told, page.text[page.text.rfind("\n", 0, start) + 1 : page.text.find("\n", end)]


def _together(papers: Sequence[Paper]) -> Paper:
    text, marks = "", []
    for paper in papers:
        marks += [(start + len(text), end + len(text), kind) for start, end, kind in paper.marks]
        text += paper.text + "\n"
    return Paper(papers[0].name, "mixed", text, tuple(marks))


def summary(judged: Sequence[Judged]) -> dict[str, float]:
    """Return per cent hidden of what has to be, hidden of what has to stay (`needless`), and of each kind that errs."""
    total: Counter[str] = Counter()
    hidden: Counter[str] = Counter()
    for kind, told, _ in judged:
        for name in ("hidden" if kind in identifiers.HIDDEN else "needless", kind):
            total[name] += 1
            hidden[name] += told
    right = {name: 100.0 * (name not in identifiers.KEPT) for name in total}
    figures = {name: round(100 * hidden[name] / total[name], 1) for name in total}
    shown = [name for name in sorted(total) if name in ("hidden", "needless") or figures[name] != right[name]]
    return {name: figures[name] for name in shown}


if __name__ == "__main__":
    main()
