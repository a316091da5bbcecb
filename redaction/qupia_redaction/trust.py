"""Ask OCR about a sample of each font: does it draw what its Unicode map says?

Attack: a font whose map lies, so that the text reads harmless and the eye reads the secret, or the other way round.
A font that fails the sample closes every page it is used on: OCR of the picture decides there. Limit: a map that lies
about a few letters only, or outside the sample, is not seen here.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from difflib import SequenceMatcher

from PIL import Image

from qupia_redaction.lines import Segment
from qupia_redaction.model import Box
from qupia_redaction.pdf.pages import OpenPage
from qupia_redaction.ports import Ocr

ALIKE = 0.6
_ENOUGH = 12
_DIGITS = 6
_LINES = 2
_DPI = 200
_WIDE = 2_400
_LOOKALIKES = str.maketrans("авсенікмортхуһ", "abcehikmoptxyh")


@dataclass(slots=True)
class FontTrust:
    """What is known about the fonts of one document.

    Attributes:
        fine, lying: fonts by the page's key for them.
    """

    fine: set[str] = field(default_factory=set)
    lying: set[str] = field(default_factory=set)

    def lies(self, page: OpenPage, segments: Sequence[Segment], ocr: Ocr) -> bool:
        """Tell whether a font of this page draws other letters than it says; new fonts are sampled."""
        by_font: dict[str, list[Segment]] = {}
        for segment in segments:
            if segment.upright:
                face = Counter(glyph.style.face for glyph in segment.drawn).most_common(1)[0][0]
                by_font.setdefault(page.font_key(face), []).append(segment)
        if self.lying & set(by_font):
            return True
        for font in [font for font in by_font if font not in self.fine]:
            sample = _sample(by_font[font])
            if sum(len(_letters(segment.text.reveal())) for segment in sample) < _ENOUGH:
                continue
            agrees = _agrees(sample, page, ocr)
            (self.fine if agrees else self.lying).add(font)
        return bool(self.lying & set(by_font))


def _sample(segments: Sequence[Segment]) -> list[Segment]:
    """Choose the lines with the most different letters and those with the most digits."""
    rich = sorted(segments, key=lambda s: -len(set(s.text.reveal().casefold())))[:_LINES]
    counted = sorted(segments, key=lambda s: -sum(char.isdigit() for char in s.text.reveal()))[:_LINES]
    return [*rich, *(segment for segment in counted if segment not in rich)]


def _agrees(sample: Sequence[Segment], page: OpenPage, ocr: Ocr) -> bool:
    dpi = page.dpi_for(_DPI)
    strips = [page.picture(dpi, grey=True, clip=_around(segment)) for segment in sample]
    sheet = Image.new(
        "L", (min(max(s.width for s in strips), _WIDE) + 60, sum(s.height + 24 for s in strips) + 40), 255
    )
    top = 30
    for strip in strips:
        sheet.paste(strip, (30, top))
        top += strip.height + 24
    seen = "".join(word.text.reveal() for word in ocr.read(sheet, dpi, block=True))
    said = "".join(segment.text.reveal() for segment in sample)
    digits = [[char for char in text if char.isdigit()] for text in (said, seen)]
    if len(digits[0]) >= _DIGITS and SequenceMatcher(None, digits[0], digits[1], autojunk=False).ratio() < ALIKE:
        return False
    return SequenceMatcher(None, _letters(said), _letters(seen), autojunk=False).ratio() >= ALIKE


def _letters(text: str) -> str:
    return "".join(char for char in text.casefold().translate(_LOOKALIKES) if char.isalnum())


def _around(segment: Segment) -> Box:
    drawn = segment.drawn
    size = max(glyph.style.size for glyph in drawn)
    y = drawn[0].baseline
    return Box(drawn[0].x0 - 2, y - size, max(glyph.x1 for glyph in drawn) + 2, y + 0.35 * size)
