"""Unit tests have no OCR engine: fonts are believed, unless a test is about not believing them."""

from __future__ import annotations

import pytest


@pytest.fixture(autouse=True)
def _fonts_are_believed(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    if "disbelieve" not in request.node.name:
        monkeypatch.setattr("qupia_redaction.read.trust._agrees", lambda sample, page, ocr: True)
