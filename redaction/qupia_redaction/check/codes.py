"""Decode bar codes on the finished page: text for machines, which no reader of letters sees.

Limits: one scale, codes that are read without doubt; which codes are located at all is the redactor's care.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import zxingcpp

_SURE = (
    zxingcpp.BarcodeFormat.QRCode, zxingcpp.BarcodeFormat.DataMatrix, zxingcpp.BarcodeFormat.Aztec,
    zxingcpp.BarcodeFormat.PDF417, zxingcpp.BarcodeFormat.Code128, zxingcpp.BarcodeFormat.EAN13,
)  # fmt: skip


def contents(pixels: np.ndarray) -> Iterator[str]:
    """Yield the text of each code on a page in grey, "" for what is no text."""
    found = zxingcpp.read_barcodes(
        np.ascontiguousarray(pixels),
        formats=zxingcpp.BarcodeFormats(list(_SURE)),
        try_rotate=False,
        try_invert=False,
    )
    yield from (code.text for code in found if code.valid)
