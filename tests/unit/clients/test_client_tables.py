"""What `qupiactl explain` and `qupiactl readers` show in tables: whole, in three languages, and nothing made up."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator
from types import TracebackType
from typing import Self, cast

import pytest
from typer.testing import CliRunner, Result

from qupia_client import Client, enums, values
from qupia_client import policy_values as values_of_desk
from qupia_client.cli.app import app
from qupia_client.cli.state import State
from tests.support.client_fakes import ENTRY

ALLOWED = enums.DecisionOutcome.ALLOWED
RULE = values.Rule("own-data", "Own data", "PD Art. 24")
CLASSES = {
    enums.PersonScope.REQUESTER: enums.RedactionProfile.R0,
    enums.PersonScope.REST: enums.RedactionProfile.R3,
}
OBLIGED = values.Obligations(
    enums.RedactionProfile.R3, hidden_categories=(enums.DetailCategory.IIN,), person_profiles=CLASSES
)
EXPLAINED = values.Explanation(
    ENTRY,
    ALLOWED,
    enums.RefusalReason.UNSPECIFIED,
    (values.RuleExplanation(RULE, enums.PolicyEffect.ALLOW, "Because."),),
    OBLIGED,
    (),
    "The whole.",
    dt.date(2031, 3, 17),
    "policyBundles/ab",
    lacks=(enums.ExplanationLack.FACTS_NOT_KEPT, enums.ExplanationLack.FACTS_DIFFER),
    legal_bases=("PD Art. 24",),
    duty_texts=("Tell the person.",),
)


def decision(profile: enums.RedactionProfile) -> values.Decision:
    return values.Decision(ALLOWED, enums.RefusalReason.UNSPECIFIED, (RULE,), obligations=values.Obligations(profile))


READERS = (
    values.DocumentReader(
        "",
        "court",
        enums.Ground.COURT,
        {
            enums.Ground.PUBLIC: decision(enums.RedactionProfile.R3),
            enums.Ground.COURT: decision(enums.RedactionProfile.R1),
        },
        (
            values.ReaderOpening(
                enums.Ground.STATE_BODY,
                (enums.ReaderNeed.CASE_NUMBER, enums.ReaderNeed.BASIS),
                (enums.StateBasis.TREATY, enums.StateBasis.STATISTICS),
                decision(enums.RedactionProfile.R0),
            ),
        ),
    ),
    values.DocumentReader("5f" * 32, "citizen", enums.Ground.UNSPECIFIED, {}, (), untried=True),
)


class Answers:
    """A client that answers with what stands above."""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        return None

    def explain(self, entry: str, *, language: enums.Language, voice: str) -> values.Explanation:
        del entry, language, voice
        return EXPLAINED

    def readers(self, document: str, *, purpose: str, language: enums.Language) -> Iterator[values.DocumentReader]:
        del document, purpose, language
        return iter(READERS)


def table(*args: str, lang: str) -> list[str]:
    state = State(connect=lambda _: cast("Client", Answers()), environ={"LANG_UI": lang})
    shown = CliRunner().invoke(app, list(args), obj=state)
    assert shown.exit_code == 0, shown.output
    return [" ".join(line.split()) for line in shown.stdout.splitlines()]


@pytest.mark.parametrize(
    ("lang", "lines"),
    [
        (
            "en",
            {
                "Lacks the facts were not kept",
                "Lacks the kept facts do not lead to the recorded decision",
                "Persons the requester: R0",
                "Persons the rest: R3",
                "Hidden IIN",
                "Duty (due) Tell the person.",
                "Legal basis PD Art. 24",
                "Rule Own data: Because.",
            },
        ),
        (
            "ru",
            {
                "Чего нет сведения не сохранены",
                "Чего нет сохранённые сведения не ведут к записанному решению",
                "Лица запросивший: R0",
                "Лица остальные: R3",
                "Скрыто ИИН",
            },
        ),
        (
            "kk",
            {
                "Қолда жоқ мәліметтер сақталмаған",
                "Қолда жоқ сақталған мәліметтер жазылған шешімге сай емес",
                "Тұлғалар сұраушы: R0",
                "Тұлғалар қалғандар: R3",
                "Жасырылды ЖСН",
            },
        ),
    ],
)
def test_an_explanation_says_what_it_lacks_and_what_holds_for_each_class_of_persons(lang: str, lines: set[str]) -> None:
    assert lines <= set(table("explain", ENTRY, lang=lang))


@pytest.mark.parametrize(
    ("lang", "needs", "untried"),
    [
        ("en", "with a case number, with an item of the law", "not all was tried"),
        ("ru", "с номером дела, с пунктом закона", "проверено не всё"),
        ("kk", "істің нөмірімен, заң тармағымен", "барлығы тексерілмеді"),
    ],
)
def test_readers_are_shown_best_ground_first_then_what_needs_more(lang: str, needs: str, untried: str) -> None:
    head, *rows = table("readers", "d-1", "--purpose", "court_case", lang=lang)
    assert len(head.split()) >= 4
    assert rows == [
        "court court - R1",
        "court public - R3",
        f"court state_body {needs} (treaty, statistics) R0",
        f"{'5f' * 32} - {untried} -",
    ]


@pytest.mark.parametrize(
    ("lang", "said"), [("en", "serves another bundle"), ("ru", "применяет другое"), ("kk", "басқаны")]
)
def test_processes_that_serve_otherwise_end_an_audit_with_1(lang: str, said: str) -> None:
    fault = values_of_desk.PolicyDeskDifference(
        enums.PolicyDeskFault.OTHER_BUNDLE, 7, "", "", "process-2", "policyBundles/ab"
    )

    class Desk:
        def __init__(self, ok: bool) -> None:
            self._found = values_of_desk.PolicyDeskAudit(9, 5, () if ok else (fault,), ok)

        def speaking(self, language: enums.Language) -> Self:
            del language
            return self

        def audit(self) -> values_of_desk.PolicyDeskAudit:
            return self._found

    def asked(ok: bool, *more: str) -> Result:
        client = Answers()
        client.policies = Desk(ok)  # type: ignore[attr-defined]
        state = State(connect=lambda _: cast("Client", client), environ={"LANG_UI": lang})
        return CliRunner().invoke(app, ["policies", "audit", *more], obj=state)

    good, bad = asked(True), asked(False)
    assert (good.exit_code, bad.exit_code) == (0, 1)
    assert said in bad.stdout
    assert "process-2" in bad.stdout
    assert json.loads(asked(False, "--output", "json").stdout)["ok"] is False
    assert json.loads(asked(True, "--output", "json").stdout)["ok"] is True
