"""Worker processes: killed on deadline, cancellation and memory; the pool survives and says why."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import psutil
import pytest
import pytest_asyncio

from qupia_redaction.errors import RedactionRefused, RefusalCode
from qupia_redaction.model import Category, Limits
from qupia_redaction.rendition import CheckedRendition
from qupia_redaction.workers import WorkerPool
from qupia_redaction.workers.frames import Job, JobKind, Refused, Step, packed
from qupia_redaction.workers.process import Worker
from tests.unit.redaction.pdfs.build import LINES, ORDER, SECRET, text_of, typed

FINDER = "tests.unit.redaction.worker_finders:build"
QUICK = Limits(max_seconds=60, max_memory=900 << 20)


@pytest_asyncio.fixture
async def pool(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[WorkerPool]:
    monkeypatch.setenv("QUPIA_TEST_SECRET", "not for workers")
    pool = WorkerPool(1, QUICK, finder=FINDER)
    await pool.start()
    yield pool
    await pool.close()


def _workers() -> list[psutil.Process]:
    return [
        child
        for child in psutil.Process().children(recursive=True)
        if child.is_running() and FINDER in " ".join(child.cmdline() if child.status() != "zombie" else [])
    ]


async def _works(pool: WorkerPool) -> None:
    rendition = await pool.redact(typed(), ORDER)
    assert isinstance(rendition, CheckedRendition)
    assert SECRET not in text_of(rendition.data)


async def _code(
    pool: WorkerPool, first_line: str, limits: Limits = QUICK, deadline: float | None = None
) -> RefusalCode:
    with pytest.raises(RedactionRefused) as caught:
        await pool.redact(typed([first_line, *LINES]), ORDER, limits, deadline)
    return caught.value.code


async def test_redacts_detects_and_reports(pool: WorkerPool) -> None:
    rendition = await pool.redact(typed(), ORDER)
    details = await pool.detect(typed())

    assert rendition.report.marks == {Category.PERSON: 1}
    assert rendition.report.cpu_seconds > 0
    assert [detail.category for detail in details] == [Category.PERSON]
    assert pool.engines["moody"] == "1"
    assert "pikepdf" in pool.engines


async def test_a_worker_tells_its_steps_to_whoever_asks(pool: WorkerPool) -> None:
    told: list[str] = []
    rendition = await pool.redact(typed(), ORDER, told=told.append)

    assert told == ["intake", "read", "find", "rebuild", "check"]
    assert SECRET not in text_of(rendition.data)
    await _works(pool)


class _Says:
    """A worker's answers, one after the other."""

    def __init__(self, *answers: object) -> None:
        self._frames = b"".join(packed(answer) for answer in answers)

    async def readexactly(self, size: int) -> bytes:
        if size > len(self._frames):
            raise asyncio.IncompleteReadError(self._frames, size)
        head, self._frames = self._frames[:size], self._frames[size:]
        return head


class _Process:
    """A process that was taken over: it says what it likes."""

    returncode = None
    pid = 0

    def __init__(self, *answers: object) -> None:
        self.stdout = _Says(*answers)
        self.stdin = self

    def write(self, data: bytes) -> None:
        pass

    async def drain(self) -> None:
        pass


@pytest.mark.parametrize(
    ("answers", "told", "end"),
    [
        ([Step("read"), Step(SECRET), Refused(RefusalCode.DAMAGED, 1)], ["read"], Refused(RefusalCode.DAMAGED, 1)),
        ([Step("read")] * 1_000, ["read"] * 16, Step("read")),
    ],
)
async def test_what_a_worker_tells_is_one_of_our_words_and_ends(
    answers: list[object], told: list[str], end: object
) -> None:
    heard: list[str] = []
    worker = Worker(_Process(*answers), {})  # type: ignore[arg-type] # only what is used of it
    assert await worker._exchange(Job(JobKind.REDACT, b"", ORDER, QUICK, tell=True), heard.append) == end
    assert heard == told


@pytest.mark.parametrize(("channel", "passed"), [("under_marks", "under_marks"), (f"saw {SECRET}", ""), ("x" * 99, "")])
def test_the_channel_of_a_refusal_is_a_word(channel: str, passed: str) -> None:
    worker = Worker(_Process(), {})  # type: ignore[arg-type] # only what is used of it
    with pytest.raises(RedactionRefused) as caught:
        worker._result(Refused(RefusalCode.LEAK_FOUND, 1, channel))
    assert caught.value.channel == passed


async def test_workers_inherit_no_secrets(pool: WorkerPool) -> None:
    assert "QUPIA_TEST_SECRET" not in pool.engines["environment"]


async def test_refusals_come_back_and_the_worker_stays(pool: WorkerPool) -> None:
    before = [worker.pid for worker in _workers()]
    with pytest.raises(RedactionRefused) as caught:
        await pool.redact(b"", ORDER)

    assert caught.value.code is RefusalCode.EMPTY
    assert [worker.pid for worker in _workers()] == before


async def test_an_unknown_fault_is_a_refusal(pool: WorkerPool) -> None:
    assert await _code(pool, "RAISE") is RefusalCode.ENGINE_ERROR
    await _works(pool)


async def test_deadline_kills(pool: WorkerPool) -> None:
    victim = _workers()[0]

    assert await _code(pool, "SLEEP", deadline=1.0) is RefusalCode.TIME_LIMIT
    assert not victim.is_running()
    await _works(pool)


async def test_the_limits_of_the_job_hold_as_well(pool: WorkerPool) -> None:
    assert await _code(pool, "SLEEP", replace(QUICK, max_seconds=1.0)) is RefusalCode.TIME_LIMIT


async def test_cancellation_kills(pool: WorkerPool) -> None:
    victim = _workers()[0]
    task = asyncio.ensure_future(pool.redact(typed(["SLEEP"]), ORDER))
    while not (children := victim.children()) and not task.done():  # noqa: ASYNC110 - another process gives no event
        await asyncio.sleep(0.01)
    grandchild = children[0]
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task

    assert not victim.is_running()
    assert not grandchild.is_running() or grandchild.status() == psutil.STATUS_ZOMBIE
    await _works(pool)


async def test_memory_kills(pool: WorkerPool) -> None:
    assert await _code(pool, "EAT", replace(QUICK, max_memory=400 << 20)) is RefusalCode.MEMORY_LIMIT
    await _works(pool)


async def test_a_worker_that_dies_is_replaced(pool: WorkerPool) -> None:
    assert await _code(pool, "DIE") is RefusalCode.WORKER_DIED
    await _works(pool)


async def test_a_worker_killed_from_outside_is_replaced(pool: WorkerPool) -> None:
    victim = _workers()[0]
    victim.kill()
    victim.wait()
    with contextlib.suppress(RedactionRefused):  # the job that finds out may pay for it
        await _works(pool)
    await _works(pool)


async def test_recycles_and_closes() -> None:
    pool = WorkerPool(1, QUICK, recycle_after=1, finder=FINDER)
    await pool.start()
    first = [worker.pid for worker in _workers()]
    await _works(pool)
    await _works(pool)
    assert first[0] not in [worker.pid for worker in _workers()]
    await pool.close()

    assert _workers() == []
    with pytest.raises(RedactionRefused):
        await pool.redact(typed(), ORDER, deadline_seconds=0.2)


async def test_a_finder_that_does_not_load_is_said_at_the_start() -> None:
    pool = WorkerPool(1, QUICK, finder="tests.unit.redaction.worker_finders:missing")
    with pytest.raises(RedactionRefused) as caught:
        await pool.start()

    assert caught.value.code is RefusalCode.WORKER_DIED


async def test_no_module_of_the_folder_in_which_somebody_redacts_runs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("dis", "token", "presidio_analyzer"):
        (tmp_path / f"{name}.py").write_text("open('ran', 'w').close()\nraise SystemExit(3)\n", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    pool = WorkerPool(1, QUICK, finder=FINDER)
    await pool.start()
    await _works(pool)
    await pool.close()

    assert not (tmp_path / "ran").exists()
