"""Equal access: what an attribute means is declared, and nets stand behind the declaration."""

from __future__ import annotations

from pathlib import Path

import pytest

from qupia_policies.admission import MISSING_MEANING
from qupia_policies.bundle import default_bundle_dir, load_bundle, parse_bundle
from qupia_policies.change import OfficerRole
from qupia_policies.desk import Desk
from qupia_policies.equal_access import HARMLESS, Meaning
from qupia_policies.errors import BundleRefused, Finding, Severity
from qupia_policies.starter import starter_dir, write_starter
from tests.support.policy_bundles import BASE, files, rule

HELD = "lang: {type: string, meaning: language}, ethnicity: {type: string}, faith: {type: string, values: [muslim]}, "


def made(declared: str, side: str = "subject", when: str = "true") -> dict[str, bytes]:
    """Return a bundle with one more attribute `thing` on a side, and documents that speak of people."""
    text = BASE["schema.yaml"].replace("resource: {", "resource: {" + HELD)
    if side in {"purpose", "env"}:
        text += f"{side}: {{thing: {declared}}}\n"
    else:
        text = text.replace(f"{side}: {{", f"{side}: {{thing: {declared}, ")
    return files(rule("open", when=f'"{when}"'), schema=text)


def refused(data: dict[str, bytes]) -> list[Finding]:
    with pytest.raises(BundleRefused) as caught:
        parse_bundle(data)
    return list(caught.value.findings)


@pytest.mark.parametrize("side", ["subject", "purpose", "env"])
@pytest.mark.parametrize("meaning", sorted(set(Meaning) - HARMLESS))
def test_a_forbidden_meaning_is_declared_of_documents_only(side: str, meaning: Meaning) -> None:
    (found,) = refused(made(f"{{type: string, meaning: {meaning}}}", side))
    assert (found.code, found.severity) == ("EQUAL_ACCESS", Severity.ERROR)
    assert meaning in found.advice
    assert parse_bundle(made(f"{{type: string, meaning: {meaning}}}", "resource")).rules


@pytest.mark.parametrize("meaning", sorted(HARMLESS))
def test_a_harmless_meaning_is_taken(meaning: Meaning) -> None:
    assert parse_bundle(made(f"{{type: string, meaning: {meaning}}}")).warnings == ()


@pytest.mark.parametrize("meaning", ["nationalty", "Role", "''", "[role, tie]"])
def test_the_vocabulary_of_meanings_is_closed(meaning: str) -> None:
    assert {found.code for found in refused(made(f"{{type: string, meaning: {meaning}}}"))} == {"UNKNOWN_MEANING"}


@pytest.mark.parametrize("kind", ["string", "bool", "int", "date", "list of strings"])
def test_an_attribute_of_the_requester_that_says_nothing_is_a_warning_with_its_line(kind: str) -> None:
    (found,) = parse_bundle(made(f"{{type: {kind}}}"), strict=True).warnings
    assert (found.code, found.severity, found.file, found.line) == (MISSING_MEANING, Severity.WARNING, "schema.yaml", 2)
    assert "'thing'" in found.advice
    assert "workplace" in found.advice
    assert parse_bundle(made(f"{{type: {kind}}}", "resource"), strict=True).warnings == ()


@pytest.mark.parametrize(
    "values",
    [
        "[kazakh, other]",
        "[Қазақ, орыс]",
        "[русская]",
        "[м, ж]",
        "[M, F]",
        "[male]",
        "[әйел]",
        "[мұсылман]",
        "[orthodox_christian]",
        "[stateless]",
        "[сельский]",
        "[дворянин]",
    ],
)
def test_values_tell_what_a_harmless_word_hides(values: str) -> None:
    for side in ("subject", "purpose", "env"):
        (found,) = refused(made(f"{{type: string, meaning: none, values: {values}}}", side))
        assert found.code == "EQUAL_ACCESS"
    assert parse_bundle(made(f"{{type: string, values: {values}}}", "resource")).rules


@pytest.mark.parametrize("values", ["[citizen, court]", "[m, n]", "[kazakh_national_university]", "['', '12']"])
def test_values_that_name_no_kind_of_people_are_taken(values: str) -> None:
    assert parse_bundle(made(f"{{type: string, meaning: none, values: {values}}}")).warnings == ()


@pytest.mark.parametrize(
    "when",
    [
        "has(subject.thing) && subject.thing == 'kazakh'",
        "has(subject.thing) && 'Орыс' != subject.thing",
        "has(subject.thing) && subject.thing in ['a', 'muslim']",
        "has(subject.thing) && subject.thing.startsWith('female')",
        "has(subject.thing) && has(resource.lang) && subject.thing == resource.lang",
        "has(subject.thing) && has(resource.ethnicity) && resource.ethnicity == subject.thing",
        "has(subject.thing) && has(resource.faith) && subject.thing != resource.faith",
    ],
)
def test_a_condition_asks_nobody_for_what_is_forbidden(when: str) -> None:
    (found,) = refused(made("{type: string, meaning: none}", when=when))
    assert (found.code, found.file) == ("EQUAL_ACCESS", "rules/r.yaml")


@pytest.mark.parametrize(
    "when",
    [
        "has(subject.thing) && subject.thing == resource.archive",
        "has(resource.lang) && resource.lang == 'kazakh'",
        "has(resource.lang) && has(resource.ethnicity) && resource.lang == resource.ethnicity",
    ],
)
def test_what_a_document_speaks_of_may_be_said(when: str) -> None:
    assert parse_bundle(made("{type: string, meaning: workplace}", when=when)).warnings == ()


@pytest.mark.parametrize("name", ["sub_nation_ality", "mothertongue", "country", "place_of_birth", "mother_tongue"])
def test_a_name_tells_however_it_is_parted(name: str) -> None:
    data = made("{type: string, meaning: none}")
    data["schema.yaml"] = data["schema.yaml"].replace(b"thing", name.encode())
    assert [found.code for found in refused(data)] == ["EQUAL_ACCESS"]


@pytest.mark.parametrize("folder", [default_bundle_dir(), starter_dir()], ids=["national", "starter"])
def test_what_is_shipped_declares_all(folder: Path) -> None:
    assert load_bundle(folder).warnings == ()


def test_a_desk_takes_no_new_draft_that_does_not_declare(tmp_path: Path) -> None:
    write_starter(tmp_path / "draft")
    path = tmp_path / "draft" / "schema.yaml"
    path.write_text(path.read_text(encoding="utf-8").replace(", meaning: workplace", ""), encoding="utf-8")
    assert [found.code for found in load_bundle(tmp_path / "draft").warnings] == [MISSING_MEANING]
    desk = Desk.open_new(tmp_path / "desk", {"a": [OfficerRole.AUTHOR], "b": [OfficerRole.APPROVER]})
    drafted = desk.draft("a", tmp_path / "draft", "title")
    entry, findings = desk.check("a", drafted.draft)
    assert entry.facts["passed"] is False
    assert [(found.code, found.severity) for found in findings] == [(MISSING_MEANING, Severity.ERROR)]
