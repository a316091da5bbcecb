"""`qupia redact --show`: one class of special details stays visible, everything else goes, with real workers."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.typeset import text_of, typeset

TEXT = """ЛИЧНЫЙ ЛИСТОК ПО УЧЕТУ КАДРОВ

1. Фамилия, имя, отчество: Тестов Иван Петрович
2. Национальность: немец
3. Вероисповедание: лютеранин
4. Судимость: не судим
Отец раскулачен и выслан.
"""


def redact(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "qupia_server.cli", "redact", "in.pdf", "out.pdf", "--plain", *arguments]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=600, check=False)


@pytest.mark.slow
def test_two_classes_stay_and_the_others_go(tmp_path: Path) -> None:
    typeset(TEXT, tmp_path / "in.pdf")
    done = redact(tmp_path, "--show", "nationality", "--show", "family", "--show", "repression")
    assert done.returncode == 0, done.stderr
    left = text_of(tmp_path / "out.pdf")
    assert "немец" in left
    assert "раскулачен" in left
    assert not {word for word in ("Тестов", "лютеранин", "не судим") if word in left}


@pytest.mark.slow
def test_an_unknown_class_is_wrong_usage(tmp_path: Path) -> None:
    typeset(TEXT, tmp_path / "in.pdf")
    done = redact(tmp_path, "--show", "nationalty")
    assert done.returncode == 2
    assert "nationalty" in done.stderr
    assert not (tmp_path / "out.pdf").exists()
