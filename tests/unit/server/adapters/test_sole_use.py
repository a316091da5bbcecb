"""One server on one SQLite database, whoever asks first."""

from __future__ import annotations

import multiprocessing
import os
import stat
from pathlib import Path

import pytest

from qupia_server.adapters.sole_use import sole_use
from qupia_server.errors import ConfigurationError


def hold(database: Path, held: object) -> None:
    """Take the lock, say so, and die without letting go."""
    with sole_use(database):
        held.set()  # type: ignore[attr-defined]
        os.kill(os.getpid(), 9)


def test_a_second_server_is_refused_and_told_who_is_there(tmp_path: Path) -> None:
    database = tmp_path / "qupia.db"
    with sole_use(database), pytest.raises(ConfigurationError, match=f"process {os.getpid()}"), sole_use(database):
        pass
    with sole_use(database):
        assert stat.S_IMODE((tmp_path / "qupia.db.lock").stat().st_mode) == 0o600
    with sole_use(tmp_path / "other.db"), sole_use(database):
        pass


def test_the_lock_ends_with_a_killed_process(tmp_path: Path) -> None:
    database, spawn = tmp_path / "qupia.db", multiprocessing.get_context("spawn")
    held = spawn.Event()
    process = spawn.Process(target=hold, args=(database, held))
    process.start()
    process.join(60)
    assert process.exitcode == -9
    assert held.is_set()
    with sole_use(database):
        pass


def test_a_folder_that_cannot_be_written_is_a_matter_of_configuration(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="lock file"), sole_use(tmp_path / "none" / "qupia.db"):
        pass
