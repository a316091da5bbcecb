"""Each fence between the rooms stops what it is there to stop: one forbidden import, one broken contract."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = {
    "qupia_server": "server",
    "qupia_redaction": "redaction",
    "qupia_policies": "policies",
    "qupia_client": "clients/python",
    "qupia": "protos",
}
BREACHES = [
    ("server-layers", "qupia_server/disclosure/stray.py", "import qupia_server.rpc"),
    ("server-layers", "qupia_server/adapters/stray.py", "import qupia_server.rpc"),
    ("server-layers", "qupia_server/stray.py", "import qupia_server.errors"),
    ("redaction-rooms", "qupia_redaction/page/stray.py", "import qupia_redaction.read"),
    ("redaction-rooms", "qupia_redaction/stray.py", "import qupia_redaction.errors"),
    ("check-alone", "qupia_redaction/check/stray.py", "import qupia_redaction.plan"),
    ("libraries-apart", "qupia_redaction/stray.py", "import qupia_policies"),
    ("libraries-apart", "qupia_client/stray.py", "import qupia_redaction"),
    ("libraries-below", "qupia_policies/stray.py", "import qupia_server"),
    ("contract-alone", "qupia/stray.py", "import qupia_client"),
    ("wire-in-rpc", "qupia_server/disclosure/stray.py", "import grpc"),
    ("wire-in-rpc", "qupia_server/adapters/stray.py", "from qupia.v1 import audit_pb2"),
    ("wire-in-rpc", "qupia_redaction/stray.py", "from google.protobuf import message"),
    ("use-cases-pure", "qupia_server/ledger/stray.py", "import sqlalchemy"),
    ("libraries-offline", "qupia_policies/stray.py", "import socket"),
    ("rpc-no-engine", "qupia_server/rpc/stray.py", "import pikepdf"),
    ("only-engine-casbin", "qupia_policies/stray.py", "import casbin"),
    ("only-pdf-pymupdf", "qupia_redaction/stray.py", "import pymupdf"),
    ("only-detect-presidio", "qupia_redaction/stray.py", "import presidio_analyzer"),
    ("only-adapters-sqlalchemy", "qupia_server/rpc/stray.py", "import sqlalchemy"),
    ("only-adapters-cryptography", "qupia_server/disclosure/stray.py", "import cryptography"),
    ("only-commands-typer", "qupia_client/stray.py", "import rich"),
    ("client-no-agpl", "qupia_client/stray.py", "import pymupdf"),
]


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the code, in which every breach is made at once."""
    folder = tmp_path_factory.mktemp("house")
    for package, home in PACKAGES.items():
        shutil.copytree(
            ROOT / home / package,
            folder / package,
            ignore=lambda _, names: [n for n in names if Path(n).suffix not in {"", ".py"} or n == "__pycache__"],
        )
    shutil.copy(ROOT / "pyproject.toml", folder / "pyproject.toml")
    for _, path, line in BREACHES:
        with (folder / path).open("a", encoding="utf-8") as file:
            file.write(line + "\n")
    return folder


def lint(house: Path, contract: str) -> str:
    done = subprocess.run(
        [str(Path(sys.executable).parent / "lint-imports"), "--no-cache", "--contract", contract],
        cwd=house,
        env={**os.environ, "PYTHONPATH": str(house), "COLUMNS": "200"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def verdicts(house: Path) -> dict[str, str]:
    return {contract: lint(house, contract) for contract in {breach[0] for breach in BREACHES}}


@pytest.mark.parametrize(("contract", "path", "line"), BREACHES, ids=lambda value: str(value).split("/")[-1])
def test_a_forbidden_import_is_found(verdicts: dict[str, str], contract: str, path: str, line: str) -> None:
    module = path.removesuffix(".py").replace("/", ".")
    assert "BROKEN" in verdicts[contract]
    assert module in verdicts[contract], line


def test_every_contract_has_a_breach_here() -> None:
    text = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    contracts = {line.split('"')[1] for line in text.splitlines() if line.startswith("id = ")}
    assert contracts == {breach[0] for breach in BREACHES}
