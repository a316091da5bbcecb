"""The library alone needs no typer and no rich, and says so when the command is called without them."""

from __future__ import annotations

import subprocess
import sys

import pytest

from qupia_client import cli

BLOCK = "import sys; sys.modules['typer'] = None; sys.modules['rich'] = None; sys.modules['google_crc32c'] = None; "


def test_the_library_imports_without_the_extra() -> None:
    code = BLOCK + "import qupia_client; from qupia_client.crc32c import crc32c; print(crc32c(b'123456789'))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=True)
    assert int(done.stdout) == 0xE3069283


def test_the_command_says_what_is_missing() -> None:
    code = BLOCK + "from qupia_client.cli import main; main()"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 1
    assert done.stderr.strip() == "qupiactl needs the extra `cli`: pip install 'qupia-client[cli]'"


def test_another_missing_module_is_not_hidden(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "qupia_client.cli.app", None)
    with pytest.raises(ModuleNotFoundError):
        cli.main()
