"""One worker process as the pool sees it: start, ask, watch, kill with everything that it started."""

from __future__ import annotations

import asyncio
import os
import re
import signal
import sys
from collections.abc import Callable, Mapping

import psutil

from qupia_redaction.errors import RedactionRefused, RefusalCode
from qupia_redaction.workers.frames import HEADER, Done, Job, Ready, Refused, Step, body_size, packed, unpacked

START_SECONDS = 120.0
_WATCH_SECONDS = 0.1
_CHANNEL = re.compile(r"[a-z_]{0,24}")
"""What names a channel: a worker that a document took over must not tell much by it."""
_KEPT_ENVIRONMENT = ("PATH", "LANG", "LC_ALL", "HOME", "TMPDIR", "TESSDATA_PREFIX", "VIRTUAL_ENV", "PYTHONPATH")


STEPS = frozenset({"intake", "read", "find", "rebuild", "check"})
"""Words for steps: nothing else that a worker says is passed on."""
_MOST_STEPS = 16

Told = Callable[[str], None]
"""Is told the name of a step."""


class Worker:
    """A started process.

    Attributes:
        jobs: how many it has done.
        engines: names and versions that it reported.
    """

    def __init__(self, process: asyncio.subprocess.Process, engines: Mapping[str, str]) -> None:
        self._process = process
        self.engines = dict(engines)
        self.jobs = 0

    @classmethod
    async def start(cls, finder: str) -> Worker:
        """Start a process and wait until its models are loaded.

        Args:
            finder: `module:function` that builds the finder.

        Raises:
            RedactionRefused: WORKER_DIED when it does not come up.
        """
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-P",  # a module in the folder where somebody redacts must not run
            "-m",
            "qupia_redaction.workers.main",
            finder,
            str(os.getpid()),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL,
            env=_environment(),
            start_new_session=True,
        )
        worker = cls(process, {})
        try:
            async with asyncio.timeout(START_SECONDS):
                ready = await worker._read()
        except BaseException as error:
            await worker.kill()
            if isinstance(error, TimeoutError):
                raise RedactionRefused(RefusalCode.WORKER_DIED) from error
            raise
        if not isinstance(ready, Ready):
            await worker.kill()
            raise RedactionRefused(RefusalCode.WORKER_DIED)
        worker.engines = dict(ready.engines)
        return worker

    @property
    def alive(self) -> bool:
        """Whether the process runs."""
        return self._process.returncode is None

    async def ask(self, job: Job, seconds: float, told: Told | None = None) -> object:
        """Send a job and return its result; on any other end the process is killed.

        Args:
            job: what to do.
            seconds: wall clock.
            told: is told of each step that the worker begins, if the job asks it to tell.

        Raises:
            RedactionRefused: by the worker, or TIME_LIMIT, MEMORY_LIMIT, WORKER_DIED.
        """
        answer = asyncio.ensure_future(self._exchange(job, told))
        watch = asyncio.ensure_future(self._over(job.limits.max_memory))
        try:
            done, _ = await asyncio.wait({answer, watch}, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
            if answer in done:
                return self._result(await answer)
            raise RedactionRefused(RefusalCode.MEMORY_LIMIT if watch in done else RefusalCode.TIME_LIMIT)
        finally:
            watch.cancel()
            if not answer.done() or answer.cancelled() or answer.exception() is not None:
                answer.cancel()
                await asyncio.shield(self.kill())
            await asyncio.gather(answer, watch, return_exceptions=True)

    async def kill(self) -> None:
        """Kill the process and what it started, and wait for its end."""
        for child in self._family()[1:]:
            _kill(child.pid)
        _kill_group(self._process.pid)
        await self._process.wait()

    def _result(self, answer: object) -> object:
        self.jobs += 1
        match answer:
            case Done(result):
                return result
            case Refused(code, page, channel):
                raise RedactionRefused(code, page, channel if _CHANNEL.fullmatch(channel) else "")
            case _:
                raise RedactionRefused(RefusalCode.WORKER_DIED)

    async def _exchange(self, job: Job, told: Told | None) -> object:
        stdin = self._process.stdin
        if stdin is None:
            raise RedactionRefused(RefusalCode.WORKER_DIED)
        try:
            stdin.write(packed(job))
            await stdin.drain()
        except (ConnectionError, OSError) as error:
            raise RedactionRefused(RefusalCode.WORKER_DIED) from error
        answer = await self._read()
        for _ in range(_MOST_STEPS):
            if not isinstance(answer, Step):
                break
            if told is not None and answer.name in STEPS:
                told(answer.name)
            answer = await self._read()
        return answer

    async def _read(self) -> object:
        stdout = self._process.stdout
        if stdout is None:
            raise RedactionRefused(RefusalCode.WORKER_DIED)
        try:
            head = await stdout.readexactly(HEADER.size)
            return unpacked(await stdout.readexactly(body_size(head)))
        except (asyncio.IncompleteReadError, ConnectionError, OSError, ValueError) as error:
            raise RedactionRefused(RefusalCode.WORKER_DIED) from error

    async def _over(self, most: int) -> None:
        """Return when the worker and its children together hold more memory than allowed."""
        while True:
            await asyncio.sleep(_WATCH_SECONDS)
            if sum(_resident(process) for process in self._family()) > most:
                return

    def _family(self) -> list[psutil.Process]:
        try:
            parent = psutil.Process(self._process.pid)
            return [parent, *parent.children(recursive=True)]
        except psutil.Error:
            return []


def _environment() -> dict[str, str]:
    """Pass on what finding programs needs, and no secret that the server may have in its environment."""
    kept = {name: os.environ[name] for name in _KEPT_ENVIRONMENT if name in os.environ}
    paths = os.pathsep.join(path for path in sys.path if path)
    return {**kept, "PYTHONPATH": paths, "OMP_THREAD_LIMIT": "1", "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}


def _resident(process: psutil.Process) -> int:
    try:
        return int(process.memory_info().rss)
    except psutil.Error:
        return 0


def _kill(pid: int) -> None:
    try:
        os.kill(pid, signal.SIGKILL)
    except ProcessLookupError:
        return


def _kill_group(pid: int) -> None:
    try:
        os.killpg(pid, signal.SIGKILL)
    except (ProcessLookupError, PermissionError):
        return
