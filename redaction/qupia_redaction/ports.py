"""What the pipeline asks of its engines: a finder of details and a reader of pictures."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

from PIL import Image

from qupia_redaction.model import Box, Detail, KnownPerson, PageText, PrivateText


@dataclass(frozen=True, slots=True)
class OcrWord:
    """A word that OCR saw.

    Attributes:
        text: the word.
        box: where, in pixels of the picture.
        confidence: 0 to 1.
        line: number of its line on the page, growing in reading order.
        course: start and end of the line through its middle and its thickness, pixels, where it is not level; a
            mirrored word ends left of its start.
    """

    text: PrivateText
    box: Box
    confidence: float
    line: int
    course: tuple[float, float, float, float, float] | None = None


class DetailFinder(Protocol):
    """Finds private details in the text of a whole document."""

    def find(self, pages: Sequence[PageText], persons: Sequence[KnownPerson]) -> tuple[Detail, ...]:
        """Return details sorted by page and offset. `persons` are found in any spelling."""
        ...

    def versions(self) -> Mapping[str, str]:
        """Return names and versions of everything that shapes the findings."""
        ...


class Ocr(Protocol):
    """Reads the words of a picture."""

    def read(self, image: Image.Image, dpi: int, block: bool = False) -> tuple[OcrWord, ...]:
        """Return the words of a picture in reading order.

        Args:
            image: grey or colour pixels.
            dpi: resolution of `image`.
            block: the picture is one block of text, not a page to be laid out.

        Raises:
            RedactionRefused: ENGINE_ERROR or TIME_LIMIT when the engine fails.
        """
        ...

    def glance(self, image: Image.Image, dpi: int, languages: Sequence[str]) -> tuple[OcrWord, ...]:
        """Return words of dark print on white, with these languages' models only; see `read`.

        Args:
            image: grey pixels, lines of text with gaps.
            dpi: resolution of `image`.
            languages: some of the engine's names.

        Raises:
            RedactionRefused: ENGINE_ERROR or TIME_LIMIT when the engine fails.
        """
        ...

    def versions(self) -> Mapping[str, str]:
        """Return names and versions of engine and models."""
        ...


@runtime_checkable
class Metered(Protocol):
    """An engine that works in processes of which nobody else knows the CPU: they live longer than a job."""

    @property
    def cpu_seconds(self) -> float:
        """CPU seconds that those processes have used so far."""
        ...
