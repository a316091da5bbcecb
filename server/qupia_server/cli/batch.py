"""Redact several files in a pool of workers, with a progress bar on a terminal."""

from __future__ import annotations

import asyncio
import sys
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from qupia_redaction.errors import RedactionRefused, RefusalCode
from qupia_redaction.finish.views import page_view
from qupia_redaction.model import Limits, RedactionOrder
from qupia_redaction.workers import WorkerPool
from qupia_redaction.workers.main import DEFAULT_FINDER
from qupia_redaction.workers.no_finder import NO_FINDER
from qupia_redaction.workers.process import STEPS
from qupia_server.cli.outputs import write_private
from qupia_server.cli.redact_report import Outcome


@dataclass(frozen=True, slots=True)
class Task:
    """One file to redact: where it lies and where its rendition goes.

    Attributes:
        page: the page whose picture is written instead of the rendition; 0 for the rendition itself.
    """

    source: Path
    target: Path
    page: int = 0


class _Bar:
    """Steps done of all steps of all files; silent where nobody watches."""

    def __init__(self, files: int) -> None:
        columns = (
            SpinnerColumn(),
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
        )
        self._many = files > 1
        self._progress = Progress(
            *columns, console=Console(stderr=True), transient=True, disable=not sys.stderr.isatty()
        )
        total = files if self._many else len(STEPS)
        self._task = self._progress.add_task("redact", total=total)

    def __enter__(self) -> _Bar:
        self._progress.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._progress.stop()

    def step(self, name: str) -> None:
        """Say that a file has come to a step."""
        if not self._many:
            self._progress.update(self._task, advance=1, description=name)

    def file(self) -> None:
        """Say that a file is done."""
        if self._many:
            self._progress.update(self._task, advance=1)


async def run(tasks: list[Task], order: RedactionOrder, limits: Limits, cores: int) -> list[Outcome]:
    """Redact every file and write its rendition; a file's failure concerns that file only.

    Args:
        tasks: the files.
        order: what to hide in each of them.
        limits: bounds of each.
        cores: most workers at a time.

    Returns:
        How each file ended, in the order of the files.
    """
    size = max(1, min(cores, len(tasks)))
    pool = WorkerPool(size=size, limits=limits, finder=NO_FINDER if order.terms_only else DEFAULT_FINDER)
    with _Bar(len(tasks)) as bar:
        try:
            await pool.start()
        except RedactionRefused as refused:
            return [Outcome(task.source.name, refused=refused) for task in tasks]
        try:
            slots = asyncio.Semaphore(2 * size)
            return list(await asyncio.gather(*(_one(pool, task, order, slots, bar) for task in tasks)))
        finally:
            await pool.close()


async def _one(pool: WorkerPool, task: Task, order: RedactionOrder, slots: asyncio.Semaphore, bar: _Bar) -> Outcome:
    """Redact one file; few wait with their bytes in memory."""
    async with slots:
        try:
            outcome = await _written(pool, task, order, bar)
        except RedactionRefused as refused:
            outcome = Outcome(task.source.name, refused=refused)
        except OSError as error:
            outcome = Outcome(task.source.name, fault=error.strerror or "cannot be read or written")
    bar.file()
    return outcome


async def _written(pool: WorkerPool, task: Task, order: RedactionOrder, bar: _Bar) -> Outcome:
    limits = pool.limits
    if task.source.stat().st_size > limits.max_bytes:
        raise RedactionRefused(RefusalCode.TOO_MANY_BYTES)
    master = await asyncio.to_thread(task.source.read_bytes)
    rendition = await pool.redact(master, order, told=bar.step)
    data = await asyncio.to_thread(page_view, rendition, task.page) if task.page else rendition.data
    await asyncio.to_thread(write_private, task.target, data)
    return Outcome(task.source.name, rendition=rendition)
