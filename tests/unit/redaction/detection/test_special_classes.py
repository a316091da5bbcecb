"""Each class of special details is told by words and labels in three languages, and can be switched off by itself."""

from __future__ import annotations

import io
import json
import sys
from types import SimpleNamespace

import pytest

from qupia_redaction import jsonl
from qupia_redaction.detect import Finder
from qupia_redaction.model import DETECTED, Category
from qupia_redaction.plan.special import CLASSES, SPECIAL_CLASSES, covered, hides, without
from qupia_redaction.recognizers.classes import classed, classes_of
from qupia_redaction.recognizers.finding import Finding

HEAD = "АНКЕТА\n1. Фамилия, имя, отчество: Тестов Иван Петрович\n"
FIELDS = [
    (Category.HEALTH, "Диагноз: хронический бронхит", "хронический бронхит"),
    (Category.HEALTH, "Инвалид II группы.", "Инвалид II группы"),
    (Category.FAMILY, "Семейное положение: женат", "женат"),
    (Category.FAMILY, "Отбасы жағдайы: үйленген", "үйленген"),
    (Category.ADOPTION, "Усыновлён в 1951 году.", "Усыновлён в 1951 году"),
    (Category.NATIONALITY, "Национальность: немец", "немец"),
    (Category.NATIONALITY, "Ұлты: қазақ", "қазақ"),
    (Category.ORIGIN, "Социальное происхождение: из крестьян", "из крестьян"),
    (Category.PARTY, "Партийность: беспартийный", "беспартийный"),
    (Category.PARTY, "Партиялығы: КОКП мүшесі", "КОКП мүшесі"),
    (Category.RELIGION, "Вероисповедание: лютеранин", "лютеранин"),
    (Category.OFFENCE, "Судимость: не судим", "не судим"),
    (Category.OFFENCE, "Соттылығы: жоқ", "жоқ"),
    (Category.REPRESSION, "Раскулачен и выслан в 1931 году.", "Раскулачен и выслан в 1931 году"),
    (Category.MONEY, "Зарплата за март 120 руб. в месяц", "120 руб."),
]
WORDS = [
    (Category.HEALTH, ["болел туберкулёзом", "өкпе ауруымен ауырған", "diagnosed with asthma"]),
    (Category.FAMILY, ["вышла замуж", "әкесі мен анасы", "married twice"]),
    (Category.ADOPTION, ["воспитывался в детском доме", "бала асырап алған", "adopted as a child"]),
    (Category.NATIONALITY, ["по национальности чеченец", "ұлты неміс", "ethnic Pole"]),
    (Category.ORIGIN, ["из мещан", "кедей шаруа тұқымынан", "a peasant"]),
    (Category.PARTY, ["член ВКП(б)", "партия мүшесі", "a communist"]),
    (Category.RELIGION, ["ходил в мечеть", "молда болған", "a Baptist"]),
    (Category.OFFENCE, ["осуждён за кражу", "сотталған", "convicted of theft"]),
    (Category.REPRESSION, ["как враг народа", "халық жауы", "deported in 1944"]),
    (Category.MONEY, ["оклад и пенсия", "жалақысы мен қарызы", "a loan"]),
    (Category.CHILDREN, ["несовершеннолетний", "кәмелетке толмаған", "a juvenile"]),
    (Category.SEXUAL_LIFE, ["сожительница", "көңілдес", "a prostitute"]),
]
TWO = "Отец осуждён тройкой."


@pytest.mark.parametrize(("kind", "line", "words"), FIELDS)
def test_a_class_is_hidden_and_switched_off_by_itself(finder: Finder, kind: Category, line: str, words: str) -> None:
    text = HEAD + line
    assert words in [text[e.start : e.end] for e in finder.entities(text, wide=False)]
    assert words not in [text[e.start : e.end] for e in finder.entities(text, wide=False, shown={kind})]
    others = CLASSES - {kind}
    assert words in [text[e.start : e.end] for e in finder.entities(text, wide=False, shown=others)]


def test_no_other_detail_goes_with_a_class(finder: Finder) -> None:
    text = HEAD + "\n".join(line for _, line, _ in FIELDS)
    every = {text[e.start : e.end] for e in finder.entities(text, wide=False)}
    left = {text[e.start : e.end] for e in finder.entities(text, wide=False, shown={Category.NATIONALITY})}
    assert every - left == {"немец", "қазақ"}
    assert not left - every


@pytest.mark.parametrize(("kind", "phrases"), WORDS)
def test_words_of_three_languages_tell_a_class(kind: Category, phrases: list[str]) -> None:
    assert [kind in classes_of(phrase) for phrase in phrases] == [True] * len(phrases)


def test_every_class_has_words() -> None:
    assert {kind for kind, _ in WORDS} == CLASSES
    assert classes_of("просто слова о погоде") == frozenset()


def test_a_passage_of_several_classes_needs_all_of_them_off(finder: Finder) -> None:
    text = HEAD + TWO
    told = next(e for e in finder.entities(text, wide=False) if "осуждён" in text[e.start : e.end]).classes
    assert told == {Category.FAMILY, Category.OFFENCE, Category.REPRESSION}
    for kind in told:
        shown = finder.entities(text, wide=False, shown=told - {kind})
        assert any("осуждён" in text[e.start : e.end] for e in shown), kind
    assert not any("осуждён" in text[e.start : e.end] for e in finder.entities(text, wide=False, shown=told))


@pytest.mark.parametrize("on", sorted(CLASSES))
def test_doubt_hides_while_any_class_is_hidden(on: Category) -> None:
    some = {Category.NATIONALITY, Category.SPECIAL}
    for told in (frozenset[Category](), frozenset({Category.SPECIAL}), frozenset(some)):
        assert hides({on}, Category.SPECIAL, told)
        assert not hides({Category.PERSON}, Category.SPECIAL, told)


def test_special_stands_for_all_of_its_classes_and_gives_way_to_the_others() -> None:
    assert covered({Category.SPECIAL}) == SPECIAL_CLASSES | {Category.SPECIAL}
    assert covered({Category.HEALTH}) == {Category.HEALTH}
    assert without(DETECTED, {Category.NATIONALITY}) == DETECTED - {Category.NATIONALITY, Category.SPECIAL}
    assert without({Category.PERSON, Category.SPECIAL}, {Category.SPECIAL}) == {Category.PERSON}
    assert without(DETECTED, set()) == DETECTED
    assert without({Category.PERSON}, {Category.NATIONALITY}) == {Category.PERSON}


@pytest.mark.parametrize(
    ("shown", "doubted"),
    [
        ("отец скрывал оружие, прятал патроны, винтовку закопал", True),
        ("отец и мать развелись, сестра вышла замуж в 1961 году", False),
        ("отец", False),
    ],
)
def test_a_passage_that_says_more_than_its_words_explain_is_doubted(shown: str, doubted: bool) -> None:
    (found,) = classed(shown, [Finding(0, len(shown), Category.SPECIAL, 0.6, "clause_model")])
    assert Category.FAMILY in found.classes
    assert (Category.SPECIAL in found.classes) == doubted


@pytest.mark.parametrize(
    ("shown", "doubted"),
    [
        ("Служил на границе, после контузии вздрагивает, слышит ночами стрельбу", True),
        ("хронический бронхит, болеет туберкулёзом", False),
        ("инвалид II группы", False),
    ],
)
def test_health_that_says_much_else_is_doubted_and_plain_health_is_shown(shown: str, doubted: bool) -> None:
    (found,) = classed(shown, [Finding(0, len(shown), Category.HEALTH, 0.6, "passage")])
    assert Category.HEALTH in found.classes
    assert hides(without(DETECTED, {Category.HEALTH}), Category.HEALTH, found.classes) == doubted
    assert not hides({Category.PERSON}, Category.HEALTH, found.classes)


def test_the_command_takes_switches_and_refuses_unknown_ones(
    finder: Finder, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    text = HEAD + "Национальность: немец\nСудимость: не судим"
    line = (json.dumps({"id": 1, "text": text}) + "\n").encode()
    monkeypatch.setattr("qupia_redaction.detect.build_finder", lambda _languages: finder)
    monkeypatch.setattr(sys, "stdin", SimpleNamespace(buffer=io.BytesIO(line)))
    assert jsonl.main(["--show", "nationality", "--explain"]) == 0
    spans = json.loads(capsys.readouterr().out)["spans"]
    assert {text[s["start"] : s["end"]]: s.get("classes") for s in spans} == {
        "Тестов Иван Петрович": None,
        "не судим": ["offence"],
    }
    with pytest.raises(SystemExit) as left:
        jsonl.main(["--show", "nationalty"])
    assert left.value.code == 2
    assert "nationalty" in capsys.readouterr().err
