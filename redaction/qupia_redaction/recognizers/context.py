"""Raise the score of a finding when a label or word nearby says what it is."""

from __future__ import annotations

from typing import Any

from presidio_analyzer import RecognizerResult
from presidio_analyzer.context_aware_enhancers import ContextAwareEnhancer

_BEFORE, _AFTER, _LIFT = 70, 30, 0.5


class NearbyWords(ContextAwareEnhancer):
    """Look for each recognizer's context words (as word beginnings) around a finding.

    Works on the text itself, not on lemmas: labels of forms stand in a few fixed shapes, and a linear look at
    100 characters costs less than tokens with lemmas.
    """

    def __init__(self) -> None:
        super().__init__(_LIFT, _LIFT, _BEFORE, _AFTER)

    def enhance_using_context(
        self,
        text: str,
        raw_results: list[RecognizerResult],
        nlp_artifacts: Any,  # noqa: ARG002  # presidio's signature
        recognizers: list[Any],
        context: list[str] | None = None,
    ) -> list[RecognizerResult]:
        """Return the same results, lifted by 0.5 (at most 1) where a context word is near."""
        by_id = {r.id: [*(r.context or ()), *(context or ())] for r in recognizers}
        low = text.lower()
        for found in raw_results:
            words = by_id.get(found.recognition_metadata[RecognizerResult.RECOGNIZER_IDENTIFIER_KEY])
            if words and found.score < 1.0:
                around = low[max(0, found.start - _BEFORE) : found.end + _AFTER]
                near = next((word for word in words if word in around), None)
                if near is not None:
                    found.score = min(1.0, found.score + _LIFT)
                    if found.analysis_explanation is not None:
                        found.analysis_explanation.set_supportive_context_word(near)
                        found.analysis_explanation.set_improved_score(found.score)
        return raw_results
