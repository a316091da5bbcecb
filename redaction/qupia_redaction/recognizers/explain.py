"""Why a word of a text is hidden, and why another one is not: for whoever doubts the finder's answer.

For a hidden stretch: every recognizer that saw it, by which pattern, with which word nearby, the score before and
after. For each other word: what was seen there at best, how much would have been enough, and what decided against it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from presidio_analyzer import RecognizerResult

from qupia_redaction.nlp.engine import Reading
from qupia_redaction.recognizers.finding import Finding, Ranges

_WORD = re.compile(r"\w+(?:[-'’.]\w+)*")


class NotHidden(StrEnum):
    """Why a word stays. Closed vocabulary."""

    NOTHING_SEEN = "no recognizer saw anything"
    BELOW_THRESHOLD = "seen, but below the threshold"
    OTHER_KIND = "a place, an organisation or another thing that profiles keep"
    OFFICIAL = "an official acting in office"
    CIPHER = "an archive cipher or an organisation's number"
    OFFICE_CONTACT = "an office's own address, phone or mail"
    WORD_LIST = "a word list says that it stays"
    SETTLED = "seen, but the document tells otherwise: a label, a heading, a place or a common word"


_STAYS = {"cipher": NotHidden.CIPHER, "contact": NotHidden.OFFICE_CONTACT}


@dataclass(frozen=True, slots=True)
class Seen:
    """One look of one recognizer.

    Attributes:
        start, end: where, in the folded text.
        recognizer, pattern: what looked, and how.
        before, score: confidence before and after words nearby were counted in.
        context: the word nearby that raised it, or nothing.
    """

    start: int
    end: int
    recognizer: str
    pattern: str
    before: float
    score: float
    context: str


@dataclass(frozen=True, slots=True)
class Kept:
    """A word that is not hidden, and why; `best` and `by` tell of the surest look at it, 0 and nothing if none."""

    start: int
    end: int
    reason: NotHidden
    best: float
    by: str


@dataclass(frozen=True, slots=True)
class Explanation:
    """What was seen in a text, and why the rest of its words stay.

    Attributes:
        seen: all looks, the weak ones too, in order.
        kept: every word that is not hidden.
        looked: the recognizers that were asked.
        threshold: least score of a finding.
    """

    seen: tuple[Seen, ...]
    kept: tuple[Kept, ...]
    looked: tuple[str, ...]
    threshold: float


def looks(results: Sequence[RecognizerResult]) -> list[Seen]:
    """Return what presidio's results say of how they came about."""
    told = []
    for result in results:
        why = result.analysis_explanation
        name = str(result.recognition_metadata[RecognizerResult.RECOGNIZER_NAME_KEY])
        context = getattr(why, "supportive_context_word", "") or ""
        before = getattr(why, "original_score", result.score)
        told.append(
            Seen(result.start, result.end, name, getattr(why, "pattern_name", "") or "", before, result.score, context)
        )
    return sorted(told, key=lambda s: (s.start, s.end, s.recognizer))


def kept_words(
    text: str, reading: Reading, seen: Sequence[Seen], found: Sequence[Finding], threshold: float
) -> Iterator[Kept]:
    """Yield the words that are not hidden, each with the reason.

    Args:
        text: the folded text.
        reading: of that text, the document settled.
        seen: all looks, the weak ones too.
        found: what is hidden.
        threshold: least score of a finding.
    """
    hidden = Ranges((f.start, f.end) for f in found)
    acting = Ranges((f.start, f.end) for f in reading.acting)
    other = Ranges((s.start, s.end) for s in reading.spans if s.kind != "PER" and s.best and s.score >= threshold)
    for match in _WORD.finditer(text):
        start, end = match.span()
        if any(hidden.touching(start, end)):
            continue
        best = max((s for s in seen if s.start < end and s.end > start), key=lambda s: s.score, default=None)
        person = max(
            (s.score for s in reading.spans if s.start < end and s.end > start and s.kind == "PER"), default=0.0
        )
        reason = next((_STAYS[why] for a, b, why in reading.kept if a < end and b > start), None)
        if reason is None and any(acting.touching(start, end)):
            reason = NotHidden.OFFICIAL
        score, by = (best.score, best.recognizer) if best else (person / 2, "tagged_names" if person else "")
        yield Kept(
            start, end, reason or _reason(score, threshold, any(other.touching(start, end))), round(score, 3), by
        )


def _reason(score: float, threshold: float, other: bool) -> NotHidden:
    if score >= threshold:
        return NotHidden.SETTLED
    if other:
        return NotHidden.OTHER_KIND
    return NotHidden.BELOW_THRESHOLD if score else NotHidden.NOTHING_SEEN
