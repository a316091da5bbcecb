"""Run the attacks and print a table: `python -m tests.support.attacks.run [--turns] [--save DIR] [WORDS...]`."""

from __future__ import annotations

import argparse
import sys
import time
import traceback
from collections import Counter
from pathlib import Path

from qupia_redaction.errors import RedactionRefused
from qupia_redaction.model import Category, Limits, PrivateText, RedactionOrder
from qupia_redaction.pipeline import redact
from qupia_redaction.ports import DetailFinder
from tests.support.attacks.book import ATTACKS
from tests.support.attacks.judge import judge
from tests.support.attacks.kit import Attack
from tests.support.engine import engine
from tests.support.fold_finder import FoldFinder

LIMITS = Limits(max_bytes=64 << 20, max_pages=100, max_pixels=30_000_000, max_inflated=32 << 20)


def order_for(attack: Attack) -> RedactionOrder:
    """Return the order that `qupia redact --terms-only --plain --term ...` makes."""
    return RedactionOrder(
        hide=frozenset[Category](), terms=tuple(map(PrivateText, attack.secrets)), terms_only=True,
        plain=True, password=PrivateText(attack.password) if attack.password else None,
    )  # fmt: skip


def ending(attack: Attack, finder: DetailFinder, turns: bool = False, save: Path | None = None) -> tuple[str, str]:
    """Return how an attack ends: ok, leak, lost, refused or crash, and details."""
    master = attack.make()
    if save:
        save.with_suffix(".in.pdf").write_bytes(master)
    try:
        data = redact(master, order_for(attack), LIMITS, finder, engine()).data
    except RedactionRefused as refusal:
        return ("ok (refused)" if attack.may_refuse else "refused"), str(refusal)
    if save:
        save.with_suffix(".out.pdf").write_bytes(data)
    verdict = judge(data, attack.secrets, attack.kept, turns=turns or attack.turns)
    if verdict.leaks:
        return "LEAK", " ".join(verdict.leaks) + (" LOST " + "|".join(verdict.lost) if verdict.lost else "")
    if verdict.lost:
        return "LOST", "|".join(verdict.lost)
    return "ok", ""


def main() -> None:
    """Run and print."""
    parser = argparse.ArgumentParser()
    parser.add_argument("words", nargs="*")
    parser.add_argument("--turns", action="store_true")
    parser.add_argument("--save", type=Path)
    parser.add_argument("--all", action="store_true", help="print what went well, too")
    options = parser.parse_args()
    finder, counts = FoldFinder(), Counter[str]()
    for name, attack in ATTACKS.items():
        if options.words and not any(word in name for word in options.words):
            continue
        start = time.monotonic()
        path = options.save / name.replace(" ", "_").replace("/", "_").replace(":", "") if options.save else None
        try:
            end, detail = ending(attack, finder, options.turns, path)
        except Exception as error:  # noqa: BLE001 - the table goes on
            end, detail = (
                "CRASH",
                f"{type(error).__name__} {str(error)[:80]} {traceback.extract_tb(error.__traceback__)[-1]}",
            )
        counts[end] += 1
        if end != "ok" or options.all:
            sys.stdout.write(f"{end:8} {name:45} {time.monotonic() - start:5.1f}s {detail}\n")
            sys.stdout.flush()
    sys.stdout.write(f"{dict(counts)}\n")


if __name__ == "__main__":
    main()
