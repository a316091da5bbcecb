"""Types carry the proof that a step happened; this walks the source for anybody else who makes them."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from qupia_redaction.model import Report
from qupia_redaction.rendition import CheckedRendition

ROOT = Path(__file__).parents[2]
SOURCES = [*ROOT.glob("server/qupia_server/**/*.py"), *ROOT.glob("redaction/qupia_redaction/**/*.py")]
MAKERS = {
    "issue": {"redaction/qupia_redaction/check/checker.py", "redaction/qupia_redaction/check/text.py"},
    "restore": {"server/qupia_server/adapters/rendition_cache.py"},
    "CheckedRendition": {"redaction/qupia_redaction/rendition.py"},
    "Receipt": {"server/qupia_server/adapters/ledger_batch.py"},
    "Released": {"server/qupia_server/disclosure/disclose.py"},
}
"""Where each proof may be made."""


def calls(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call):
            callee = node.func
            if isinstance(callee, ast.Name):
                yield callee.id
            elif isinstance(callee, ast.Attribute) and not _is_message(callee):
                yield callee.attr


def _is_message(callee: ast.Attribute) -> bool:
    """Tell a protobuf message from a value of ours with the same name."""
    return isinstance(callee.value, ast.Name) and "pb" in callee.value.id


@pytest.mark.parametrize("maker", MAKERS)
def test_only_the_step_itself_makes_its_proof(maker: str) -> None:
    found = {path.relative_to(ROOT).as_posix() for path in SOURCES if maker in set(calls(path))}
    assert found == MAKERS[maker]


def test_nobody_else_can_make_a_checked_rendition() -> None:
    with pytest.raises(TypeError):
        CheckedRendition(b"%PDF", Report(pages=1), object())


def test_nothing_reaches_around_the_proof_token() -> None:
    users = {path.name for path in SOURCES if "_PROOF" in path.read_text(encoding="utf-8")}
    assert users == {"rendition.py"}
