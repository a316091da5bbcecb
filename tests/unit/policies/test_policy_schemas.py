"""The schemas for editors: as published, true of every bundle that is shipped, and closed."""

from __future__ import annotations

import ast
import json
import re
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator  # type: ignore[import-untyped]

from qupia_policies import json_schema
from qupia_policies.bundle import default_bundle_dir
from qupia_policies.json_schema import FILES, schemas, schemas_dir
from qupia_policies.starter import starter_dir
from qupia_policies.yamldoc import read_yaml
from tests.support.policy_bundles import BASE, rule
from tests.support.policy_generator import Generator

SHIPPED = [(of, path) for of in (default_bundle_dir(), starter_dir()) for path in sorted(of.rglob("*.yaml"))]


def validator(file: str) -> Draft202012Validator:
    name = next(name for name, pattern in FILES.items() if Path(file).match(pattern))
    return Draft202012Validator(schemas()[name])


def faults(file: str, text: str) -> list[str]:
    value: Any = json.loads(json.dumps(read_yaml(text.encode())))
    return [fault.message for fault in validator(file).iter_errors(value)]


@pytest.mark.parametrize("name", sorted(FILES))
def test_the_published_schema_is_the_one_that_the_code_means(name: str) -> None:
    published = json.loads((schemas_dir() / f"{name}.schema.json").read_text(encoding="utf-8"))
    assert published == schemas()[name], "run: python -m qupia_policies.json_schema"
    Draft202012Validator.check_schema(published)


@pytest.mark.parametrize(("folder", "path"), SHIPPED, ids=[str(path.relative_to(f.parent)) for f, path in SHIPPED])
def test_every_file_that_is_shipped_fits_its_schema(folder: Path, path: Path) -> None:
    assert faults(path.relative_to(folder).as_posix(), path.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize(
    ("file", "text"),
    [
        ("rules/r.yaml", rule("r", effect="Deny")),
        ("rules/r.yaml", rule("r", actions="[write]")),
        ("rules/r.yaml", rule("r", grounds="[curiosity]")),
        ("rules/r.yaml", rule("r", whn="x")),
        ("rules/r.yaml", rule("r", title="{kk: a, ru: b}")),
        ("rules/r.yaml", rule("r", obligations="{profile: R9}")),
        ("rules/r.yaml", rule("r", valid="{from: soon}")),
        ("overlays/o.yaml", "archive: one\nrules: [{id: x, effect: allow}]\n"),
        ("bundle.yaml", "format: other\ntitle: t\n"),
        ("schema.yaml", BASE["schema.yaml"].replace("type: int", "type: integer")),
        ("obligations.yaml", BASE["obligations.yaml"].replace("health", "helth")),
        ("cases/c.yaml", "cases: [{id: x, subject: a, document: b, action: read, expect: {outcome: maybe}}]\n"),
    ],
)
def test_a_slip_is_seen_in_the_editor(file: str, text: str) -> None:
    assert faults(file, text)


def codes(source: str) -> set[str]:
    """Return the words in capitals that calls are given: the codes of findings."""
    calls = [node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Call)]
    plain = [node for node in calls if not (isinstance(node.func, ast.Name) and node.func.id == "getattr")]
    given = {arg.value for node in plain for arg in node.args if isinstance(arg, ast.Constant)}
    return {word for word in given if isinstance(word, str) and re.fullmatch(r"[A-Z]{3,}(_[A-Z0-9]+)*", word)}


def test_the_format_names_every_finding() -> None:
    library = Path(json_schema.__file__).parent
    found = {code for path in library.glob("*.py") for code in codes(path.read_text(encoding="utf-8"))} - {"NFKC"}
    page = (library.parent / "docs" / "format.md").read_text(encoding="utf-8")
    assert len(found) > 50
    assert {code for code in found if f"`{code}`" not in page} == set()


def test_a_bundle_written_from_the_format_fits_the_schemas(tmp_path: Path) -> None:
    Generator(3, 40).write(tmp_path)
    written = sorted(path.relative_to(tmp_path).as_posix() for path in tmp_path.rglob("*.yaml"))
    assert [fault for file in written for fault in faults(file, (tmp_path / file).read_text(encoding="utf-8"))] == []
