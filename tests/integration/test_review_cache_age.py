"""Renditions do not outlive their age in the store because nobody asks for them again."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.support.live import LightRedactor, live, own_data, prepare, settings_of

pytestmark = pytest.mark.enable_socket


def kept(home: Path) -> list[Path]:
    return [path for path in (home / "objects" / "renditions").rglob("*") if path.is_file()]


def test_a_start_forgets_renditions_that_are_too_old(tmp_path: Path) -> None:
    settings = settings_of(tmp_path)
    prepare(settings)
    redactor = LightRedactor()
    with live(settings, redactor.started) as server, server.client() as client:
        client.disclose(**own_data("doc-1")).read()
        client.disclose(**own_data("doc-2")).read()
    old, young = kept(tmp_path)
    os.utime(old, (0, 0))
    with live(settings, redactor.started):
        assert kept(tmp_path) == [young]
