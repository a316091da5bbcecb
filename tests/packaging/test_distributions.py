"""The distributions as a user gets them: what is inside, under which licence, and what comes along.

PyMuPDF is AGPL: it may come with the server, never with the contract or the client.
"""

from __future__ import annotations

import email.message
import email.parser
import json
import os
import re
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
CLIENT = {"googleapis-common-protos", "grpcio", "protobuf", "typing-extensions"}
OURS = {"qupia-api", "qupia-client"}
SERVER_ONLY = {
    "casbin",
    "cryptography",
    "natasha",
    "numpy",
    "obstore",
    "pikepdf",
    "presidio-analyzer",
    "pymupdf",
    "pypdfium2",
    "sqlalchemy",
}
LICENCES = {"qupia": "AGPL-3.0-or-later", "qupia-api": "Apache-2.0", "qupia-client": "Apache-2.0"}
FIRST_WORDS = {"AGPL-3.0-or-later": "GNU AFFERO GENERAL PUBLIC LICENSE", "Apache-2.0": "Apache License"}
MODULES = (
    "qupia_client",
    "qupia.v1.disclosure_service_pb2_grpc",
    "qupia.v1.document_service_pb2_grpc",
    "qupia.v1.audit_service_pb2_grpc",
    "qupia.v1.policy_service_pb2_grpc",
)


def find_uv() -> str:
    for candidate in (os.environ.get("UV"), shutil.which("uv"), str(ROOT / ".tools" / "uv" / "bin" / "uv")):
        if candidate and Path(candidate).exists():
            return candidate
    pytest.fail("no uv: run `make setup`")


def uv(*arguments: str) -> str:
    environment = {name: value for name, value in os.environ.items() if name != "VIRTUAL_ENV"}
    done = subprocess.run(
        [find_uv(), "--quiet", *arguments],
        cwd=ROOT,
        env=environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    return done.stdout


def closure(package: str, *more: str) -> set[str]:
    """Names of everything that comes with a package on any platform, by the lock; ours left out."""
    text = uv(
        "export",
        "--locked",
        "--no-dev",
        "--no-hashes",
        "--no-header",
        "--no-annotate",
        "--no-emit-workspace",
        f"--package={package}",
        *more,
    )
    return {re.split(r"[=<>;\[ @]", line)[0].lower() for line in text.splitlines() if line.strip()}


@pytest.fixture(scope="module")
def wheels(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The three wheels, by distribution name, built from a clean copy of what git knows."""
    folder = tmp_path_factory.mktemp("wheels")
    uv("build", "--all-packages", "--wheel", "--no-create-gitignore", "--out-dir", str(folder))
    return {path.name.split("-")[0].replace("_", "-"): path for path in folder.glob("*.whl")}


def metadata(wheel: Path) -> email.message.Message:
    with zipfile.ZipFile(wheel) as archive:
        name = next(n for n in archive.namelist() if n.endswith(".dist-info/METADATA"))
        return email.parser.Parser().parsestr(archive.read(name).decode())


def names(wheel: Path) -> set[str]:
    with zipfile.ZipFile(wheel) as archive:
        return set(archive.namelist())


@pytest.fixture(scope="module")
def client_python(wheels: dict[str, Path], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An interpreter that sees the client, the contract and what they need; nothing else."""
    folder = tmp_path_factory.mktemp("client") / "venv"
    uv("venv", "--python", sys.executable, str(folder))
    python = folder / "bin" / "python"
    uv("pip", "install", "--python", str(python), str(wheels["qupia-api"]), str(wheels["qupia-client"]))
    return python


def test_there_are_three_distributions(wheels: dict[str, Path]) -> None:
    assert set(wheels) == set(LICENCES)


@pytest.mark.parametrize("name", sorted(LICENCES))
def test_metadata_and_text_of_the_licence_agree(wheels: dict[str, Path], name: str) -> None:
    licence = LICENCES[name]
    assert metadata(wheels[name])["License-Expression"] == licence
    with zipfile.ZipFile(wheels[name]) as archive:
        texts = [n for n in archive.namelist() if n.endswith(".dist-info/licenses/LICENSE")]
        assert len(texts) == 1
        assert FIRST_WORDS[licence] in archive.read(texts[0]).decode()


@pytest.mark.parametrize(
    ("name", "packages"),
    [
        ("qupia", {"qupia_server", "qupia_redaction", "qupia_policies"}),
        ("qupia-api", {"qupia"}),
        ("qupia-client", {"qupia_client"}),
    ],
)
def test_a_wheel_holds_its_packages_and_nothing_else(wheels: dict[str, Path], name: str, packages: set[str]) -> None:
    tops = {n.split("/")[0] for n in names(wheels[name]) if ".dist-info/" not in n}
    assert tops == packages
    assert {f"{package}/py.typed" for package in packages} <= names(wheels[name])


@pytest.mark.parametrize(
    ("name", "root", "packages"),
    [
        ("qupia", "server", "qupia_server"),
        ("qupia", "redaction", "qupia_redaction"),
        ("qupia", "policies", "qupia_policies"),
        ("qupia-client", "clients/python", "qupia_client"),
        ("qupia-api", "protos", "qupia"),
    ],
)
def test_every_file_of_a_package_is_in_its_wheel(wheels: dict[str, Path], name: str, root: str, packages: str) -> None:
    listed = subprocess.run(
        ["git", "-C", str(ROOT / root), "ls-files", packages], capture_output=True, text=True, check=True
    ).stdout.split("\n")
    there = {path for path in listed if path and (ROOT / root / path).exists()}
    assert there
    assert there - names(wheels[name]) == set()


def test_the_contract_brings_its_generated_code_and_stubs(wheels: dict[str, Path]) -> None:
    for proto in (ROOT / "protos" / "qupia" / "v1").glob("*.proto"):
        stem = f"qupia/v1/{proto.stem}"
        wanted = {f"{stem}.proto", f"{stem}_pb2.py", f"{stem}_pb2.pyi"}
        if proto.stem.endswith("_service"):
            wanted |= {f"{stem}_pb2_grpc.py", f"{stem}_pb2_grpc.pyi"}
        assert wanted <= names(wheels["qupia-api"])


@pytest.mark.parametrize("package", ["qupia-api", "qupia-client"])
def test_contract_and_client_need_four_packages(package: str) -> None:
    assert closure(package) == CLIENT


def test_the_command_adds_a_terminal_and_no_engine() -> None:
    everything = closure("qupia-client", "--all-extras")
    assert everything & SERVER_ONLY == set()
    assert everything >= CLIENT | {"typer", "rich"}


def test_the_server_brings_what_the_client_must_not() -> None:
    """The list above names real packages: each comes with the server."""
    assert closure("qupia") >= SERVER_ONLY


def test_the_client_installs_alone(client_python: Path) -> None:
    listed = json.loads(uv("pip", "list", "--python", str(client_python), "--format", "json"))
    assert {package["name"].lower() for package in listed} == CLIENT | OURS


@pytest.mark.parametrize("module", MODULES)
def test_the_client_imports_alone(client_python: Path, module: str) -> None:
    code = f"import sys, {module}; sys.exit('pymupdf' in sys.modules)"
    done = subprocess.run(
        [str(client_python), "-I", "-W", "error", "-c", code], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr[-2000:]


def test_engines_cannot_be_imported_beside_the_client(client_python: Path) -> None:
    code = "import importlib.util as u, sys; sys.exit(any(map(u.find_spec, sys.argv[1:])))"
    engines = ["pymupdf", "fitz", "pikepdf", "casbin", "sqlalchemy", "qupia_server", "qupia_redaction"]
    assert subprocess.run([str(client_python), "-I", "-c", code, *engines], check=False).returncode == 0
