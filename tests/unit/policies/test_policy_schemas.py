"""The schemas for editors: as published, true of every bundle that is shipped, and closed."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator  # type: ignore[import-untyped]

from qupia_policies.bundle import default_bundle_dir
from qupia_policies.json_schema import FILES, schemas, schemas_dir
from qupia_policies.starter import starter_dir
from qupia_policies.yamldoc import read_yaml
from tests.support.policy_bundles import BASE, rule

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
