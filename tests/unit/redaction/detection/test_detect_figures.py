"""The finder's figures on a fixed sample may not fall by more than a point below the recorded ones (`make eval`)."""

from __future__ import annotations

import json
from pathlib import Path

from qupia_redaction.detect import Finder
from training.evaluate import RECORDED, sample

EVAL = Path(__file__).resolve().parents[5] / "shared/eval"
MOST_FALL = 1.0


def test_no_figure_falls(finder: Finder) -> None:
    recorded = json.loads(RECORDED.read_text("utf-8"))
    fallen = []
    for name, figures in sample(finder, EVAL).items():
        for kind, now in figures.items():
            before = recorded[name][kind]
            worse = now - before if kind == "over" else before - now
            fallen += [f"{name}, {kind}: {before} -> {now}"] if worse > MOST_FALL else []
    assert fallen == []
