"""Lines that begin where a name in another line made them begin: blocks at the right, what hangs behind it."""

from __future__ import annotations

import pytest

from tests.support.hostile_reader import folded, pdfium_text
from tests.support.width_attack import NoWords, Stage, redacted, spread
from tests.support.width_blocks import BLOCKS
from tests.support.width_masters import ALL
from tests.support.width_type import SERIF, at

pytestmark = pytest.mark.skipif(not SERIF.exists(), reason="needs a TrueType font with Kazakh letters")


@pytest.mark.parametrize("layout", BLOCKS)
def test_lines_are_set_the_same_for_every_name(layout: str) -> None:
    stage = Stage(layout)

    assert len({stage.geometry(name) for name in spread(8)}) == 1


@pytest.mark.parametrize(
    ("layout", "words"),
    [("block at the right", "проживающего в Алматы"), ("lines that hang behind a name", "на другое заседание,")],
    ids=["block at the right", "lines that hang behind a name"],
)
def test_lines_leave_as_the_same_bytes_and_with_their_words(layout: str, words: str) -> None:
    outputs = {redacted(layout, name, NoWords()) for name in spread(2)}

    assert len(outputs) == 1
    assert folded(words) in folded(pdfium_text(outputs.pop()))


def test_a_block_that_was_pushed_in_by_a_set_width_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    drawn = at("Директору завода", 300, 720) + at("адрес: Алматы", 300, 688)
    monkeypatch.setitem(ALL, "indented", lambda name: drawn + at(f"от {name}", 300, 704))

    kept = repr(Stage("indented").geometry("Ли Ая")[3])

    assert "('Директору завода', 300.0," in kept
    assert "('адрес: Алматы', 300.0," in kept
