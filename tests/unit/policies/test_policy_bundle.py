"""Admission of bundles: each fault has a name, a rule and a line; hostile folders and YAML are refused."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from qupia_policies.bundle import Bundle, load_bundle, parse_bundle
from qupia_policies.errors import BundleRefused, Finding
from qupia_policies.loader import MAX_FILE_BYTES, content_version
from qupia_policies.model import Profile
from qupia_policies.vocabulary import CATEGORIES
from qupia_policies.yamldoc import YamlRefused, read_yaml
from tests.support.policy_bundles import BASE, WORDS, bundle, files, rule

SCHEMA = BASE["schema.yaml"]


def findings(*rules: str, **others: str) -> tuple[Finding, ...]:
    with pytest.raises(BundleRefused) as caught:
        parse_bundle(files(*rules, **others))
    return caught.value.findings


@pytest.mark.parametrize(
    ("text", "code", "line"),
    [
        (rule("r", effect="Deny"), "UNKNOWN_EFFECT", 2),
        (rule("r", effect="permit"), "UNKNOWN_EFFECT", 2),
        (rule("r", actions="[write]"), "UNKNOWN_ACTION", 3),
        (rule("r", actions='"*"'), "UNKNOWN_ACTION", 3),
        (rule("r", kinds="[lettre]"), "UNKNOWN_KIND", 4),
        (rule("r", archives='["a*"]'), "BAD_NAME", 5),
        (rule("r", when="\"subject.rank == 'a'\""), "UNKNOWN_ATTRIBUTE", 6),
        (rule("r", when='"subject.role == 1"'), "WRONG_TYPE", 6),
        (rule("r", when="true"), "MISSING_TEXT", 6),
        (rule("r", when='"true) or (true"'), "CONDITION_SYNTAX", 6),
        (rule("r", title="{kk: a, ru: b}"), "MISSING_TRANSLATION", 8),
        (rule("r", reason="{kk: a, ru: b, en: ' '}"), "MISSING_TRANSLATION", 9),
        (rule("r", title="{kk: a, ru: b, en: c, de: d}"), "UNKNOWN_KEY", 8),
        (rule("r", legal_basis=""), "MISSING_TEXT", 1),
        (rule("r", grounds="[curiosity]"), "UNKNOWN_GROUND", 10),
        (rule("r", grounds=""), "MISSING_GROUND", 1),
        (rule("r", obligations="{profile: R9}"), "UNKNOWN_PROFILE", 11),
        (rule("r", obligations=""), "WRONG_TYPE", 1),
        (rule("r", obligations="{profile: R1, open: [all]}"), "UNKNOWN_OBLIGATION", 11),
        (rule("r", obligations="{profile: R1, duties: [dance]}"), "UNKNOWN_DUTY", 11),
        (rule("r", obligations="{profile: R1, hide: [iin]}"), "UNKNOWN_KEY", 11),
        (rule("r", obligations="{profile: R4}"), "EMPTY_EXTRACT", 1),
        (rule("r", "deny", grounds="[public]"), "GROUND_ON_DENY", 10),
        (rule("r", "deny", obligations="{profile: R1}"), "OBLIGATION_ON_DENY", 10),
        (rule("r", whn="x"), "UNKNOWN_KEY", 12),
        (rule("R 1"), "BAD_NAME", 1),
        (rule("r") + rule("r"), "DUPLICATE_ID", 12),
    ],
)
def test_a_fault_of_a_rule_is_named_with_its_line(text: str, code: str, line: int) -> None:
    found = findings(text)
    assert (code, "rules/r.yaml") in {(item.code, item.file) for item in found}
    if code != "EMPTY_EXTRACT":
        assert line in {item.line for item in found if item.code == code}
    assert all(item.advice.endswith(".") for item in found)


def test_the_same_id_in_two_files_is_a_fault() -> None:
    assert {item.code for item in findings(rule("r"), rules__s=rule("r"))} == {"DUPLICATE_ID"}


def test_all_faults_are_reported_together() -> None:
    codes = [item.code for item in findings(rule("a", effect="Deny"), rule("b", kinds="[x]"), rule("c", reason=""))]
    assert codes == ["UNKNOWN_EFFECT", "UNKNOWN_KIND", "MISSING_TRANSLATION"]


@pytest.mark.parametrize(
    ("name", "text", "code"),
    [
        ("schema", SCHEMA.replace("n: {", "nationality: {"), "EQUAL_ACCESS"),
        ("schema", SCHEMA.replace("n: {", "sex: {"), "EQUAL_ACCESS"),
        ("schema", SCHEMA.replace("n: {", "religion: {"), "EQUAL_ACCESS"),
        ("schema", SCHEMA.replace("n: {", "residence: {"), "EQUAL_ACCESS"),
        ("schema", SCHEMA.replace("type: int", "type: integer"), "UNKNOWN_TYPE"),
        ("schema", SCHEMA.replace("day:", "kind:"), "BAD_NAME"),
        ("schema", SCHEMA.replace("type: int", "type: int, values: [a]"), "WRONG_TYPE"),
        ("schema", "[]", "WRONG_TYPE"),
        ("obligations", BASE["obligations.yaml"].replace("health", "helth"), "UNKNOWN_CATEGORY"),
        ("obligations", BASE["obligations.yaml"].replace("R2: {hide: [iin, health]}", "R2: {}"), "PROFILE_ORDER"),
        ("obligations", BASE["obligations.yaml"].replace("R0: {}, ", ""), "MISSING_PROFILE"),
        ("obligations", BASE["obligations.yaml"].replace("R0:", "R7:"), "UNKNOWN_PROFILE"),
        ("obligations", BASE["obligations.yaml"].replace(WORDS, "{kk: a}"), "MISSING_TRANSLATION"),
        ("bundle", "format: other\ntitle: t\n", "UNKNOWN_FORMAT"),
        ("bundle", "", "EMPTY_FILE"),
        ("rules__r", "", "EMPTY_FILE"),
        ("rules__r", "a: b", "WRONG_TYPE"),
        ("rules__r", "- x", "WRONG_TYPE"),
        ("rules__r", "[]", "NO_RULES"),
    ],
)
def test_a_fault_of_another_file_is_named(name: str, text: str, code: str) -> None:
    assert code in {item.code for item in findings(rule("r"), **{name: text})}


@pytest.mark.parametrize("name", ["bundle.yaml", "schema.yaml", "obligations.yaml", "rules/r.yaml"])
def test_a_missing_file_is_a_fault(name: str) -> None:
    whole = files(rule("r"))
    del whole[name]
    with pytest.raises(BundleRefused):
        parse_bundle(whole)


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"a: &x [1]\nb: *x\n", "ALIAS"),
        (b"a: &x 1\n", "ALIAS"),
        (b"!!python/object/apply:os.system ['x']", "TAG"),
        (b"a: !!str 1", "TAG"),
        (b"[" * 50 + b"]" * 50, "TOO_DEEP"),
        (b"{c: " * 50, "TOO_DEEP"),
        (b"a: 1\na: 2\n", "DUPLICATE_KEY"),
        (b"? [a]\n: b\n", "BAD_KEY"),
        (b"a: 1\n---\nb: 2\n", "MANY_DOCUMENTS"),
        (b"\xff\xfe\x00", "NOT_UTF8"),
        (b"a: [1", "NOT_YAML"),
        (b"\x00", "NOT_YAML"),
        (b"<<: {a: 1}\n" + b"[" * 100_000, "NOT_YAML"),
    ],
)
def test_hostile_yaml_is_refused(data: bytes, code: str) -> None:
    with pytest.raises(YamlRefused) as caught:
        read_yaml(data)
    assert caught.value.code == code


def test_only_true_false_null_and_whole_numbers_are_special() -> None:
    got = read_yaml(b"{a: no, b: 2026-01-01, c: 1.5, d: 0x10, e: true, f: -7, g: null, h: 'true', i: 012, j: 1_000}")
    assert got == {
        "a": "no",
        "b": "2026-01-01",
        "c": "1.5",
        "d": "0x10",
        "e": True,
        "f": -7,
        "g": None,
        "h": "true",
        "i": "012",
        "j": "1_000",
    }


def write(folder: Path, whole: dict[str, bytes]) -> Path:
    for name, data in whole.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    return folder


def test_loads_a_folder(tmp_path: Path) -> None:
    loaded = load_bundle(write(tmp_path / "b", files(rule("r"))))
    assert isinstance(loaded, Bundle)
    assert loaded.version == bundle(rule("r")).version
    assert loaded.rules[0].line == 1
    assert loaded.categories <= CATEGORIES


def refused(folder: Path) -> str:
    with pytest.raises(BundleRefused) as caught:
        load_bundle(folder)
    return caught.value.findings[0].code


@pytest.mark.parametrize("target", ["rules/x.yaml", "bundle.yaml", "rules", "x.yaml"])
def test_links_are_refused(tmp_path: Path, target: str) -> None:
    folder = write(tmp_path / "b", files(rule("r")))
    outside = write(tmp_path / "outside", {"x.yaml": rule("s").encode()})
    path = folder / target
    if path.is_dir():
        path.rename(tmp_path / "moved")
    path.unlink(missing_ok=True)
    path.symlink_to(outside if target == "rules" else outside / "x.yaml")
    assert refused(folder) == "SYMLINK"


@pytest.mark.parametrize("name", ["readme.txt", "rules/.hidden.yaml", "rules/r.yml", "rules/deep/r.yaml", "policy.csv"])
def test_strangers_are_refused(tmp_path: Path, name: str) -> None:
    assert refused(write(tmp_path / "b", {**files(rule("r")), name: b"x"})) == "UNEXPECTED_FILE"


def test_special_and_large_and_absent_files_are_refused(tmp_path: Path) -> None:
    folder = write(tmp_path / "b", files(rule("r")))
    os.mkfifo(folder / "rules" / "pipe.yaml")
    assert refused(folder) == "UNEXPECTED_FILE"
    large = write(tmp_path / "c", {**files(rule("r")), "rules/l.yaml": b"#" * (MAX_FILE_BYTES + 1)})
    assert refused(large) == "FILE_TOO_LARGE"
    assert refused(tmp_path / "nothing") == "UNREADABLE"


def test_the_version_covers_names_bytes_and_cases() -> None:
    whole = files(rule("r"), cases__c="cases: []\n")
    version = content_version(whole)
    assert content_version(dict(reversed(whole.items()))) == version
    others = [{**whole, name: data + b" "} for name, data in whole.items()]
    others.append({name.replace("rules/r", "rules/q"): data for name, data in whole.items()})
    others.append({"rules/r.yam": b"l" + whole["rules/r.yaml"], **whole})
    versions = {content_version(other) for other in others}
    assert len(versions) == len(others)
    assert version not in versions


def test_a_boundary_between_name_and_bytes_cannot_move() -> None:
    assert content_version({"ab": b"c"}) != content_version({"a": b"bc"})
    length = (1).to_bytes(8, "big").decode()
    assert content_version({"a": b"x", "b": b"y"}) != content_version({f"a{length}xb": b"y"})


SWITCHED = {"R1: {hide: [iin]}": "R1: {hide: [iin, nationality]}", "[iin, health": "[iin, special, health"}


def test_special_hides_all_of_its_classes_and_each_can_be_named_by_itself() -> None:
    text = BASE["obligations.yaml"]
    for old, new in SWITCHED.items():
        assert old in text
        text = text.replace(old, new)
    profiles = parse_bundle(files(rule("r"), obligations=text)).vocabulary.profiles
    assert profiles[Profile.R1].hide == {"iin", "nationality"}, "and R2 hides special, so nationality too"
    lost = text.replace("special", "religion")
    assert {item.code for item in findings(rule("r"), obligations=lost)} == {"PROFILE_ORDER"}
