"""Every command and every line of Python that a README shows is run here, as a reader would type it.

The list of commands is compared exactly: a new command in a README fails until a case below runs it. Commands run in
a folder of their own that looks like a checkout, against a server started as `make serve` starts it.
"""

from __future__ import annotations

import json
import re
import shlex
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import yaml

from qupia_server.config import Settings
from qupia_server.samples import requests_file
from qupia_server.samples.build import render
from qupia_server.samples.papers import PAPERS
from tests.support.live import small_catalogue
from tests.support.readme import ROOT, Checkout, Result, blocks, commands, make, recipe, serving

README = (ROOT / "README.md").read_text(encoding="utf-8")
CLIENT_README = (ROOT / "clients/python/README.md").read_text(encoding="utf-8")
REDACTION_README = (ROOT / "redaction/README.md").read_text(encoding="utf-8")
(PYTHON,) = blocks(README, "python")
NUMBERS = dict(zip("six fifteen seventeen nineteen".split(), (6, 15, 17, 19), strict=True))


@pytest.fixture(scope="module")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Checkout]:
    folder = tmp_path_factory.mktemp("checkout")
    (folder / ".venv").mkdir()
    (folder / ".venv/bin").symlink_to(Path(sys.executable).parent)
    (folder / "policies").symlink_to(ROOT / "policies")
    (folder / "path/to").mkdir(parents=True)
    for name in ("document.pdf", "path/to/any.pdf"):
        (folder / name).write_bytes(render(PAPERS[1]()))
    small_catalogue(folder)
    where = Checkout(folder)
    where.run(recipe("serve")[0]).well()
    with serving(folder):
        yield where


def made(where: Checkout, command: str) -> Result:
    """Run what a `make` target runs once its setup is done."""
    return where.run(" && ".join(recipe(command.removeprefix("make "))))


def make_demo(where: Checkout, command: str) -> None:
    shown = made(where, command).well()
    out = where.folder / "demo-out"
    pdfs, pictures = ({file.stem for file in out.glob(f"*.{kind}")} for kind in ("pdf", "png"))
    expected = yaml.safe_load(requests_file().read_text(encoding="utf-8"))["requests"]
    assert len(pdfs) == sum(ask["expect"] == "allowed" for ask in expected)
    assert pictures == pdfs
    assert all((out / f"{name}.pdf").read_bytes().startswith(b"%PDF") for name in pdfs)
    entries = listed(where.run("qupia audit list --home demo-out/server --output json"))
    assert len([entry for entry in entries if entry["event"] in {"transfer", "denial"}]) == len(expected)
    assert "demo-out/" in shown


def make_demo_with_a_file(where: Checkout, command: str) -> None:
    made(where, command).well()
    assert list((where.folder / "demo-out").glob("*.pdf"))


def make_demo_in_kazakh(_where: Checkout, command: str) -> None:
    (line,) = recipe(command.removeprefix("make "))
    assert shlex.split(line) == [".venv/bin/qupia", "demo", "--language", "kk"]


def make_test(_where: Checkout, command: str) -> None:
    # The tests cannot run themselves; that `make test` collects this very file is shown by its running.
    (line,) = recipe(command.removeprefix("make "))
    assert "-m pytest" in line
    assert not re.search(r"-k |-m [^p]|--deselect", line)


def make_help(_where: Checkout, _command: str) -> None:
    shown = make("help")
    assert all(f"make {target} " in shown for target in ("demo", "serve", "test", "bench"))


def make_serve(where: Checkout, command: str) -> None:
    first, second = recipe(command.removeprefix("make "))
    assert first.endswith("|| .venv/bin/qupia init --samples")
    assert second == "exec .venv/bin/qupia serve"
    home = where.folder / ".qupia"
    assert {"qupia.toml", "qupia.db", "keys", "objects", "client.env"} <= {file.name for file in home.iterdir()}


def make_bench(_where: Checkout, command: str) -> None:
    (line,) = recipe(command.removeprefix("make "))
    assert (ROOT / shlex.split(line)[1]).name == "run.py"


def init(where: Checkout, command: str) -> None:
    assert "made new/qupia.toml" in where.run(f"{command} --home new").well()


def documents_list(where: Checkout, command: str) -> None:
    assert "d-0001" in where.run(command).well()


def disclose(where: Checkout, command: str) -> None:
    target = where.folder / shlex.split(command)[-1]
    target.unlink(missing_ok=True)
    assert "person" in where.run(command).well()
    assert target.read_bytes().startswith(b"%PDF")


def check_allowed(where: Checkout, command: str) -> None:
    assert "auditEntries/" in where.run(f"{command} --output json").well()


def check_on_all_grounds(where: Checkout, command: str) -> None:
    told = json.loads(where.run(f"{command} --output json").well())
    assert told["best_ground"] == "own_data"
    assert len(told["grounds"]) == 10


def policies_show(where: Checkout, command: str) -> None:
    assert "own-data" in where.run(command).well()


def check_refused(where: Checkout, command: str) -> None:
    done = where.run(command)
    assert done.code == 3, done.err


def audit_of_the_server(where: Checkout, command: str) -> None:
    where.run("qupiactl check d-0001 --purpose research --ground research")
    shown = where.run(command).well()
    assert "d-0001" in shown


def audit_of_the_machine(where: Checkout, command: str) -> None:
    assert "POLICY.LOADED" in where.run(command).well()
    assert any(entry["reason"] == "POLICY.LOADED" for entry in listed(where.run(f"{command} --output json")))


def listed(result: Result) -> list[dict[str, str]]:
    return [json.loads(line) for line in result.well().splitlines()]


def policies_test(where: Checkout, command: str) -> None:
    assert "0 failed" in where.run(command).well()


def redact(where: Checkout, command: str) -> None:
    assert "hidden: " in where.run(command).well()
    assert (where.folder / "redacted.pdf").read_bytes().startswith(b"%PDF")


def redact_terms(where: Checkout, command: str) -> None:
    assert "hidden: term 1;" in where.run(command).well()
    report = json.loads((where.folder / "report.json").read_text(encoding="utf-8"))
    assert [(mark["category"], mark["reason"]) for mark in report["marks"]] == [("term", "T")]


def redact_several(where: Checkout, command: str) -> None:
    where.run(command).well()
    assert {file.name for file in (where.folder / "redacted").iterdir()} == {"document.pdf", "any.pdf"}


def detect(where: Checkout, command: str) -> None:
    found = [json.loads(line) for line in where.run(command).well().splitlines()]
    assert {"person", "iin"} <= {detail["category"] for detail in found}


def catalogue_import(where: Checkout, command: str) -> None:
    where.run(command).well()
    assert "doc-1" in where.run("qupiactl documents list --output json").well()


def db_upgrade(where: Checkout, command: str) -> None:
    assert where.run(command).well().startswith("schema ")


def completion(where: Checkout, command: str) -> None:
    assert "completion" in where.run(f"{command} bash").well()


def profile(where: Checkout, command: str) -> None:
    text = (where.folder / ".qupia/client.env").read_text(encoding="utf-8")
    moved = re.sub(r"=(identity|person)", r"=.qupia/\1", text)
    (where.folder / "my.env").write_text(moved, encoding="utf-8")
    assert "d-0001" in where.run(f"{command} documents list").well()


def named_paths(_where: Checkout, command: str) -> None:
    assert all((ROOT / path).exists() for path in shlex.split(command)[1:])


def extra_of_the_client(_where: Checkout, command: str) -> None:
    # Installing is proved in tests/packaging; here only that the name is right.
    text = (ROOT / "clients/python/pyproject.toml").read_text(encoding="utf-8")
    assert 'name = "qupia-client"' in text
    assert re.search(r"^cli = \[", text, re.MULTILINE), command


Case = Callable[[Checkout, str], None]

CASES: dict[str, Case] = {
    "make demo": make_demo,
    "make test": make_test,
    ".venv/bin/qupiactl documents list": documents_list,
    ".venv/bin/qupiactl disclose d-0001 --purpose protect_rights --ground own_data --language en -o own-copy.pdf": (
        disclose
    ),
    ".venv/bin/qupiactl check d-0001 --purpose protect_rights --ground own_data": check_allowed,
    ".venv/bin/qupiactl audit list --output json": audit_of_the_server,
    ".venv/bin/qupia audit list": audit_of_the_machine,
    ".venv/bin/qupia policies test policies/qupia_policies/default": policies_test,
    ".venv/bin/qupia redact document.pdf redacted.pdf": redact,
    '.venv/bin/qupia redact document.pdf redacted.pdf --term "Үлгілі" --terms-only --plain --report report.json': (
        redact_terms
    ),
    ".venv/bin/qupia detect document.pdf": detect,
    ".venv/bin/qupia catalogue import catalogue.jsonl": catalogue_import,
    ".venv/bin/qupia db upgrade": db_upgrade,
    "make demo DOC=path/to/any.pdf": make_demo_with_a_file,
    "make demo LANG_UI=kk": make_demo_in_kazakh,
    "make help": make_help,
    "make serve": make_serve,
    "qupia init": init,
}
REDACTION_CASES: dict[str, Case] = {
    ".venv/bin/qupia redact --out-dir redacted --profile R2 document.pdf path/to/any.pdf": redact_several,
}
CLIENT_CASES: dict[str, Case] = {
    "qupiactl disclose d-0001 --purpose protect_rights --ground own_data -o out.pdf": disclose,
    "qupiactl check d-0001 --purpose research --ground research --output json": check_refused,
    "qupiactl check d-0001 --purpose protect_rights --all-grounds": check_on_all_grounds,
    "qupiactl audit list --outcome refused --language kk": audit_of_the_server,
    "qupiactl policies show": policies_show,
    "qupiactl --profile my.env": profile,
    "pip install 'qupia-client[cli]'": extra_of_the_client,
    "qupiactl --install-completion": completion,
    "pytest tests/unit/clients tests/integration/test_client_fake_server.py": named_paths,
}


def test_every_command_of_the_readmes_has_its_case() -> None:
    assert commands(README) == list(CASES)
    assert commands(CLIENT_README) == list(CLIENT_CASES)
    shown = [command for command in commands(REDACTION_README) if "bin/qupia " in command]
    assert set(shown) - CASES.keys() == REDACTION_CASES.keys()


@pytest.mark.slow
@pytest.mark.parametrize("command", [*CASES, *REDACTION_CASES, *CLIENT_CASES])
def test_the_command_does_what_the_readme_says(checkout: Checkout, command: str) -> None:
    (CASES | REDACTION_CASES | CLIENT_CASES)[command](checkout, command)


@pytest.mark.slow
def test_the_fifteen_lines_of_python_disclose(checkout: Checkout) -> None:
    assert blocks(CLIENT_README, "python") == [PYTHON]
    assert PYTHON.count("\n") <= NUMBERS["fifteen"]
    (checkout.folder / "out.pdf").unlink(missing_ok=True)
    lines = checkout.run(f"python -c {shlex.quote(PYTHON)}").well().splitlines()
    said = [tuple(line.split(" ")[:2]) for line in lines]
    assert said[0][0] == "rule:"
    assert ("hidden:", "person") in said
    name = said[-1][1]
    assert said[-1][0] == "entry:"
    assert (checkout.folder / "out.pdf").read_bytes().startswith(b"%PDF")
    assert name in checkout.run("qupiactl audit list --output json").well()


@pytest.mark.slow
def test_the_fifteen_lines_of_python_say_why_when_refused(checkout: Checkout) -> None:
    stranger = PYTHON.replace('ground="own_data"', 'ground="heir"')
    assert stranger != PYTHON
    assert checkout.run(f"python -c {shlex.quote(stranger)}").well().startswith("refused: NO_RULE ")


def test_the_numbers_are_true() -> None:
    papers = [make_paper() for make_paper in PAPERS]
    asks = yaml.safe_load(requests_file().read_text(encoding="utf-8"))["requests"]
    words = {number: word for word, number in NUMBERS.items()}
    flat = " ".join(README.split())
    assert f"a sample archive of {words[len(papers)]} generated documents" in flat
    assert f"{words[sum(paper.look is not None for paper in papers)]} scans)" in flat
    assert f"sends {words[len(asks)]} requests" in flat


def test_links_folders_and_settings_are_there() -> None:
    named = r"`((?:server|protos|policies|redaction|clients|tests)/[^`]*)`"
    links = re.findall(r"\]\(([^)#:]+)\)", README) + re.findall(named, README)
    assert len(links) >= 8
    assert [link for link in links if not (ROOT / link).exists()] == []
    settings = re.findall(r"`(store|listen|workers|identity)\.(\w+)[` ]", README)
    assert settings
    for section, name in settings:
        assert name in type(getattr(Settings(), section)).model_fields


@pytest.mark.parametrize("folder", ["server", "policies", "redaction", "protos", "tests", "clients/python"])
def test_a_folders_readme_is_a_page_and_names_tests_that_are_there(folder: str) -> None:
    text = (ROOT / folder / "README.md").read_text(encoding="utf-8")
    assert text.count("\n") <= 60
    paths = [
        word for line in re.findall(r"pytest ([^`\n]+)", text) for word in line.split() if word.startswith("tests/")
    ]
    assert paths
    assert [path for path in paths if not (ROOT / path).exists()] == []
