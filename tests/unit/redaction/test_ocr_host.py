"""The host of the engine reads as the program does, each picture in a process of its own, and leaves nothing behind."""

from __future__ import annotations

import gc
import io
import os
import shutil
import signal
from collections.abc import Iterable

import pytest
from PIL import Image, ImageDraw, ImageFont

from qupia_redaction.errors import RedactionRefused, RefusalCode
from qupia_redaction.ocr.link import Host
from qupia_redaction.ocr.tesseract import LANGUAGES, TesseractOcr
from qupia_redaction.pdf.fonts import label_font
from qupia_redaction.ports import Metered, OcrWord

pytestmark = pytest.mark.skipif(shutil.which("tesseract") is None, reason="needs Tesseract")
DPI = 200
LINE = "Сәрсенова Гүлнар living in Алматы"


@pytest.fixture
def ocr() -> TesseractOcr:
    return TesseractOcr()


@pytest.fixture
def program(monkeypatch: pytest.MonkeyPatch) -> TesseractOcr:
    """Return an engine that has no host."""
    alone = TesseractOcr()
    monkeypatch.setattr(alone, "_host", None)
    return alone


def picture(text: str = LINE, ink: int = 0, paper: int = 255) -> Image.Image:
    image = Image.new("L", (900, 90), paper)
    ImageDraw.Draw(image).text((30, 20), text, ink, ImageFont.truetype(io.BytesIO(label_font()), 40))
    return image


def wish(**other: object) -> dict[str, object]:
    plain = {"languages": "eng", "segmentation": 6, "settings": {}, "size": (900, 90), "memory": -1}
    return plain | other


def refusal(host: Host, asked: dict[str, object], pixels: bytes) -> RefusalCode:
    with pytest.raises(RedactionRefused) as caught:
        host.ask(asked, pixels)
    return caught.value.code


def said(words: Iterable[OcrWord]) -> list[str]:
    return [word.text.reveal() for word in words]


def test_the_host_reads_to_the_letter_what_the_program_reads(ocr: TesseractOcr, program: TesseractOcr) -> None:
    image = picture()
    assert ocr.read(image, DPI) == program.read(image, DPI)
    assert ocr.read(image, DPI, block=True) == program.read(image, DPI, block=True)
    assert ocr.glance(image, DPI, ("kaz", "rus")) == program.glance(image, DPI, ("kaz", "rus"))
    assert ocr.cpu_seconds > 0
    assert program.cpu_seconds == 0


def test_no_picture_meets_the_settings_of_the_one_before(ocr: TesseractOcr) -> None:
    white = picture(ink=255, paper=0)
    before = said(ocr.read(white, DPI, block=True))
    ocr.glance(white, DPI, LANGUAGES)  # the same models, without a look for white print
    assert said(ocr.read(white, DPI, block=True)) == before
    assert "living" in before


def test_a_fork_that_fails_refuses_its_own_picture_only() -> None:
    host, image = Host(60), picture("Almaty")
    assert refusal(host, wish(size=(9, 9)), image.tobytes()) is RefusalCode.ENGINE_ERROR
    assert refusal(host, wish(memory=1 << 20), image.tobytes()) is RefusalCode.ENGINE_ERROR
    assert refusal(host, wish(languages="none"), image.tobytes()) is RefusalCode.ENGINE_ERROR
    assert "Almaty" in host.ask(wish(), image.tobytes())


def test_a_host_that_died_is_replaced() -> None:
    host, image = Host(60), picture("Almaty")
    assert host.version
    assert host._process is not None
    os.kill(host._process.pid, signal.SIGKILL)
    host._process.wait()
    assert "Almaty" in host.ask(wish(), image.tobytes())


def test_an_answer_that_does_not_come_ends_the_host(monkeypatch: pytest.MonkeyPatch) -> None:
    host, image = Host(60), picture("Almaty")
    assert host.version
    monkeypatch.setattr(host, "_timeout", 0)
    assert refusal(host, wish(), image.tobytes()) is RefusalCode.TIME_LIMIT
    assert host._process is not None
    assert host._process.returncode is not None
    monkeypatch.undo()
    assert "Almaty" in host.ask(wish(), image.tobytes())


def test_another_engine_than_the_program_is_not_asked(ocr: TesseractOcr, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Host, "version", "5.0.0-other")
    assert "living" in said(ocr.read(picture(), DPI, block=True))
    assert ocr.cpu_seconds == 0


def test_without_a_library_the_program_reads(ocr: TesseractOcr, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("qupia_redaction.ocr.link.host.__file__", os.devnull)
    assert "living" in said(ocr.read(picture(), DPI, block=True))
    assert ocr.cpu_seconds == 0


def test_the_host_ends_with_its_owner() -> None:
    host = Host(60)
    assert host.version
    process = host._process
    del host
    gc.collect()
    assert process is not None
    assert process.returncode is not None


def test_a_job_knows_what_the_host_used(ocr: TesseractOcr) -> None:
    assert isinstance(ocr, Metered)
