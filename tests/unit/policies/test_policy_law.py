"""The law table: every row has a place, and the table and the rules say the same."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from qupia_policies.bundle import default_bundle_dir, load_bundle

BUNDLE = load_bundle(default_bundle_dir())
TABLE = (Path(__file__).resolve().parents[3] / "policies" / "docs" / "law.md").read_text(encoding="utf-8")
ROWS = {
    cells[0]: cells for line in TABLE.splitlines() if len(cells := [c.strip() for c in line.strip("|").split("|")]) == 4
}
WANTED = [*(f"A{n}" for n in range(1, 23)), "A4b", *(f"P{n}" for n in range(1, 27)), *(f"K{n}" for n in range(1, 12))]


def rows_of_rules() -> dict[str, set[str]]:
    """Return the rows that the comment above each rule names."""
    found: dict[str, set[str]] = {}
    for name, data in BUNDLE.files.items():
        if name.startswith("rules/"):
            for rows, rule_id in re.findall(r"^# ([APK0-9b, ]+)\.?.*\n- id: (\S+)", data.decode(), re.MULTILINE):
                found[rule_id] = set(rows.split(", "))
    return found


@pytest.mark.parametrize("row", WANTED)
def test_every_row_of_the_law_has_a_place(row: str) -> None:
    _, law, what, how = ROWS[row]
    assert law
    assert what
    kinds = ("`", "admission:", "obligation:", "product:", "non-goal")
    assert any(kind in how for kind in kinds), how


def test_the_table_and_the_rules_name_each_other() -> None:
    rows = rows_of_rules()
    assert set(rows) == {rule.rule_id for rule in BUNDLE.rules}
    for row, (_, _, _, how) in ROWS.items():
        named = set(re.findall(r"`([a-z0-9-]+)`", how)) & set(rows)
        assert {rule_id for rule_id, of in rows.items() if row in of} <= named, row


def test_what_the_table_names_exists() -> None:
    words = {rule.rule_id for rule in BUNDLE.rules} | set(BUNDLE.vocabulary.duties) | set(BUNDLE.schema.attributes)
    words |= {path.partition(".")[2] for path in BUNDLE.schema.attributes} | {"switch"}
    words |= {word for item in BUNDLE.schema.attributes.values() for word in item.values}
    words |= {name.removeprefix("switch_") for name in BUNDLE.schema.switches}
    for _, _, _, how in ROWS.values():
        for word in re.findall(r"`([a-z]+[a-z0-9-]*-[a-z0-9-]+|[a-z]+_[a-z_]+)`", how):
            assert word in words, word


def test_every_rule_names_its_article() -> None:
    assert all(re.match(r"(NAF|PD|REH) Art\. ", rule.text.legal_basis) for rule in BUNDLE.rules)
