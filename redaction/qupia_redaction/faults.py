"""Signals inside the pipeline; none of them leaves it."""

from __future__ import annotations


class PixelsNeeded(Exception):
    """Say that pages cannot be kept as text safely: they become pixels.

    Attributes:
        pages: numbers from 1.
    """

    def __init__(self, pages: frozenset[int]) -> None:
        super().__init__(f"{len(pages)} pages")
        self.pages = pages


class UnknownContent(Exception):
    """Say that something is not on the allow-list of what may be copied."""
