"""A finding inside the folded text, before it becomes details on pages; and how findings are merged and cut."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from qupia_redaction.model import Category


@dataclass(frozen=True, slots=True)
class Finding:
    """A private detail in the folded text; the fields mean what they mean in `model.Detail`."""

    start: int
    end: int
    category: Category
    score: float
    found_by: str
    person_id: str | None = None


def merge(findings: Iterable[Finding]) -> list[Finding]:
    """Join overlapping findings of one category; the surest names the recognizer, disagreement drops the owner."""
    by_category: defaultdict[Category, list[Finding]] = defaultdict(list)
    for finding in findings:
        by_category[finding.category].append(finding)
    merged = [joined for group in by_category.values() for joined in _merge_group(group)]
    return sorted(merged, key=lambda f: (f.start, f.end))


def _merge_group(group: list[Finding]) -> list[Finding]:
    merged: list[Finding] = []
    for finding in sorted(group, key=lambda f: (f.start, f.end)):
        if merged and finding.start < merged[-1].end:
            merged[-1] = _join(merged[-1], finding)
        else:
            merged.append(finding)
    return merged


def _join(one: Finding, other: Finding) -> Finding:
    best = one if one.score >= other.score else other
    owner = one.person_id if one.person_id == other.person_id else None
    return replace(best, start=min(one.start, other.start), end=max(one.end, other.end), person_id=owner)


def subtract(findings: Iterable[Finding], kept: Sequence[tuple[int, int]], text: str) -> list[Finding]:
    """Cut the kept ranges (sorted, disjoint) out of the findings; pieces without a letter or digit vanish."""
    result: list[Finding] = []
    for finding in findings:
        at = finding.start
        pieces = []
        for start, end in kept:
            if end <= at or start >= finding.end:
                continue
            pieces.append((at, start))
            at = end
        pieces.append((at, finding.end))
        result += [
            replace(finding, start=a, end=b) for a, b in pieces if a < b and any(c.isalnum() for c in text[a:b])
        ]
    return result
