"""Set thousands of names in the same place of the same page, in every layout, and count the outputs that differ.

python tests/bench/run.py width_attack        a hundred names a layout; ATTACK_NAMES=10000 for all of them
Every `ATTACK_WHOLE`-th name (default 50) is redacted wholly and compared by bytes; the others by what is set again.
"""

from __future__ import annotations

import hashlib
import os
from collections import Counter
from collections.abc import Iterator
from typing import Any

from qupia_redaction.errors import RedactionRefused
from qupia_redaction.read import trust
from tests.support.width_attack import NoWords, Stage, redacted, spread
from tests.support.width_masters import ALL
from tests.support.width_pages import ROUNDED


def run() -> Iterator[dict[str, Any]]:
    """Yield one line a layout: names tried, different outputs by what is set again and by bytes."""
    names = spread(int(os.environ.get("ATTACK_NAMES", "100")))
    whole = int(os.environ.get("ATTACK_WHOLE", "50"))
    trust.FontTrust.lies = lambda *_: False  # type: ignore[method-assign]  # no OCR of the page's one honest font
    for layout in ALL:
        stage = Stage(layout)
        shapes = Counter(None if layout in ROUNDED else stage.geometry(name) for name in names)
        files = Counter(_digest(layout, name) for name in names[::whole])
        yield {
            "layout": layout,
            "names": len(names),
            "different_shapes": len(shapes),
            "apart": len(names) - max(shapes.values()),
            "redacted": sum(files.values()),
            "different_files": len(files),
            "ok": len(shapes) == len(files) == 1,
        }


def _digest(layout: str, name: str) -> str:
    try:
        return hashlib.sha256(redacted(layout, name, NoWords())).hexdigest()
    except RedactionRefused as refusal:
        return str(refusal.code)
