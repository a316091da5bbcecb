"""Masters of the attack book through the whole spine, judged by another reader: no secret is read, what must stay is.

As `qupia redact --terms-only --plain --term ...` does it; `python -m tests.support.attacks.run` prints the same table.
"""

from __future__ import annotations

import shutil

import pytest

from tests.support.attacks.book import ATTACKS
from tests.support.attacks.judge import judge
from tests.support.attacks.run import ending
from tests.support.fold_finder import FoldFinder

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(shutil.which("tesseract") is None, reason="needs Tesseract"),
    pytest.mark.filterwarnings("ignore:A 1 image carries a mask"),
]


@pytest.mark.parametrize("name", ATTACKS)
def test_no_secret_survives_and_nothing_else_is_lost(name: str) -> None:
    end, detail = ending(ATTACKS[name], FoldFinder())

    assert end in {"ok", "ok (refused)"}, detail


@pytest.mark.parametrize(
    "name", ["find: capitals", "hide: white", "pixels: scan", "pixels: QR code", "around: outline"]
)
def test_the_judge_sees_the_secret_in_the_master(name: str) -> None:
    attack = ATTACKS[name]

    assert judge(attack.make(), attack.secrets, attack.kept).leaks


def test_the_judge_reads_the_strings_of_composite_fonts() -> None:
    assert (
        "0:operators" in judge(ATTACKS["find: capitals"].make(), ATTACKS["find: capitals"].secrets, (), ocr=False).leaks
    )
