"""What a draft that is decided beside the bundle in force has shown, as counts of every process of the desk."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol

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


@dataclass(frozen=True, slots=True)
class ProcessCounts:
    """What one process has counted, as it was kept.

    Attributes:
        process: opaque id; each start of a server is another one.
        draft: number of the draft on the desk.
        began: when it began, UTC.
        updated: up to when it counted, UTC.
        report: what differed.
    """

    process: str
    draft: int
    began: dt.datetime
    updated: dt.datetime
    report: ReplayReport


@dataclass(frozen=True, slots=True)
class ShadowTotal:
    """What all processes have counted.

    Attributes:
        draft: number of the draft on the desk.
        processes: the counts of each, by when they began.
        report: their sum.
    """

    draft: int
    processes: tuple[ProcessCounts, ...]
    report: ReplayReport


class ShadowStore(Protocol):
    """Keeps counts where every process of a desk finds them; its methods are called on threads."""

    def put(self, step: int, counts: ProcessCounts) -> None:
        """Keep what a process has counted of the shadow that began by a step; what it kept before is replaced.

        Counts of earlier shadows are forgotten.

        Raises:
            OSError, Unavailable: they cannot be kept now.
        """
        ...

    def all(self, step: int) -> tuple[ProcessCounts, ...]:
        """Return what is kept of the shadow that began by a step, of processes that ended meanwhile, too.

        Raises:
            OSError, Unavailable: it cannot be read now.
        """
        ...


def total_of(draft: int, kept: Iterable[ProcessCounts], versions: tuple[str, str]) -> ShadowTotal:
    """Sum the counts of one shadow.

    Args:
        draft: its number on the desk.
        kept: counts; those between other bundles are left out.
        versions: the bundle in force, the draft's bundle.
    """
    processes = tuple(sorted((one for one in kept if _versions(one) == versions), key=lambda one: one.began))
    report = ReplayReport(*versions)
    for one in processes:
        report.add(one.report)
    return ShadowTotal(draft, processes, report)


def _versions(counts: ProcessCounts) -> tuple[str, str]:
    return counts.report.old, counts.report.new
