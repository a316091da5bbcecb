"""Detection over JSON lines, for scripts and scorers: `python -m qupia_redaction.jsonl < in.jsonl > out.jsonl`.

Lines `{"id", "text"}` in, `{"id", "spans": [{"start", "end", "label", "score"}]}` out, in order, one at a time. A line
that cannot be read is told on standard error by its number, never by its content, and does not stop the rest. Limits:
16 MiB a line.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, BinaryIO, TextIO

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # read when numpy loads; threads cost five times what they save here

from qupia_redaction.errors import RedactionRefused
from qupia_redaction.listed import with_lists
from qupia_redaction.model import DETECTED, Category, ListKind
from qupia_redaction.recognizers.explain import Explanation, Kept, NotHidden, Seen
from qupia_redaction.recognizers.wide import Entity
from qupia_redaction.terms.wordlists import WordListFault, word_list

MOST_BYTES = 16 << 20
"""A longer line is refused."""

_WIDE = {"auto": None, "private": False, "wide": True}

LANGUAGES = ("kk", "ru", "en")


def main(arguments: Sequence[str] | None = None) -> int:
    """Detect in every line of standard input; return 1 where a line could not be read."""
    options = _options(arguments)
    from qupia_redaction.detect import build_finder  # noqa: PLC0415  # models: after the options are right

    finder = build_finder(frozenset(options.languages.split(",")))
    bad = 0
    shown = frozenset(map(Category, options.show))
    for number, line in enumerate(_lines(sys.stdin.buffer), 1):
        try:
            name, text = _request(line)
            seen = finder.entities(text, wide=_WIDE[options.scope], shown=shown)
            found, left = with_lists(text, seen, options.lists) if options.lists else (seen, ())
            found = list(_chosen(found, options))
            why = finder.explain(text) if options.explain else None
        except (ValueError, RedactionRefused) as error:
            bad += 1
            sys.stderr.write(f"line {number}: {type(error).__name__}\n")
            continue
        row = {"id": name, "spans": [_shown(e, why) for e in found]}
        _write(sys.stdout, {**row, **_not_hidden(why, left)} if why else row)
    return int(bad > 0)


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="qupia detect", description=__doc__)
    parser.add_argument("--languages", default="kk,ru,en", help="which readers run, by comma")
    parser.add_argument(
        "--threshold", action="append", default=[], metavar="LABEL=SCORE", help="least score of a label"
    )
    parser.add_argument("--private", action="store_true", help="only what a profile can hide, not places and the like")
    parser.add_argument(
        "--scope",
        choices=sorted(_WIDE),
        default="auto",
        help="private details, everything that names somebody, or by what the text is (papers of an archive: private)",
    )
    parser.add_argument(
        "--show",
        action="append",
        default=[],
        choices=sorted(category.value for category in DETECTED),
        metavar="CATEGORY",
        help="leave out details of a category or class: what `redact --show` leaves visible",
    )
    parser.add_argument("--explain", action="store_true", help="say what saw it, and why each other word is not hidden")
    for kind, what in ((ListKind.HIDE, "always hidden"), (ListKind.KEEP, "left alone by detectors")):
        parser.add_argument(
            f"--{kind.value}-list", action="append", default=[], metavar="FILE", help=f"word list of what is {what}"
        )
    options = parser.parse_args(arguments)
    try:
        options.lists = tuple(
            word_list(kind, Path(file)) for kind in ListKind for file in getattr(options, f"{kind.value}_list")
        )
    except (WordListFault, OSError) as fault:
        parser.error(str(fault))
    if not set(options.languages.split(",")) <= set(LANGUAGES):
        parser.error("languages are kk, ru and en")
    try:
        options.least = {label: float(score) for label, _, score in (t.partition("=") for t in options.threshold)}
    except ValueError:
        parser.error("a threshold is LABEL=SCORE")
    return options


def _lines(source: BinaryIO) -> Iterator[bytes]:
    while line := source.readline(MOST_BYTES + 1):
        if line.strip():
            yield line
        while len(line) > MOST_BYTES and not line.endswith(b"\n"):
            line = source.readline(MOST_BYTES + 1)


def _request(line: bytes) -> tuple[Any, str]:
    if len(line) > MOST_BYTES:
        raise ValueError("too long")
    row = json.loads(line)
    if not isinstance(row, dict) or not isinstance(row.get("text"), str) or "id" not in row:
        raise ValueError("no id or text")
    return row["id"], row["text"]


def _chosen(entities: Sequence[Entity], options: argparse.Namespace) -> Iterator[Entity]:
    least: Mapping[str, float] = options.least
    return (e for e in entities if e.score >= least.get(e.label, 0.0) and (e.private or not options.private))


def _shown(entity: Entity, why: Explanation | None) -> dict[str, Any]:
    shown: dict[str, Any] = {"start": entity.start, "end": entity.end, "label": entity.label}
    shown["score"] = round(entity.score, 3)
    if why is None:
        return shown
    seen = [_look(s) for s in why.seen if s.start < entity.end and s.end > entity.start and s.score >= why.threshold]
    shown |= {"classes": sorted(entity.classes)} if entity.classes else {}
    return {**shown, "found_by": entity.found_by, "private": entity.private, "seen": seen}


def _look(seen: Seen) -> dict[str, Any]:
    scores = {"before": round(seen.before, 3), "score": round(seen.score, 3)}
    return {"by": seen.recognizer, "pattern": seen.pattern, **scores, "context": seen.context}


def _not_hidden(why: Explanation, left: Sequence[Entity]) -> dict[str, Any]:
    """Return the words that stay: no text, only where, why, and the best score."""
    stays = [*why.kept, *(Kept(e.start, e.end, NotHidden.WORD_LIST, round(e.score, 3), e.found_by) for e in left)]
    kept = [
        {
            "start": k.start,
            "end": k.end,
            "reason": k.reason.name,
            "best": k.best,
            "by": k.by,
            "threshold": why.threshold,
        }
        for k in sorted(stays, key=lambda k: k.start)
    ]
    return {"kept": kept, "looked": why.looked}


def _write(target: TextIO, row: dict[str, Any]) -> None:
    target.write(json.dumps(row, ensure_ascii=False) + "\n")
    target.flush()


if __name__ == "__main__":
    sys.exit(main())
