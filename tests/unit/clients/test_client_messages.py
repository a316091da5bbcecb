"""The catalogue of words is complete: three languages, every error, every word that a table shows."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

import qupia_client.cli
from qupia_client import enums, errors
from qupia_client.cli import messages
from qupia_client.enums import Language

CATALOGUES = {**messages.LABELS, **messages.ERRORS, **messages.WORDS}


@pytest.mark.parametrize("key", CATALOGUES)
def test_each_entry_has_three_texts_in_the_right_script(key: str) -> None:
    kk, ru, en = CATALOGUES[key]
    assert kk.strip()
    assert ru.strip()
    assert en.isascii()
    assert not ru.isascii()
    assert not kk.isascii()


def test_every_error_has_its_sentence() -> None:
    kinds = {k for k in vars(errors).values() if isinstance(k, type) and issubclass(k, errors.QupiaClientError)}
    assert {kind.__name__ for kind in kinds} - {"QupiaClientError"} <= set(messages.ERRORS)


@pytest.mark.parametrize(
    "words",
    [
        enums.DecisionOutcome,
        enums.PolicyEffect,
        enums.AuditOutcome,
        enums.AuditEvent,
        enums.DetailCategory,
        enums.RefusalReason,
        enums.ReaderNeed,
        enums.ExplanationLack,
        enums.PersonScope,
        enums.PolicyDeskFault,
    ],
)
def test_every_word_that_a_table_shows_is_translated(words: type[enums.Word]) -> None:
    stated = {f"{words.__name__}.{word.name}" for word in words if word.name != "UNSPECIFIED"}
    assert stated == {key for key in messages.WORDS if key.startswith(f"{words.__name__}.")}


def test_every_label_that_a_command_uses_is_there_and_no_other() -> None:
    folder = Path(qupia_client.cli.__file__).parent
    trees = [ast.parse(path.read_text(encoding="utf-8")) for path in folder.glob("*.py") if path.stem != "messages"]
    used = {
        n.value for tree in trees for n in ast.walk(tree) if isinstance(n, ast.Constant) and isinstance(n.value, str)
    }
    asked = {
        call.args[0].value
        for tree in trees
        for call in ast.walk(tree)
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Attribute) and call.func.attr == "label"
        if isinstance(call.args[0], ast.Constant)
    }
    assert asked <= set(messages.LABELS)
    assert set(messages.LABELS) <= used


@pytest.mark.parametrize(
    ("environ", "language"),
    [
        ({"LANG_UI": "kk", "LANG": "ru_RU.UTF-8"}, Language.KK),
        ({"LC_ALL": "ru_KZ.UTF-8"}, Language.RU),
        ({"LANG": "kk_KZ.UTF-8"}, Language.KK),
        ({"LANG": "C.UTF-8"}, Language.EN),
        ({}, Language.EN),
    ],
)
def test_the_language_of_the_console(environ: dict[str, str], language: Language) -> None:
    assert messages.ui_language(environ) is language


def test_an_unknown_word_shows_its_value_and_an_unstated_one_a_dash() -> None:
    assert messages.word(enums.DocumentKind.LETTER, Language.RU) == "letter"
    assert messages.word(enums.RefusalReason.UNSPECIFIED, Language.RU) == "-"
