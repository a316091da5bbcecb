"""`qupia redact` as scripts use it, with real workers: pictures in, PDF out, several files, refusals beside results."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pypdfium2
import pytest
from PIL import Image, ImageDraw, ImageFont

NAME, NUMBER = "Жұмабеков Серік", "990412300128"
LINES = ("ПРИКАЗ по заводу", f"Гражданин {NAME} принят слесарем", f"ИИН {NUMBER} проверен отделом", "Директор завода")
_SANS = "/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf"


def scan(*more: str) -> Image.Image:
    """Return a page of print at 200 dpi."""
    face = ImageFont.truetype(_SANS, 38)
    image = Image.new("L", (1654, 1100), 255)
    for number, line in enumerate((*LINES, *more)):
        ImageDraw.Draw(image).text((150, 150 + 90 * number), line, 0, face)
    return image


def redact(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "qupia_server.cli", "redact", "--terms-only", "--plain", "--report", "report.json"]
    return subprocess.run(
        [*command, "--term", NAME, "--term", NUMBER, *arguments],
        cwd=folder, env={**os.environ, "COLUMNS": "200"}, capture_output=True, text=True, timeout=600, check=False,
    )  # fmt: skip


def words(file: Path) -> list[list[str]]:
    with pypdfium2.PdfDocument(file) as document:
        return [page.get_textpage().get_text_range().split() for page in document]


@pytest.mark.slow
def test_pictures_leave_as_searchable_pdf_without_the_terms(tmp_path: Path) -> None:
    scan().save(tmp_path / "photo.jpg", dpi=(200, 200))
    scan("страница один").save(
        tmp_path / "pages.tif", save_all=True, append_images=[scan("страница два")], dpi=(200, 200)
    )
    (tmp_path / "broken.png").write_bytes(b"\x89PNG\r\n\x1a\nnothing")

    done = redact(tmp_path, "--out-dir", "out", "photo.jpg", "pages.tif", "broken.png")

    assert done.returncode == 3, done.stderr
    assert "broken.png: refused: DAMAGED" in done.stderr
    assert sorted(file.name for file in (tmp_path / "out").iterdir()) == ["pages.pdf", "photo.pdf"]
    pages = [*words(tmp_path / "out/photo.pdf"), *words(tmp_path / "out/pages.pdf")]
    assert len(pages) == 3
    for page in pages:
        assert {"ПРИКАЗ", "Гражданин", "принят", "слесарем", "ИИН", "проверен", "Директор"} <= set(page)
        assert not {*NAME.split(), NUMBER} & set(page)
    report = json.loads((tmp_path / "report.json").read_text(encoding="utf-8"))
    assert [(one["outcome"], one.get("hidden")) for one in report["files"]] == [
        ("redacted", {"term": 2}), ("redacted", {"term": 4}), ("refused", None),
    ]  # fmt: skip
    assert "clean" in report["files"][0]["channels"].values()


@pytest.mark.slow
def test_redacting_twice_equals_once(tmp_path: Path) -> None:
    scan().save(tmp_path / "photo.jpg", dpi=(200, 200))
    assert redact(tmp_path, "photo.jpg", "once.pdf").returncode == 0
    assert redact(tmp_path, "photo.jpg", "again.pdf").returncode == 0
    assert (tmp_path / "once.pdf").read_bytes() == (tmp_path / "again.pdf").read_bytes()
    assert redact(tmp_path, "once.pdf", "twice.pdf").returncode == 0
    assert json.loads((tmp_path / "report.json").read_text(encoding="utf-8"))["hidden"] == {}
    assert {"Гражданин", "слесарем", "ИИН"} <= set(words(tmp_path / "twice.pdf")[0])
