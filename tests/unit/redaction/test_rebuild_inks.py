"""Inks that nobody sees: pictures of them make pixels."""

from __future__ import annotations

from typing import Any

import pikepdf
import pytest

from qupia_redaction.faults import UnknownContent
from qupia_redaction.rebuild.images import copy_image
from qupia_redaction.rebuild.target import Target

STRAIGHT = {"C0": [1], "C1": [0], "N": 1}


def _copied(space: Any, inks: int = 1, bits: int = 8, **keys: Any) -> None:
    with pikepdf.new() as pdf:
        picture = pdf.make_stream(
            bytes(range(64)) * (inks * bits // 8), Type=pikepdf.Name.XObject, Subtype=pikepdf.Name.Image, Width=8,
            Height=8, BitsPerComponent=bits, ColorSpace=space(pdf), **keys,
        )  # fmt: skip
        copy_image(Target(pdf), picture)


def _mixed(code: bytes, inks: int, into: int = 1) -> Any:
    plain = pikepdf.Name.DeviceGray if into == 1 else pikepdf.Name.DeviceCMYK

    def space(pdf: pikepdf.Pdf) -> pikepdf.Array:
        function = pdf.make_stream(code, FunctionType=4, Domain=[0, 1] * inks, Range=[0, 1] * into)
        names = pikepdf.Array([pikepdf.Name(f"/I{number}") for number in range(inks)])
        return pikepdf.Array([pikepdf.Name.DeviceN, names, plain, function])

    return space


def _straight(**keys: Any) -> Any:
    function = pikepdf.Dictionary(FunctionType=2, Domain=[0, 1], **{**STRAIGHT, **keys})
    return lambda _: pikepdf.Array([pikepdf.Name.Separation, pikepdf.Name.Spot, pikepdf.Name.DeviceGray, function])


def _table(space: Any) -> Any:
    return lambda pdf: pikepdf.Array([pikepdf.Name.Indexed, space(pdf), 255, pikepdf.String(bytes(range(256)))])


HIDING = {
    "one passed over": (_mixed(b"{pop}", 2), 2), "one of five": (_mixed(b"{add add add add}", 5), 5),
    "a constant": (_mixed(b"{pop 1}", 1), 1), "nearly one colour": (_straight(C1=[0.99]), 1),
    "cut off": (_straight(Range=[0.99, 1]), 1), "steep at the end": (_straight(N=90), 1),
    "black over it": (_mixed(b"{0 0 1}", 1, 4), 1), "printed, one passed over": (_mixed(b"{pop 0 0 0}", 2, 4), 2),
    "a table of such": (_table(_straight(C1=[1])), 1),
}  # fmt: skip


@pytest.mark.parametrize(("space", "inks"), HIDING.values(), ids=HIDING.keys())
def test_inks_that_may_show_nothing_make_pixels(space: Any, inks: int) -> None:
    with pytest.raises(UnknownContent):
        _copied(space, inks)


@pytest.mark.parametrize("space", [_straight(), _straight(Range=[0, 1]), _table(_straight())])
def test_one_ink_that_is_seen_stays(space: Any) -> None:
    _copied(space)


def test_inks_that_are_some_of_a_printers_stay() -> None:
    _copied(_mixed(b"{ 0 0 }", 2, 4), 2)


def test_a_key_of_sixteen_bits_makes_pixels() -> None:
    with pytest.raises(UnknownContent):
        _copied(lambda _: pikepdf.Name.DeviceGray, bits=16, Mask=pikepdf.Array([256, 511]))
