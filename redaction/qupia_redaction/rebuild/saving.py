"""The full write of a rendition: the same bytes for the same objects, each time."""

from __future__ import annotations

from typing import BinaryIO

import pikepdf


def saved(pdf: pikepdf.Pdf, target: BinaryIO, recompress: bool = True) -> None:
    """Write a whole document without history, dates or ids of its own.

    Args:
        pdf: what is written.
        target: receives the bytes.
        recompress: pack streams anew; without it they stay as they were packed by this function before.
    """
    pdf.save(
        target,
        static_id=True,
        deterministic_id=False,
        object_stream_mode=pikepdf.ObjectStreamMode.generate,
        compress_streams=True,
        recompress_flate=recompress,
    )
