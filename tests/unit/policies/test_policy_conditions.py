"""Conditions: the subset, its types, escapes, cost, and CEL's own meaning."""

from __future__ import annotations

import traceback
from unittest import mock

import pytest

from qupia_policies.cel_check import MAX_LENGTH, ConditionRefused
from qupia_policies.conditions import Activation, ConditionError, compile_condition
from qupia_policies.model import Value
from qupia_policies.schema import Attribute, AttributeType, Schema
from tests.support.policy_bundles import facts

SCHEMA = Schema.of(
    frozenset({"letter", "photo"}),
    (
        Attribute("subject", "role", AttributeType.STRING, frozenset({"a", "b"}), required=True),
        Attribute("subject", "n", AttributeType.INT),
        Attribute("subject", "names", AttributeType.STRINGS),
        Attribute("resource", "day", AttributeType.DATE),
        Attribute("resource", "sealed", AttributeType.BOOL),
    ),
)


def holds(text: str, **attributes: Value) -> bool:
    return compile_condition(text, SCHEMA.attributes).holds(Activation(facts(**attributes)))  # type: ignore[arg-type]


def refused(text: str) -> str:
    with pytest.raises(ConditionRefused) as caught:
        compile_condition(text, SCHEMA.attributes)
    return caught.value.code


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("true", True),
        ("subject.role == 'a'", True),
        ('subject.role != "a"', False),
        ("!(subject.role == 'a')", False),
        ("subject.role in ['a', 'b']", True),
        ("has(subject.n)", True),
        ("has(resource.day)", False),
        ("has(subject.n) && subject.n >= 3 && subject.n < 4", True),
        ("has(subject.n) && subject.n in [1, 2]", False),
        ("!has(resource.day) || resource.day < '2000-01-01'", True),
        ("has(subject.names) && 'x' in subject.names", True),
        ("has(subject.names) && size(subject.names) == 2", True),
        ("subject.role.startsWith('a')", True),
        ("has(resource.sealed) && resource.sealed", False),
        ("subject.role == 'b' || resource.kind == 'letter'", True),
        ("subject.role == 'b' && resource.kind == 'letter' || true", True),
    ],
)
def test_holds_as_cel_says(text: str, expected: bool) -> None:
    assert holds(text, subject_n=3, subject_names=("x", "y")) is expected


@pytest.mark.parametrize(
    "text",
    [
        "False) or (True",
        "true) || (true",
        "true)",
        "(true",
        "True",
        "p.eft == 'allow'",
        "r.req == 1",
        "eval('x')",
        "'a' == 'a'; true",
        "[1].all(x, x == 1)",
        "subject.role.matches('(a+)+$')",
        "9 * 9 == 81",
        "true ? true : false",
        "subject['role'] == 'a'",
        "dyn(subject.role) == 'a'",
        "type(subject.role) == string",
        "subject.role == 'a' // x",
        "subject.role == 'a\\'",
        '"""a""" == \'a\'',
        "subject.role == r'a'",
        "subject.role == 'a\n'",
        "subject.role == u'а'",
        "ѕubject.role == 'a'",
        "",
        "&&",
        "subject",
        "subject.",
        "subject.role.size()",
        "has(subject)",
        "has(subject.role) has(subject.n)",
        "1 < 2 < 3",
        "in",
        "-1 == -1 in [1]",
    ],
)
def test_what_is_not_the_subset_is_refused(text: str) -> None:
    assert refused(text) in {"CONDITION_SYNTAX", "UNKNOWN_ATTRIBUTE", "WRONG_TYPE"}


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("subject.rôle == 'a'", "CONDITION_SYNTAX"),
        ("subject.rank == 'a'", "UNKNOWN_ATTRIBUTE"),
        ("foo.role == 'a'", "UNKNOWN_ATTRIBUTE"),
        ("subject.role == 'c'", "UNKNOWN_VALUE"),
        ("subject.role in ['a', 'c']", "UNKNOWN_VALUE"),
        ("'c' == subject.role", "UNKNOWN_VALUE"),
        ("subject.role == 1", "WRONG_TYPE"),
        ("subject.role", "WRONG_TYPE"),
        ("'a'", "WRONG_TYPE"),
        ("!subject.role", "WRONG_TYPE"),
        ("has(subject.n) && subject.n == '1'", "WRONG_TYPE"),
        ("has(subject.n) && subject.n", "WRONG_TYPE"),
        ("has(resource.day) && resource.day < 'yesterday'", "WRONG_TYPE"),
        ("has(resource.day) && resource.day == '2026-02-30'", "WRONG_TYPE"),
        ("has(subject.names) && subject.names == 'x'", "WRONG_TYPE"),
        ("has(subject.n) && 'x' in subject.n", "WRONG_TYPE"),
        ("subject.role in ['a', 1]", "WRONG_TYPE"),
        ("true < false", "WRONG_TYPE"),
        ("size(subject.role) == 'a'", "WRONG_TYPE"),
        ("subject.n == 1", "UNGUARDED_ATTRIBUTE"),
        ("has(subject.n) || subject.n == 1", "UNGUARDED_ATTRIBUTE"),
        ("subject.n == 1 && has(subject.n)", "UNGUARDED_ATTRIBUTE"),
        ("!has(subject.n) && subject.n == 1", "UNGUARDED_ATTRIBUTE"),
        ("(has(subject.n) || true) && subject.n == 1", "UNGUARDED_ATTRIBUTE"),
        ("purpose.ground == 'public'", "UNGUARDED_ATTRIBUTE"),
        ("true && " * 500 + "true", "CONDITION_TOO_LONG"),
        ("(" * 30 + "true" + ")" * 30, "CONDITION_TOO_DEEP"),
        ("!" * 30 + "true", "CONDITION_TOO_DEEP"),
        ("!" * 399 + "true", "CONDITION_TOO_DEEP"),
        ("true||" * 250 + "true", "CONDITION_TOO_LONG"),
    ],
)
def test_faults_have_names(text: str, code: str) -> None:
    assert refused(text) == code


def test_length_is_bounded_before_anything_else() -> None:
    assert refused("'" + "a" * MAX_LENGTH) == "CONDITION_TOO_LONG"


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("true", ["true"]),
        ("has(subject.n) && subject.n == 1", ["has(subject.n)", "subject.n == 1"]),
        ("subject.role == ' && ' + 'x'", []),
        ("(true && false) && true", ["(true && false)", "true"]),
        ("true && false || true", ["true && false || true"]),
        ("true || false && true", ["true || false && true"]),
    ],
)
def test_conjuncts_are_the_parts_joined_at_the_top(text: str, parts: list[str]) -> None:
    if not parts:
        refused(text)
        return
    assert list(compile_condition(text, SCHEMA.attributes).conjuncts) == parts


def test_operators_inside_texts_stay_text() -> None:
    text = "!has(subject.names) || 'a && b || !c' in subject.names"
    assert holds(text, subject_names=("a",)) is False
    assert holds(text, subject_names=("a && b || !c",)) is True
    assert compile_condition(text, SCHEMA.attributes).conjuncts == (text,)


@pytest.mark.parametrize("result", [1, "true", None, [True], 1.0])
def test_only_a_real_boolean_is_an_answer(result: object) -> None:
    condition = compile_condition("true", SCHEMA.attributes)
    object.__setattr__(condition, "_program", mock.Mock(execute=mock.Mock(return_value=result)))
    with pytest.raises(ConditionError):
        condition.holds(Activation(facts()))


def test_an_error_of_cel_does_not_carry_values_of_facts() -> None:
    condition = compile_condition("true", SCHEMA.attributes)
    failing = mock.Mock(execute=mock.Mock(side_effect=ValueError("Мысалова")))
    object.__setattr__(condition, "_program", failing)
    with pytest.raises(ConditionError) as caught:
        condition.holds(Activation(facts()))
    assert "Мысалова" not in "".join(traceback.format_exception(caught.value))
