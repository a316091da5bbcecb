"""What an independent reader of the format found: hostile folders and lines, other letters, false findings."""

from __future__ import annotations

import io
import json
import os
from dataclasses import replace
from pathlib import Path

import pytest

from qupia_policies.bundle import default_bundle_dir, load_bundle, parse_bundle
from qupia_policies.cases import load_whole
from qupia_policies.cel_check import check_condition
from qupia_policies.cel_tree import evaluate
from qupia_policies.conditions import Activation, compile_condition
from qupia_policies.engine import PolicyEngine
from qupia_policies.errors import BundleRefused
from qupia_policies.loader import read_folder
from qupia_policies.model import Action, Facts
from qupia_policies.replay import replay
from qupia_policies.satisfy import Solver
from qupia_policies.schema import Attribute, AttributeType, Schema
from qupia_policies.starter import starter_dir, write_starter
from qupia_policies.wire import MAX_LINE, decide_line, raw_lines, read_line, read_request

FILES = read_folder(starter_dir())
ENGINE = PolicyEngine(load_bundle(starter_dir()))
GOOD = {
    "action": "read",
    "subject": {"role": "citizen", "assurance": "low"},
    "resource": {"kind": "order", "archive": "demo", "private_life": "no", "term": "open"},
    "purpose": {"ground": "public"},
}


def _attributes(*more: Attribute) -> Schema:
    own = (
        Attribute("subject", "name", AttributeType.STRING, required=True),
        Attribute("subject", "other", AttributeType.STRING, required=True),
        Attribute("subject", "third", AttributeType.STRING, required=True),
        Attribute("subject", "archive", AttributeType.STRING),
        Attribute("subject", "word", AttributeType.STRING, frozenset("ab"), required=True),
        Attribute("resource", "words", AttributeType.STRINGS, required=True),
        Attribute("resource", "closed", AttributeType.STRINGS, frozenset("ab"), required=True),
        Attribute("resource", "day", AttributeType.DATE, required=True),
    )
    return Schema.of(frozenset({"letter"}), (*own, *more))


def _codes(files: dict[str, bytes]) -> set[tuple[str, str, int]]:
    with pytest.raises(BundleRefused) as caught:
        parse_bundle(files, strict=True)
    return {(found.code, found.file, found.line) for found in caught.value.findings}


def _with(name: str, before: str, after: str) -> dict[str, bytes]:
    text = FILES[name].decode()
    assert before in text
    return {**FILES, name: text.replace(before, after, 1).encode()}


@pytest.mark.parametrize("name", ["Қазақ", "ё", "e\u0301", "\U0001f4dc", ""])
def test_the_size_of_a_text_is_its_characters_and_not_its_bytes(name: str) -> None:
    schema = _attributes()
    facts = Facts(Action.READ, "letter", "demo", None, {"subject": {"name": name}, "resource": {"words": ("ё", "б")}})
    text = f"(size(subject.name) == {len(name)}) && size( resource.words ) == 2 && !(size(subject.name) > {len(name)})"
    condition = compile_condition(text, schema.attributes)
    assert condition.holds(Activation(facts))
    assert condition.holds(Activation(facts, condition.paths))
    assert evaluate(condition.tree, {"subject.name": name, "resource.words": ("ё", "б")}) is True


@pytest.mark.parametrize(
    ("text", "archive", "possible"),
    [
        ("subject.name > 'a' && subject.name < 'b'", "", True),
        ("subject.name < 'a'", "", True),
        ("subject.name != subject.other && subject.other != subject.third && subject.name != subject.third", "", True),
        ("subject.name in resource.words", "", True),
        ("subject.word in resource.closed", "", True),
        ("has(subject.archive) && subject.archive == resource.archive", "demo", True),
        ("subject.name == resource.day", "", True),
        ("subject.name == subject.word && subject.name != 'a'", "", True),
        ("subject.name == 'a' && subject.name == 'b'", "", False),
        ("'a' in resource.words && !('a' in resource.words)", "", False),
        ("resource.day < '2020-01-01' && resource.day > '2021-01-01'", "", False),
    ],
)
def test_only_what_no_facts_fulfil_is_said_never_to_match(text: str, archive: str, possible: bool) -> None:
    schema = _attributes()
    domain = {"resource.archive": frozenset({archive})} if archive else {}
    tree = check_condition(text, schema.attributes).tree
    assert Solver(schema.attributes).possible(tree, domain) is possible


def test_looking_at_rules_is_given_up_at_a_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    schema = _attributes()
    tree = check_condition("subject.name == 'a' && subject.name == 'b'", schema.attributes).tree
    assert not Solver(schema.attributes).possible(tree, {})
    monkeypatch.setattr("qupia_policies.satisfy.MAX_WORK", 1)
    assert Solver(schema.attributes).possible(tree, {})
    assert not Solver(schema.attributes).follows(tree, tree, {})


def test_an_absent_fact_is_known_by_its_name_and_not_by_a_longer_one() -> None:
    more = Attribute("subject", "archive_kind", AttributeType.STRING)
    schema = _attributes(more)
    facts = Facts(Action.READ, "letter", "demo", None, {"subject": {"name": "x"}})
    text = "has(subject.archive_kind) && subject.name == 'subject.archive' && has(subject.archive)"
    condition = compile_condition(text, schema.attributes)
    assert condition.distance(Activation(facts)) == (3, frozenset({"subject.archive", "subject.archive_kind"}))
    assert condition.lacking(Activation(facts)) == frozenset({"subject.archive", "subject.archive_kind"})


@pytest.mark.parametrize("name", ["rules/x.yaml", "bundle.yaml", "other"])
def test_a_folder_where_a_file_should_be_is_a_finding(tmp_path: Path, name: str) -> None:
    write_starter(tmp_path / "b")
    path = tmp_path / "b" / name
    path.unlink(missing_ok=True)
    path.mkdir()
    with pytest.raises(BundleRefused) as caught:
        read_folder(tmp_path / "b")
    assert [(found.code, found.file) for found in caught.value.findings] == [("UNEXPECTED_FILE", name)]


def test_a_file_name_that_is_no_text_can_be_told(tmp_path: Path) -> None:
    write_starter(tmp_path / "b")
    try:
        (tmp_path / "b" / os.fsdecode(b"\xff.yaml")).touch()
    except OSError:
        pytest.skip("this file system holds no such name")
    with pytest.raises(BundleRefused) as caught:
        read_folder(tmp_path / "b")
    assert caught.value.findings[0].file.encode() == b"?.yaml"


RULES = "rules/10-rules.yaml"
SLIPS = [
    ("obligations.yaml", "metadata_only: true ", "metadata_only: false ", "PROFILE_ORDER", "R5:"),
    ("schema.yaml", "    set_by: law", "  resource.x: {to: resource.opens_on} #", "BAD_TERM", "  resource.term:\n"),
    (
        "schema.yaml",
        "resource:\n",
        "purpose:\n  nationality: {type: string}\nresource:\n",
        "EQUAL_ACCESS",
        "  nationality",
    ),
    ("schema.yaml", "subject:\n", "subject:\n  asker_sex: {type: string}\n", "EQUAL_ACCESS", "  asker_sex"),
    *(
        ("schema.yaml", "subject:\n", f"subject:\n  {name}: {{type: string}}\n", "EQUAL_ACCESS", f"  {name}")
        for name in (
            "ethnic_group",
            "is_female",
            "home_region",
            "city",
            "nation",
            "foreigner",
            "faith",
            "ult",
            "natsionalnost",
            "din",
            "pol",
            "zhynys",
            "meken",
        )
    ),
    (RULES, "  effect: deny\n", "", "MISSING_TEXT", "- id: deny-closed"),
    (RULES, "id: staff", "id: st\x00aff", "NOT_YAML", "- id: st"),
]


@pytest.mark.parametrize(("name", "before", "after", "code", "at"), SLIPS)
def test_what_took_an_obligation_away_or_was_not_named_is_named(
    name: str, before: str, after: str, code: str, at: str
) -> None:
    files = _with(name, before, after)
    text = files[name].decode()
    assert (code, name, text[: text.index(at)].count("\n") + 1) in _codes(files)


def test_one_missing_word_is_one_finding() -> None:
    assert len(_codes(_with("rules/10-rules.yaml", "  effect: deny\n", ""))) == 1


def test_a_word_with_look_alike_letters_is_spelt_out() -> None:
    with pytest.raises(BundleRefused) as caught:
        parse_bundle(_with("rules/10-rules.yaml", "effect: deny", "effect: d\u0435ny"))
    assert r"(d\u0435ny)" in caught.value.findings[0].advice


def test_a_check_reads_the_cases_too(tmp_path: Path) -> None:
    write_starter(tmp_path)
    assert load_whole(tmp_path).version == load_bundle(tmp_path).version
    (tmp_path / "cases" / "20.yaml").write_text("a: [", encoding="utf-8")
    load_bundle(tmp_path)
    with pytest.raises(BundleRefused):
        load_whole(tmp_path)
    load_whole(default_bundle_dir())


@pytest.mark.parametrize(
    ("line", "named"),
    [
        (b'{"id": "\xff", "facts": {}}', "not UTF-8"),
        (b'{"id": "\\ud800", "facts": {}}', "id"),
        (b'{"id": {"a": 1}, "facts": {}}', "id"),
        (b'{"id": "x", "facts": {"subject": {"\\ud800": 1.5}}}', "subject.?"),
        (b'{"id": "x", "facts": {"subject": {"Some One": 1.5}}}', "subject.?"),
        (b"[" * 100_000, "not JSON"),
    ],
)
def test_the_answer_to_any_line_can_be_written(line: bytes, named: str) -> None:
    found = decide_line(ENGINE, line)
    assert (found["effect"], found["missing"]) == ("deny", [named])
    json.dumps(found, ensure_ascii=False).encode()


def test_lines_are_read_one_by_one_and_never_beyond_the_limit() -> None:
    good = json.dumps({"id": "g", "facts": GOOD}).encode()
    stream = io.BytesIO(b"\n" + b"x" * (3 * MAX_LINE) + b"\n  \r\n" + good + b"\n" + good)
    lines = list(raw_lines(stream))
    assert [len(line) for line in lines] == [MAX_LINE + 1, len(good) + 1, len(good)]
    assert [decide_line(ENGINE, line)["effect"] for line in lines] == ["deny", "allow", "allow"]
    assert decide_line(ENGINE, lines[0])["missing"] == ["line too long"]


def test_one_request_may_stand_bare_or_as_a_line() -> None:
    bare, line = json.dumps(GOOD).encode(), json.dumps({"id": 5, "facts": GOOD})
    assert read_request(bare).facts == read_request(line).facts == read_line(line).facts
    assert (read_request(bare).line_id, read_request(line).line_id) == ("", "5")
    assert read_request(b"\xff").bad == ("not UTF-8",)


def test_facts_that_fit_no_bundle_were_not_replayed() -> None:
    stray = json.loads(json.dumps(GOOD))
    stray["subject"]["role"] = "nobody"
    lines = [read_line(json.dumps({"id": str(n), "facts": facts})) for n, facts in enumerate([GOOD, stray])]
    report = replay(ENGINE, ENGINE, lines)
    assert (report.same, dict(report.unplayable)) == (1, {"facts do not fit the bundles": 1})


def test_facts_that_a_server_supplied_are_replayed_as_each_bundle_hears_them() -> None:
    more = json.loads(json.dumps(GOOD))
    more["subject"]["unheard_of"] = "x"
    line = read_line(json.dumps({"id": "1", "facts": more}))
    assert replay(ENGINE, ENGINE, [line]).played == 0, "from outside, a name that is not known is refused"
    assert replay(ENGINE, ENGINE, [replace(line, supplied=True)]).same == 1
