"""Measure a tagger: strict scores by kind, and what is hidden and over-hidden at several thresholds."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from qupia_redaction.nlp.tagger import Span, Tagger, network_beside
from training.corpus import Text

THRESHOLDS = (0.5, 0.3, 0.1, 0.05, 0.02, 0.01)


def measure(model: Path, texts: Sequence[Text], capitals: bool) -> dict[str, Any]:
    """Return figures of one model on texts it has not seen."""
    tagger = Tagger(model.read_bytes(), capitals, network_beside(model))
    shown = [t.text.upper() if capitals else t.text for t in texts]
    usable = [(t, s) for t, s in zip(texts, shown, strict=True) if len(s) == len(t.text)]
    found = [list(tagger.spans(s, [(0, len(s))])) for _, s in usable]
    gold = [t for t, _ in usable]
    return {
        "strict": {kind: _strict(gold, found, kind) for kind in sorted({k for t in gold for *_, k in t.spans})},
        "persons": {str(limit): _hidden(gold, found, limit) for limit in THRESHOLDS},
    }


def _strict(gold: Sequence[Text], found: Sequence[Sequence[Span]], kind: str) -> dict[str, float]:
    hits = wrong = missed = 0
    for text, spans in zip(gold, found, strict=True):
        right = {(a, b) for a, b, k in text.spans if k == kind}
        seen = {(s.start, s.end) for s in spans if s.kind == kind and s.best}
        hits, wrong, missed = hits + len(right & seen), wrong + len(seen - right), missed + len(right - seen)
    precision, recall = hits / max(1, hits + wrong), hits / max(1, hits + missed)
    both = 2 * precision * recall / max(1e-9, precision + recall)
    return {"P": _cent(precision), "R": _cent(recall), "F1": _cent(both)}


def _hidden(gold: Sequence[Text], found: Sequence[Sequence[Span]], limit: float) -> dict[str, float]:
    entities = hidden = public = over = 0
    for text, spans in zip(gold, found, strict=True):
        covered = {i for s in spans if s.kind == "PER" and s.score >= limit for i in range(s.start, s.end)}
        private: set[int] = set()
        for start, end, kind in text.spans:
            if kind == "PER":
                entities += 1
                hidden += all(i in covered for i in range(start, end) if text.text[i].isalnum())
                private.update(range(start, end))
        letters = [i for i, c in enumerate(text.text) if c.isalnum() and i not in private]
        public += len(letters)
        over += sum(i in covered for i in letters)
    return {"hidden": _cent(hidden / max(1, entities)), "over": _cent(over / max(1, public))}


def _cent(share: float) -> float:
    return round(100 * share, 2)
