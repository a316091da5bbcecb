"""What a sample document is before it is a file."""

from __future__ import annotations

from dataclasses import dataclass

from qupia_server.samples.marks import Gold
from qupia_server.samples.scan import ScanLook
from qupia_server.samples.sheet import Sheet


@dataclass(frozen=True, slots=True)
class Paper:
    """One document of the sample archive, laid out.

    Attributes:
        document_id: id in the catalogue, also the file's name.
        sheets: its pages.
        gold: what must go and what must stay, gathered from the marked texts.
        look: how it was scanned; None for a born-digital PDF.
    """

    document_id: str
    sheets: tuple[Sheet, ...]
    gold: Gold
    look: ScanLook | None = None
