"""Reading only what changed gives what reading everything gives, findings included."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from qupia_policies.bundle import Bundle, parse_bundle
from qupia_policies.errors import BundleRefused
from qupia_policies.rule_memory import split
from tests.support.policy_bundles import files, rule

WHENS = ["true", "subject.role == 'a'", "subject.role == 'a' && subject.role == 'b'", "has(subject.n) && subject.n > 1"]
texts = st.builds(
    lambda number, effect, when, kinds, extra: rule(f"r{number}", effect, when=f'"{when}"', kinds=kinds) + extra,
    st.integers(0, 7),
    st.sampled_from(["allow", "allow", "deny"]),
    st.sampled_from(WHENS),
    st.sampled_from(['"*"', "[letter]", "[photo]"]),
    st.sampled_from(
        ["", "", "", "# a comment\n", "\n\n", "- x\n", "  whn: x\n", '  more: "a\n- b"\n', "---\n", "é: é\n"]
    ),
)
heads = st.sampled_from(["", "# head\n", "\n# head\n\n", "{}\n"])
lists = st.lists(texts, min_size=1, max_size=6)


def read(whole: dict[str, bytes], previous: Bundle | None) -> tuple[object, ...]:
    try:
        found = parse_bundle(whole, previous=previous)
    except BundleRefused as refused:
        return tuple(refused.findings)
    places = [(item.rule_id, item.file, item.line) for item in found.rules]
    return found, places, [(item.code, item.rule, item.line) for item in found.warnings]


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(lists, lists, lists, heads)
def test_what_is_remembered_never_changes_what_is_admitted(
    old: list[str], one: list[str], two: list[str], head: str
) -> None:
    try:
        before = parse_bundle(files(*old, rules__s="".join(rule("s", "deny"))))
    except BundleRefused:
        before = parse_bundle(files(rule("r0"), rule("r1", "deny"), rules__s=rule("s", "deny")))
    whole = files(head, *one, rules__s="".join(two) if two[0] in one else rule("s", "deny"))
    cold, warm = read(whole, None), read(whole, before)
    if isinstance(cold[0], Bundle):
        assert isinstance(warm[0], Bundle)
        assert (cold[0].rules, cold[0].version, cold[1:]) == (warm[0].rules, warm[0].version, warm[1:])
    else:
        assert cold == warm


def test_one_changed_rule_is_the_only_one_that_is_read_again() -> None:
    many = [rule(f"r{number}") for number in range(50)]
    before = parse_bundle(files(*many))
    many[20] = rule("r20", when="\"subject.role == 'a'\"")
    after = parse_bundle(files(*many), previous=before)
    same = [new is old for new, old in zip(after.rules, before.rules, strict=True)]
    assert same.count(False) == 1
    assert not same[20]
    moved = parse_bundle(files("# one line more\n", *many), previous=after)
    assert [item.line for item in moved.rules] == [item.line + 1 for item in after.rules]
    assert all(new.condition is old.condition for new, old in zip(moved.rules, after.rules, strict=True))


@pytest.mark.parametrize("end", ["...\n", "---\n", "# \x85\n", "# \u2028\n", "# \r"])
def test_what_yaml_ends_lines_or_documents_by_is_read_alike(end: str) -> None:
    before = parse_bundle(files(rule("r0"), rule("r1")))
    whole = files(rule("r0"), end, rule("r1").replace("- id", "- # a word\n  id"))
    cold, warm = read(whole, None), read(whole, before)
    assert cold[1:] == warm[1:]
    assert isinstance(cold[0], Bundle) is isinstance(warm[0], Bundle)


def test_another_schema_reads_everything_anew() -> None:
    before = parse_bundle(files(rule("r")))
    other = dict(files(rule("r")))
    other["schema.yaml"] = other["schema.yaml"].replace(b"letter, photo", b"letter, photo, film")
    assert parse_bundle(other, previous=before).rules[0].condition is not before.rules[0].condition


def test_a_file_that_is_laid_out_otherwise_is_not_split() -> None:
    assert split(b"[]") is None
    for head in (b"{}\n", b"# \x00\n", b"# \x01\n", b"a: b\n", b"# \xe2\x80\x8b\n", b"\t- x\n"):
        assert split(head + b"- a") is None
    ends = [b"...\n", b"---\n", b"%YAML 1.2\n", b"# \r", b"# \xc2\x85", b"# \xe2\x80\xa8", b"# \xe2\x80\xa9"]
    for end in (*ends, b"# \xe2\x80\xae\n", b"# \xff\n"):
        assert split(b"- a\n" + end + b"- b\n") is None
    assert split(b"- a\r\n- b\r\n") == [(1, b"- a\r"), (2, b"- b\r\n")]
    assert split(b"# c\n\n- a\n- b\n") == [(3, b"- a"), (4, b"- b\n")]
