"""The folder of a desk: a line that could not be written whole is not there, or nobody claims to know."""

from __future__ import annotations

import os
from pathlib import Path
from unittest import mock

import pytest

from qupia_policies.change import StepFault, StepRefused
from qupia_policies.desk_folder import FolderStore


@pytest.fixture
def store(tmp_path: Path) -> FolderStore:
    made = FolderStore(tmp_path / "desk")
    made.furnish({"officers": {}})
    with made.holding() as held:
        held.append("first")
    return made


def test_lines_are_appended_behind_the_last_whole_one(store: FolderStore, tmp_path: Path) -> None:
    with (tmp_path / "desk" / "log.jsonl").open("ab") as stream:
        stream.write(b"broken off by a power c")
    with store.holding() as held:
        held.append("second")
        held.append("third")
    assert store.log() == b"first\nsecond\nthird\n"


@pytest.mark.parametrize("step", ["pwrite", "fsync"])
def test_a_line_that_fails_is_taken_back(store: FolderStore, step: str) -> None:
    real = getattr(os, step)
    failed = False

    def once(*arguments: object) -> object:
        nonlocal failed
        if not failed:
            failed = True
            if step == "pwrite":
                real(arguments[0], b"second\n", arguments[2])
            raise OSError(28, "full")
        return real(*arguments)

    with (
        mock.patch.object(os, step, once),
        store.holding() as held,
        pytest.raises(OSError, match="full"),
    ):
        held.append("second")
    assert store.log() == b"first\n"


def test_a_line_that_cannot_be_taken_back_is_uncertain(store: FolderStore) -> None:
    with (
        mock.patch.object(os, "fsync", side_effect=OSError(5, "gone")),
        store.holding() as held,
        pytest.raises(StepRefused) as refused,
    ):
        held.append("second")
    assert refused.value.fault is StepFault.UNCERTAIN


def test_one_step_at_a_time_holds_the_log(store: FolderStore, tmp_path: Path) -> None:
    import fcntl

    with store.holding(), (tmp_path / "desk" / "log.jsonl").open("rb") as other, pytest.raises(BlockingIOError):
        fcntl.flock(other, fcntl.LOCK_EX | fcntl.LOCK_NB)
