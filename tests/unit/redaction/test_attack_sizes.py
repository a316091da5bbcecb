"""Does the place of what stays tell the width of what went? Masters that differ in the name only must end alike."""

from __future__ import annotations

from collections.abc import Callable

import pymupdf
import pytest
from PIL import Image

from qupia_redaction.mark.marking import Orders
from qupia_redaction.model import Category, Limits, RedactionOrder
from qupia_redaction.pipeline import redact
from qupia_redaction.plan.planning import Span
from qupia_redaction.ports import OcrWord
from tests.support.fold_finder import FoldFinder
from tests.support.hostile_pdfs import BODY, add, line, master
from tests.support.hostile_reader import folded, pdfium_text, skeleton
from tests.unit.redaction.pdfs.build import NoOcr

NAMES = ("Bradwell Hutson", "Vu Oyle", "Maximilian Fenstonehaugh")
ORDER = RedactionOrder(hide=frozenset({Category.PERSON}), cipher="F. 1")


def _wide(text: str) -> float:
    return float(pymupdf.get_text_length(text, fontsize=12))


def _running(name: str) -> bytes:
    return line(f"Worker {name} was hired as a fitter") + line("second line of the paragraph", y=480)


def _centred(name: str) -> bytes:
    text = f"Certificate of {name} the fitter"
    return line(text, x=297.5 - _wide(text) / 2)


def _right(name: str) -> bytes:
    first, second = f"the fitter {name}", "set to the right"
    return line(first, 520 - _wide(first)) + line(second, 520 - _wide(second), 480)


def _justified(name: str, width: float = 430) -> bytes:
    """Set each word by itself, as justified lines are."""
    words = f"the worker {name} was hired as a fitter in the plant".split()
    gap = (width - sum(_wide(word) for word in words)) / (len(words) - 1)
    x, out = 72.0, b""
    for word in words:
        out += line(word, round(x, 3))
        x += _wide(word) + gap
    return out


def _word_spaces(name: str) -> bytes:
    text = f"the worker {name} a fitter"
    return f"BT /F1 12 Tf {(430 - _wide(text)) / text.count(' '):.4f} Tw 72 500 Td ({text}) Tj ET\n".encode()


def _cells(name: str) -> bytes:
    rows = ((name, "fitter", 500), ("Kept Person", "smith", 480), ("Other Kept", "turner", 460))
    return b"".join(line(left, y=y) + line(right, 300, y) for left, right, y in rows)


def _sparse(name: str) -> bytes:
    """Set a short line to both edges, above one that shares them."""
    words, out = (
        f"the fitter {name} is hired".split(),
        line("set to both", 72, 480) + line("edges", 522 - _wide("edges"), 480),
    )
    gap, x = (450 - sum(_wide(word) for word in words)) / (len(words) - 1), 72.0
    for word in words:
        out += line(word, round(x, 3))
        x += _wide(word) + gap
    return out


def _almost_full(name: str) -> bytes:
    """Set a name to the right edge, so near to the cell before it that a word might part them, or far away."""
    rows = ((f"({name})", 500), ("(nobody)", 480))
    return b"".join(line("fitter ....", 322, y) + line(text, 522 - _wide(text), y) for text, y in rows)


def _in_cells(name: str) -> bytes:
    """Set each letter into a cell of its own, of more than any name has."""
    out = line("the fitter in letters", y=540)
    for at in range(26):
        out += f"0.5 w {72 + 18 * at} 470 m {86 + 18 * at} 470 l S\n".encode()
        out += line(name.replace(" ", "")[at : at + 1], 74 + 18 * at, 473)
    return out


def _clipped(name: str) -> bytes:
    """Cut a line off where it ends, and keep another within the same clip."""
    return f"q 60 470 {12 + _wide(name):.2f} 50 re W n\n".encode() + line(name) + line("fitter", y=480) + b"Q\n"


def _framed_with_more(name: str) -> bytes:
    """Set a line below a name into the same frame."""
    frame = f"0.7 w 66 470 {_wide(name) + 12:.2f} 50 re S\n".encode()
    return frame + line(name) + line("the fitter", y=480)


def _noted(name: str) -> bytes:
    """Set a long note in small letters right behind a name."""
    note = "raised, as long as a note may be, on the fitter"
    return line(name) + f"BT /F1 7 Tf {72 + _wide(name):.2f} 505 Td ({note}) Tj ET\n".encode()


def _blanks(name: str) -> bytes:
    return line(f"{name}          fitter of the plant")


def _after(name: str) -> bytes:
    end = 72 + _wide(f"Worker {name}")
    return line(f"Worker {name}") + line("fitter", end + 40) + line("remarks", end + 120)


def _dots(name: str) -> bytes:
    return line(name + "." * int((430 - _wide(name)) / _wide(".")) + "fitter 12")


def _underlined(name: str) -> bytes:
    return line(f"fitter {name}") + f"0.5 w 72 498 m {72 + _wide(f'fitter {name}'):.2f} 498 l S\n".encode()


def _rule_after(name: str) -> bytes:
    return line(f"fitter {name}") + f"0.5 w {80 + _wide(f'fitter {name}'):.2f} 498 m 500 498 l S\n".encode()


def _framed(name: str) -> bytes:
    text = f"fitter {name}"
    return f"0.9 g 66 490 {_wide(text) + 12:.2f} 24 re f 0 g\n".encode() + line(text)


class _Blind(NoOcr):
    """Reads nothing in rows of dashes."""

    def read(self, image: Image.Image, dpi: int, block: bool = False) -> tuple[OcrWord, ...]:
        return ()


def _page_with(content: bytes) -> bytes:
    return master(lambda pdf, page: add(pdf, page, content), body=BODY[2:])


@pytest.mark.parametrize(
    "make",
    [
        _running, _centred, _right, _justified, lambda name: _justified(name, 460), _word_spaces, _cells, _blanks,
        _after, _dots, _underlined, _rule_after,
        _framed, _sparse, _almost_full, _in_cells, _framed_with_more, _noted,
        _clipped,
    ],
)  # fmt: skip
def test_places_tell_nothing(make: Callable[[str], bytes]) -> None:
    outputs = [
        redact(
            _page_with(make(name)),
            ORDER, Limits(), FoldFinder(name), _Blind() if make is _in_cells else NoOcr(),
        ).data
        for name in NAMES
    ]  # fmt: skip

    bones = [skeleton(data) for data in outputs]
    assert bones[1] == bones[0]
    assert bones[2] == bones[0]
    assert all("fitter" in folded(pdfium_text(data)) for data in outputs)


def test_marks_on_pixels_are_as_wide_whatever_they_hide() -> None:
    orders = Orders(ORDER, Limits())
    widths = {orders.mark_width(Span(10, 10 + len(name), Category.PERSON), 11.0) for name in NAMES}

    assert len(widths) == 1
