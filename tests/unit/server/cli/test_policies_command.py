"""`qupia policies`: the forms that scripts rely on, and exit codes."""

from __future__ import annotations

import datetime as dt
import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from qupia_policies.bundle import default_bundle_dir, load_bundle
from qupia_policies.starter import starter_dir
from qupia_policies.terms import almaty_day
from qupia_server.cli import application

FACTS = {
    "action": "read",
    "subject": {"role": "citizen", "assurance": "low"},
    "resource": {
        "kind": "letter",
        "archive": "demo",
        "fonds": "7",
        "private_life": "yes",
        "created_from": "1951-11-22",
        "created_to": "1951-11-22",
        "created_certainty": "exact",
    },
    "purpose": {"ground": "public"},
    "env": {"today": "2026-11-22"},
}


def run(*words: str, given: str = "") -> Result:
    return CliRunner().invoke(application, ["policies", *words], input=given)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return Path(shutil.copytree(starter_dir(), tmp_path / "bundle"))


def spoil(folder: Path, before: str, after: str, file: str = "rules/10-rules.yaml") -> None:
    path = folder / file
    text = path.read_text(encoding="utf-8")
    assert before in text
    path.write_text(text.replace(before, after, 1), encoding="utf-8")


def line(number: str = "1", **changes: Any) -> str:
    facts = json.loads(json.dumps(FACTS))
    for path, value in changes.items():
        side, _, name = path.partition("__")
        facts[side] = {**facts[side], name: value} if name else value
    return json.dumps({"id": number, "facts": facts}) + "\n"


def test_new_writes_a_bundle_that_checks_and_tests(tmp_path: Path) -> None:
    target = tmp_path / "mine"
    assert run("new", str(target)).exit_code == 0
    assert run("check", str(target)).exit_code == 0
    told = tmp_path / "junit.xml"
    tested = run("test", str(target), "--coverage", "--mutate", "--junit", str(told))
    assert tested.exit_code == 0, tested.output
    assert "mutation: 16 of 16 mutants noticed; 2 more changes cannot be admitted" in tested.output
    assert 'skipped="2"' in told.read_text(encoding="utf-8")
    again = run("new", str(target))
    assert again.exit_code == 1
    assert "Traceback" not in again.output


def test_check_names_each_fault_and_fails(folder: Path) -> None:
    spoil(folder, "effect: deny", "effect: Deny")
    text = run("check", str(folder))
    assert text.exit_code == 1
    assert "deny-closed UNKNOWN_EFFECT (error): Replace 'Deny' by one of" in text.output
    found = run("check", str(folder), "--format", "json")
    assert found.exit_code == 1
    told = json.loads(found.stdout)
    assert told["ok"] is False
    assert {"severity", "code", "file", "line", "rule", "advice"} == set(told["findings"][0])


def test_check_refuses_a_rule_that_never_matches_and_warns_of_a_shadow(folder: Path) -> None:
    spoil(folder, "when: resource.term == 'open' ||", "when: resource.term == 'open' && resource.term == 'closed' &&")
    assert "NEVER_MATCHES (error)" in run("check", str(folder)).output
    assert run("test", str(folder)).exit_code == 1
    assert run("decide", str(folder), given=line()).exit_code == 0, "deciding takes it as a warning"


def test_check_of_a_good_bundle_tells_its_version() -> None:
    told = json.loads(run("check", str(default_bundle_dir()), "--format", "json").stdout)
    assert told == {"ok": True, "bundle": load_bundle(default_bundle_dir()).version, "findings": []}


def test_test_fails_when_a_case_fails_and_when_a_mutant_survives(folder: Path) -> None:
    spoil(folder, "profile: R0, duties: [cite_source]}", "profile: R1, duties: [cite_source]}", "cases/10-cases.yaml")
    failed = run("test", str(folder))
    assert failed.exit_code == 1
    assert "the-day-after: profile: expected R1, got R0" in failed.output
    spoil(folder, "profile: R1, duties: [cite_source]}", "profile: R0, duties: [cite_source]}", "cases/10-cases.yaml")
    path = folder / "cases" / "10-cases.yaml"
    text = path.read_text(encoding="utf-8")
    start, end = text.index("  - id: no-private-life-in-fonds-12"), text.index("  - id: no-private-life-in-another")
    path.write_text(text[:start] + text[end:], encoding="utf-8")
    assert run("test", str(folder)).exit_code == 0
    survived = run("test", str(folder), "--mutate")
    assert survived.exit_code == 1
    assert "SURVIVED demo-fonds-12-hides-names: removed" in survived.output


def test_decide_answers_every_line_in_order(folder: Path) -> None:
    given = (
        line("a") + line("b", env__today="2026-11-23") + "garbage\n" + '{"id": "d"}\n' + line("e", subject__role="x")
    )
    answers = [json.loads(text) for text in run("decide", str(folder), given=given).stdout.splitlines()]
    assert [(a["id"], a["effect"], a["reason"]) for a in answers] == [
        ("a", "deny", "DENY_RULE"),
        ("b", "allow", "NONE"),
        ("", "deny", "BAD_FACTS"),
        ("d", "deny", "BAD_FACTS"),
        ("e", "deny", "BAD_FACTS"),
    ]
    assert (answers[0]["rules"], answers[0]["opens_on"]) == (["deny-closed"], "2026-11-23")
    assert answers[1]["rules"] == ["public-after-term"]
    assert answers[1]["obligations"]["persons"]["rest"] == "R0"
    assert answers[0]["obligations"] == {}
    assert answers[4]["missing"] == ["subject.role"]
    assert all({"id", "effect", "rules", "obligations", "missing"} <= set(answer) for answer in answers)


def test_list_pages_through_what_is_allowed(folder: Path) -> None:
    given = "".join(line(f"r-{number}", env__today=f"2026-11-2{number}") for number in range(1, 9)) + '{"id": "x"}\n'
    token, allowed = "", []
    for _ in range(10):
        told = json.loads(run("list", str(folder), "--page-size", "2", "--token", token, given=given).stdout)
        assert told["unreadable"] == 1
        assert len(told["allowed"]) <= 2
        allowed += told["allowed"]
        token = told["next_token"]
        if not token:
            break
    assert allowed == [f"r-{number}" for number in range(3, 9)]
    assert run("list", str(folder), "--token", "other:r-1", given=given).exit_code == 1


def test_replay_tells_who_gains_and_who_loses_and_may_block(folder: Path, tmp_path: Path) -> None:
    draft = Path(shutil.copytree(folder, tmp_path / "draft"))
    spoil(draft, "obligations: {profile: R3}", "obligations: {profile: R5}", "overlays/demo.yaml")
    spoil(draft, "effect: deny", "effect: deny\n  valid: {to: 2026-01-01}")
    spoil(draft, "when: resource.term == 'open'", "when: resource.term == 'closed'")
    given = line("gains") + line("loses", env__today="2026-11-23") + '{"id": "lost", "facts": null}\n'
    told = json.loads(run("replay", str(folder), str(draft), "--format", "json", given=given).stdout)
    assert (told["total"], told["gains"], told["losses"], told["same"]) == (3, 1, 1, 0)
    assert told["not_replayable"] == {"facts were not kept": 1}
    assert told["by"]["role"]["citizen"] == {"gains": 1, "losses": 1, "examples": ["gains", "loses"]}
    assert told["by"]["category"]["address"]["gains"] == 1
    assert {"archive", "kind", "ground"} <= set(told["by"])
    text = run("replay", str(folder), str(draft), "--max-gains", "0", given=given)
    assert text.exit_code == 1
    assert "kind letter: +1 -1 (e.g. gains, loses)" in text.output
    assert run("replay", str(folder), str(folder), "--max-gains", "0", given=given).exit_code == 0


def test_a_replay_of_nothing_shows_nothing(folder: Path) -> None:
    for given in ("", '{"id": "1", "facts": null}\n'):
        empty = run("replay", str(folder), str(folder), given=given)
        assert empty.exit_code == 1
        assert "too few requests were replayed" in empty.output
        assert run("replay", str(folder), str(folder), "--min-replayed", "0", given=given).exit_code == 0
    assert run("replay", str(folder), str(folder), "--min-replayed", "2", given=line()).exit_code == 1


def test_a_desk_in_the_database_is_made_once_and_compared_with_the_ledger(tmp_path: Path) -> None:
    home = ["--home", str(tmp_path / "home")]
    assert CliRunner().invoke(application, ["init", *home]).exit_code == 0
    unserved = run("change", "open", "desk:database", *home)
    assert unserved.exit_code == 2
    made = run("change", "open", "desk:database", "--served", "--first", str(starter_dir()), *home)
    assert made.exit_code == 0, made.output
    assert "in force" in made.output
    assert run("change", "open", "desk:database", "--served", *home).exit_code == 1
    (tmp_path / "home" / "qupia.toml").write_text('policies = "desk:database"\n', encoding="utf-8")
    audited = run("audit", *home)
    assert (audited.exit_code, audited.stdout) == (0, "4 steps on the desk, 0 with an audit entry\n")


def test_steps_that_the_ledger_does_not_know_are_told(tmp_path: Path) -> None:
    home = ["--home", str(tmp_path / "home")]
    assert CliRunner().invoke(application, ["init", *home]).exit_code == 0
    desk = tmp_path / "desk"
    assert run("change", "open", str(desk), "--author", "aliya", "--approver", "bolat").exit_code == 0
    assert run("change", "draft", str(desk), str(starter_dir()), "--as", "aliya").exit_code == 0
    (tmp_path / "home" / "qupia.toml").write_text(f'policies = "{desk}"\n', encoding="utf-8")
    named = run("audit", *home)
    assert (named.exit_code, "its own log is the record" in named.output) == (0, True)
    (desk / "desk.json").write_text('{"officers": {}, "served": true}', encoding="utf-8")
    audited = run("audit", *home)
    assert audited.exit_code == 1
    assert "NOT_RECORDED step 1 (draft)" in audited.output


def test_replay_takes_the_last_days(folder: Path) -> None:
    today = almaty_day(dt.datetime.now(dt.UTC))
    days = [today - dt.timedelta(days=back) for back in (0, 6, 7)] + [today + dt.timedelta(days=2)]
    given = "".join(line(str(day), env__today=day.isoformat()) for day in days) + '{"id": "lost"}\n'
    told = json.loads(run("replay", str(folder), str(folder), "--format", "json", "--days", "7", given=given).stdout)
    assert (told["total"], told["same"]) == (3, 2)
    assert told["not_replayable"] == {"facts were not kept": 1}


@pytest.mark.parametrize(("ui", "word"), [("kk", "Бас тартылды"), ("ru", "Отказано"), ("en", "Refused")])
def test_explain_speaks_three_languages_and_two_voices(folder: Path, tmp_path: Path, ui: str, word: str) -> None:
    path = tmp_path / "facts.json"
    path.write_text(json.dumps(FACTS), encoding="utf-8")
    officer = run("explain", str(folder), str(path), "--ui", ui, "--all-grounds")
    assert officer.output.startswith(word)
    assert "public-after-term: resource.term == 'open' || resource.private_life == 'no'" in officer.output
    requester = run("explain", str(folder), str(path), "--ui", ui, "--voice", "requester").output
    assert requester.startswith(word)
    assert "resource." not in requester
    assert "deny-closed" not in requester
    assert "2026-11-23" in requester


def test_explain_says_what_was_missing_and_which_ground_opens_most(tmp_path: Path) -> None:
    facts: dict[str, Any] = {
        "action": "read",
        "subject": {"role": "court", "kind": "person", "assurance": "high", "relation": "self"},
        "resource": {"kind": "letter", "archive": "demo", "secrecy": "none", "ownership": "state"},
        "purpose": {"code": "court_case", "ground": "court"},
    }
    facts["resource"] |= {"private_life": "yes", "term": "closed"}
    path = tmp_path / "facts.json"
    path.write_text(json.dumps({"id": "1", "facts": facts}), encoding="utf-8")
    told = json.loads(run("explain", str(default_bundle_dir()), str(path), "--all-grounds", "--format", "json").stdout)
    assert told["missing"] == ["purpose.case_no"]
    assert told["nearest"][0]["id"] == "court"
    assert told["best"] == "own_data"
    assert told["grounds"]["public"]["effect"] == "deny"


@pytest.mark.parametrize(
    ("ui", "word"), [("kk", "байланысыңыз жоқ"), ("ru", "нет вашей связи"), ("en", "Nothing on record")]
)
def test_requesters_are_told_what_their_ground_needs_whatever_the_document_holds(
    tmp_path: Path, ui: str, word: str
) -> None:
    facts: dict[str, Any] = {
        "action": "read",
        "subject": {"role": "citizen", "kind": "person", "assurance": "low", "relation": "none"},
        "resource": {"kind": "letter", "archive": "demo", "secrecy": "none", "ownership": "state"},
        "purpose": {"code": "genealogy", "ground": "own_data"},
    }
    path, said = tmp_path / "facts.json", set()
    for kind, private in (("letter", "yes"), ("personnel_order", "no")):
        facts["resource"] |= {"kind": kind, "private_life": private, "term": "closed"}
        path.write_text(json.dumps({"id": "1", "facts": facts}), encoding="utf-8")
        words = [str(default_bundle_dir()), str(path), "--ui", ui]
        said.add(run("explain", *words, "--voice", "requester").output)
        assert word not in run("explain", *words).output, "officers read the rules themselves"
    assert len(said) == 1
    assert word in said.pop()


def test_unreadable_facts_are_one_sentence(folder: Path, tmp_path: Path) -> None:
    path = tmp_path / "facts.json"
    path.write_text("{", encoding="utf-8")
    result = run("explain", str(folder), str(path))
    assert result.exit_code == 1
    assert "not JSON" in result.output


def test_no_line_stops_the_lines_after_it(folder: Path) -> None:
    good = line("last").encode()
    bad = b'{"id": "\xff"}\n{"id": "\\ud800", "facts": {}}\n\n[]\n' + b"x" * 1_100_000 + b"\n"
    decided = CliRunner().invoke(application, ["policies", "decide", str(folder)], input=bad + good)
    answers = [json.loads(one) for one in decided.stdout.splitlines()]
    assert decided.exit_code == 0
    assert [one["effect"] for one in answers] == ["deny"] * 5
    assert [one["reason"] for one in answers] == ["BAD_FACTS"] * 4 + ["DENY_RULE"]
    assert answers[-1]["id"] == "last"


def test_a_file_that_cannot_be_read_or_written_is_one_sentence(folder: Path, tmp_path: Path) -> None:
    nowhere = tmp_path / "missing" / "file"
    facts, taken = tmp_path / "facts.json", tmp_path / "taken"
    taken.touch()
    wrong = [("test", str(folder), "--junit", str(nowhere)), ("new", str(taken)), ("new", str(taken / "below"))]
    wrong += [("explain", str(folder), str(facts))] * 2
    for words, data in zip(wrong, [b"", b"", b"", b"\xff", b"[" * 100_000], strict=True):
        facts.write_bytes(data)
        refused = run(*words)
        assert refused.exit_code == 1, words
        assert isinstance(refused.exception, SystemExit), words
        assert len(refused.stderr.splitlines()) == 1, words


def test_check_fails_on_cases_that_cannot_be_read(folder: Path) -> None:
    spoil(folder, "subject: citizen", "subject: nobody", file="cases/10-cases.yaml")
    checked = run("check", str(folder), "--format", "json")
    told = json.loads(checked.stdout)
    assert (checked.exit_code, told["ok"], told["findings"][0]["code"]) == (1, False, "UNKNOWN_NAME")


def test_an_explanation_names_classes_of_persons_in_its_language(folder: Path, tmp_path: Path) -> None:
    facts = tmp_path / "facts.json"
    facts.write_text(line(resource__private_life="no"), encoding="utf-8")
    for language, words in (("kk", "қалғандар"), ("ru", "остальные"), ("en", "the rest")):
        assert f"{words} R0" in run("explain", str(folder), str(facts), "--ui", language).stdout


def test_a_desk_that_cannot_be_written_is_one_sentence(folder: Path, tmp_path: Path) -> None:
    desk, taken = tmp_path / "desk", tmp_path / "taken"
    taken.touch()
    officers = ("--author", "a", "--approver", "b")
    assert run("change", "open", str(desk), *officers).exit_code == 0
    (desk / "bundles").rmdir()
    (desk / "bundles").touch()
    for words in (("open", str(taken), *officers), ("draft", str(desk), str(folder), "--as", "a")):
        refused = run("change", *words)
        assert (refused.exit_code, refused.stderr.startswith("refused: ")) == (1, True), words
