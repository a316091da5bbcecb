"""Rules of the house that no tool knows: sizes, headers, targets that `make help` tells of."""

from __future__ import annotations

import ast
import re
import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("server", "redaction", "policies", "clients")
LONGEST_FILE = 600


def tracked(*folders: str, suffix: str) -> list[Path]:
    listed = subprocess.run(
        ["git", "-C", str(ROOT), "ls-files", *folders], capture_output=True, text=True, check=True
    ).stdout.splitlines()
    return [ROOT / name for name in listed if name.endswith(suffix) and (ROOT / name).exists()]


def test_no_module_is_too_long_to_hold_in_the_head() -> None:
    long = {
        str(path.relative_to(ROOT)): lines
        for path in tracked(*PACKAGES, "tests", "protos", suffix=".py")
        if (lines := path.read_text(encoding="utf-8").count("\n")) > LONGEST_FILE
    }
    assert long == {}


def test_every_module_says_what_it_is_for() -> None:
    silent = [
        str(path.relative_to(ROOT))
        for path in tracked(*PACKAGES, suffix=".py")
        if not ast.get_docstring(ast.parse(path.read_text(encoding="utf-8")))
    ]
    assert silent == []


def test_every_proto_names_its_licence() -> None:
    protos = tracked("protos", suffix=".proto")
    assert protos
    for proto in protos:
        assert proto.read_text(encoding="utf-8").startswith("// SPDX-License-Identifier: Apache-2.0\n"), proto


def test_help_tells_of_every_target() -> None:
    text = (ROOT / "Makefile").read_text(encoding="utf-8")
    targets = set(re.findall(r"^\.PHONY: (\S+)$", text, re.MULTILINE))
    told = subprocess.run(
        ["make", "--no-print-directory", "-C", str(ROOT)], capture_output=True, text=True, check=True
    ).stdout
    assert {target for target in targets if f"make {target} " not in told} == {"tesseract"}
    assert {"setup", "demo", "test", "serve", "bench", "help"} <= targets
