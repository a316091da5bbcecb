"""A pool of worker processes with an asynchronous face.

Never forks. A worker that is killed (deadline, cancellation, memory) or dies is replaced; after a number of jobs it is
replaced as well, because engines leak. A job's failure concerns that job only.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping

from qupia_redaction.errors import RedactionRefused, RefusalCode
from qupia_redaction.model import Category, Detail, Limits, RedactionOrder
from qupia_redaction.rendition import CheckedRendition
from qupia_redaction.workers.frames import Job, JobKind
from qupia_redaction.workers.main import DEFAULT_FINDER
from qupia_redaction.workers.process import Told, Worker


class WorkerPool:
    """Worker processes that wait for jobs.

    Args:
        size: how many.
        limits: bounds of a job that brings none.
        recycle_after: jobs after which a worker is replaced.
        finder: `module:function` that builds the finder in the worker.
    """

    def __init__(
        self, size: int, limits: Limits | None = None, recycle_after: int = 200, finder: str = DEFAULT_FINDER
    ) -> None:
        self._size = size
        self._limits = limits or Limits()
        self._recycle_after = recycle_after
        self._finder = finder
        self._idle: asyncio.Queue[Worker | None] = asyncio.Queue()
        self._workers: set[Worker] = set()
        self._engines: dict[str, str] = {}
        self._refills: set[asyncio.Task[None]] = set()
        self._closed = False

    async def start(self) -> None:
        """Start all workers; return when their models are loaded.

        Raises:
            RedactionRefused: WORKER_DIED when one does not come up.
        """
        for worker in await asyncio.gather(*(self._new() for _ in range(self._size))):
            self._idle.put_nowait(worker)

    @property
    def limits(self) -> Limits:
        """Bounds of a job that brings none."""
        return self._limits

    @property
    def engines(self) -> Mapping[str, str]:
        """Names and versions of everything that shapes a rendition; empty before `start`."""
        return dict(self._engines)

    async def redact(
        self,
        master: bytes,
        order: RedactionOrder,
        limits: Limits | None = None,
        deadline_seconds: float | None = None,
        told: Told | None = None,
    ) -> CheckedRendition:
        """Make a checked rendition in a worker.

        Args:
            master: the stored bytes.
            order: what to hide.
            limits: bounds of this job; the pool's when None.
            deadline_seconds: wall clock from now, waiting for a worker included; `limits.max_seconds` holds as well.
            told: is told of each step that begins.

        Raises:
            RedactionRefused: there is none, for the reason it carries; TIME_LIMIT, MEMORY_LIMIT and WORKER_DIED among
            them.
        """
        job = Job(JobKind.REDACT, master, order, limits or self._limits, tell=told is not None)
        result = await self._run(job, deadline_seconds, told)
        if not isinstance(result, CheckedRendition):
            raise RedactionRefused(RefusalCode.WORKER_DIED)
        return result

    async def detect(
        self, master: bytes, order: RedactionOrder | None = None, deadline_seconds: float | None = None
    ) -> tuple[Detail, ...]:
        """Find private details in a worker and make no rendition.

        Raises:
            RedactionRefused: as `redact`.
        """
        order = order or RedactionOrder(hide=frozenset(Category))
        result = await self._run(Job(JobKind.DETECT, master, order, self._limits), deadline_seconds)
        if not isinstance(result, tuple):
            raise RedactionRefused(RefusalCode.WORKER_DIED)
        return result

    async def close(self) -> None:
        """Kill all workers; jobs under way end as WORKER_DIED."""
        self._closed = True
        for task in list(self._refills):
            task.cancel()
        await asyncio.gather(*self._refills, return_exceptions=True)
        await asyncio.gather(*(worker.kill() for worker in list(self._workers)))
        self._workers.clear()

    async def _run(self, job: Job, deadline_seconds: float | None, told: Told | None = None) -> object:
        loop = asyncio.get_running_loop()
        seconds = job.limits.max_seconds if deadline_seconds is None else min(deadline_seconds, job.limits.max_seconds)
        end = loop.time() + seconds
        worker = await self._take(end)
        try:
            return await worker.ask(job, max(end - loop.time(), 0.0), told)
        finally:
            await asyncio.shield(self._give_back(worker))

    async def _take(self, end: float) -> Worker:
        """Wait for an idle worker; an empty place is filled first."""
        try:
            async with asyncio.timeout_at(end):
                worker = await self._idle.get()
        except TimeoutError as error:
            raise RedactionRefused(RefusalCode.TIME_LIMIT) from error
        if worker is not None and worker.alive:
            return worker
        if worker is not None:
            self._workers.discard(worker)
        try:
            return await self._new()
        except BaseException:
            self._idle.put_nowait(None)
            raise

    async def _give_back(self, worker: Worker) -> None:
        """Return a worker, or end it and fill its place in the background."""
        if worker.alive and worker.jobs < self._recycle_after and not self._closed:
            self._idle.put_nowait(worker)
            return
        await worker.kill()
        self._workers.discard(worker)
        if not self._closed:
            task = asyncio.create_task(self._refill())
            self._refills.add(task)
            task.add_done_callback(self._refills.discard)

    async def _refill(self) -> None:
        try:
            self._idle.put_nowait(await self._new())
        except RedactionRefused:
            self._idle.put_nowait(None)  # the next job tries again

    async def _new(self) -> Worker:
        if self._closed:
            raise RedactionRefused(RefusalCode.WORKER_DIED)
        worker = await Worker.start(self._finder)
        if self._closed:
            await worker.kill()
            raise RedactionRefused(RefusalCode.WORKER_DIED)
        self._workers.add(worker)
        self._engines = worker.engines
        return worker
