"""What a draft that is decided beside the bundle in force has shown, as counts."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from qupia_policies.replay import ReplayReport


@dataclass(frozen=True, slots=True)
class ShadowView:
    """Counts of one process.

    Attributes:
        draft: number of the draft on the desk.
        began: when this process began with it, UTC.
        report: what differed; nothing in it names a person or a document.
    """

    draft: int
    began: dt.datetime
    report: ReplayReport
