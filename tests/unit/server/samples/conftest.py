"""The sample archive, built once."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from qupia_server.samples import build_archive


@pytest.fixture(scope="session")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("archive")
    build_archive(folder)
    return folder


@pytest.fixture(scope="session")
def rows(archive: Path) -> dict[str, list[dict[str, Any]]]:
    found: dict[str, list[dict[str, Any]]] = {}
    for line in (archive / "catalogue.jsonl").read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        found.setdefault(row.pop("type"), []).append(row)
    return found
