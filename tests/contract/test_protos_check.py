"""The check of the contract finds what it is there to find."""

from __future__ import annotations

import importlib.util
import shutil
from pathlib import Path
from types import ModuleType

import pytest

PROTOS = Path(__file__).resolve().parents[2] / "protos"


@pytest.fixture(scope="module")
def checker() -> ModuleType:
    spec = importlib.util.spec_from_file_location("protos_check", PROTOS / "check.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    shutil.copytree(PROTOS / "qupia", tmp_path / "qupia")
    return tmp_path


def edit(root: Path, name: str, old: str, new: str) -> None:
    path = root / "qupia" / "v1" / name
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


@pytest.mark.parametrize("action", ["lint", "breaking"])
def test_the_contract_is_in_order(checker: ModuleType, action: str) -> None:
    assert checker.check(action) == 0


def test_lint_finds_a_value_without_comment(checker: ModuleType, copy: Path) -> None:
    edit(copy, "document.proto", "  // Letter, official or private.\n", "")
    assert checker.check("lint", copy) != 0


def test_lint_finds_an_enum_value_without_prefix(checker: ModuleType, copy: Path) -> None:
    edit(copy, "document.proto", "DOCUMENT_KIND_LETTER", "LETTER")
    assert checker.check("lint", copy) != 0


def test_breaking_finds_a_renamed_field(checker: ModuleType, copy: Path) -> None:
    edit(copy, "disclosure_service.proto", "string recipient_country = 7", "string country = 7")
    assert checker.check("breaking", copy) != 0


def test_breaking_finds_a_missing_method(checker: ModuleType, copy: Path) -> None:
    edit(
        copy,
        "audit_service.proto",
        "  // Lists entries, newest first.\n"
        "  rpc ListAuditEntries(ListAuditEntriesRequest) returns (ListAuditEntriesResponse);\n",
        "",
    )
    assert checker.check("breaking", copy) != 0


def test_breaking_lets_a_new_field_pass(checker: ModuleType, copy: Path) -> None:
    edit(
        copy,
        "audit_service.proto",
        "  AuditOutcome outcome = 7 [(google.api.field_behavior) = OPTIONAL];\n",
        "  AuditOutcome outcome = 7 [(google.api.field_behavior) = OPTIONAL];\n"
        "  // Only the newest.\n"
        "  bool newest = 99 [(google.api.field_behavior) = OPTIONAL];\n",
    )
    assert checker.check("breaking", copy) == 0
    assert checker.check("lint", copy) == 0


def test_a_proto_that_does_not_compile_is_said_so(checker: ModuleType, copy: Path) -> None:
    edit(copy, "audit.proto", "message AuditEntry {", "message AuditEntry")
    with pytest.raises(RuntimeError, match="protoc refused"):
        checker.check("lint", copy)


def test_an_unknown_action_is_refused(checker: ModuleType) -> None:
    assert checker.main(["polish"]) == 2
