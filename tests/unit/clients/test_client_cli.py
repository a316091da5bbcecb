"""`qupiactl` against a client that needs no network: exit codes, JSON, words, and what it refuses to print."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import Any, Self, cast

import grpc
import pytest
from typer.testing import CliRunner, Result

from qupia_client import Client, enums, errors, values
from qupia_client.cli.app import app
from qupia_client.cli.exits import HELP, Exit, code_of
from qupia_client.cli.output import plain, shown
from qupia_client.cli.state import State
from qupia_client.disclosure import Disclosure
from qupia_client.errors import ErrorDetails
from tests.support.client_fakes import CONTENT, ENTRY, FailedCall, Response, Stream, chunks, header, trailer

RULE = values.Rule("r-75", "75 лет", "NAF Art. 16(1-1)")
REFUSAL = values.Refusal(enums.RefusalReason.DENY_RULE, "Срок не истёк.", (RULE,), dt.date(2031, 3, 17))
DOCUMENT = values.Document(
    archive="archives/a-1",
    cipher=values.ArchiveCipher("17", "2", "45", "12-14"),
    kind=enums.DocumentKind.LETTER,
    form=enums.DocumentForm.ELECTRONIC_COPY,
    created=values.DateRange.exact(dt.date(1951, 3, 17)),
    secrecy=enums.Secrecy.NONE,
    private_life=enums.PrivateLife.YES,
    ownership=enums.Ownership.STATE,
    title="Письмо [bold]\x1b[31m",
    name="documents/d-0001",
)
ENTRY_VALUE = values.AuditEntry(
    name=ENTRY,
    sequence=7,
    create_time=dt.datetime(2026, 3, 1, 9, tzinfo=dt.UTC),
    event=enums.AuditEvent.DENIAL,
    outcome=enums.AuditOutcome.REFUSED,
    reason=enums.RefusalReason.NO_RULE,
    hidden_counts={enums.DetailCategory.IIN: 2},
    leaf_hash=b"\x01\x02",
)


class FakeClient:
    """Answers as it was told; remembers how it was asked."""

    def __init__(self, error: Exception | None = None, messages: list[Response | Exception] | None = None) -> None:
        self.error = error
        self.messages = messages
        self.asked: dict[str, Any] = {}
        self.allowed = True

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        return None

    def _note(self, *args: object, **asked: object) -> None:
        self.asked = {"args": args, **asked}
        if self.error is not None:
            raise self.error

    def disclose(self, document: str, **asked: object) -> Disclosure:
        self._note(document, **asked)
        return Disclosure(Stream(header(), *(self.messages or [*chunks(), trailer()])), "r-1")

    def check(self, document: str, **asked: object) -> values.Access:
        self._note(document, **asked)
        outcome = enums.DecisionOutcome.ALLOWED if self.allowed else enums.DecisionOutcome.REFUSED
        reason = enums.RefusalReason.UNSPECIFIED if self.allowed else enums.RefusalReason.NO_RULE
        return values.Access(values.Decision(outcome, reason, (RULE,)), "Потому что.", values.Receipt(ENTRY))

    def documents(self, **asked: object) -> Iterator[values.Document]:
        self._note(**asked)
        return iter([DOCUMENT] * 3)

    def document(self, name: str, **asked: object) -> values.Document:
        self._note(name, **asked)
        return DOCUMENT

    def update_document(self, document: values.Document, changed: list[str], **asked: object) -> values.Document:
        self._note(**asked, changed=changed, blocked=document.blocked)
        return document

    def audit_entries(self, **asked: object) -> Iterator[values.AuditEntry]:
        self._note(**asked)
        return iter([ENTRY_VALUE])

    def audit_entry(self, name: str, **asked: object) -> values.AuditEntry:
        self._note(name, **asked)
        return ENTRY_VALUE

    def active_bundle(self) -> values.PolicyBundle:
        self._note()
        rule = values.PolicyRule("r-75", enums.PolicyEffect.DENY, {"kk": "75 жыл", "ru": "75 лет"}, "NAF")
        return values.PolicyBundle("policyBundles/ab", "Основная", "ab", 1, None, (rule,))

    def explain(self, entry: str, *, language: enums.Language, voice: str) -> values.Explanation:
        self._note(entry, language=language)
        explained = values.RuleExplanation(RULE, enums.PolicyEffect.DENY, "Не истёк срок")
        refused = enums.DecisionOutcome.REFUSED
        return values.Explanation(entry, refused, REFUSAL.reason, (explained,), None, (), "Итог.", None, "")


def run(client: FakeClient, *args: str, lang: str = "ru") -> Result:
    state = State(connect=lambda _: cast("Client", client), environ={"LANG_UI": lang})
    return CliRunner().invoke(app, list(args), obj=state)


def disclose(client: FakeClient, folder: Path, *more: str, lang: str = "ru") -> Result:
    to = str(folder / "out.pdf")
    return run(client, "disclose", "d-0001", "--purpose", "protect_rights", "-o", to, *more, lang=lang)


def test_disclose_saves_the_file_and_tells_decision_rule_counts_and_entry(tmp_path: Path) -> None:
    client = FakeClient()
    result = disclose(client, tmp_path, "--ground", "own_data", "--case-number", "2-17")
    assert result.exit_code == Exit.OK
    assert (tmp_path / "out.pdf").read_bytes() == CONTENT
    for part in ("разрешено", "Свои данные", "имя лица: 3", ENTRY):
        assert part in result.stdout
    assert client.asked["ground"] is enums.Ground.OWN_DATA
    assert client.asked["case_number"] == "2-17"
    assert client.asked["language"] is enums.Language.RU


def test_what_a_body_and_its_country_say_travels(tmp_path: Path) -> None:
    client = FakeClient()
    said = ("--authority-document", "Order 5", "--basis", "treaty", "--refuse-terms", "--country", "DE")
    assert disclose(client, tmp_path, "--ground", "state_body", *said).exit_code == Exit.OK
    assert client.asked["authority_document"] == "Order 5"
    assert client.asked["basis"] is enums.StateBasis.TREATY
    assert client.asked["terms_accepted"] is False
    assert client.asked["recipient_country"] == "DE"
    assert disclose(client, tmp_path).exit_code == Exit.OK
    assert client.asked["terms_accepted"] is None


def test_disclose_as_json_is_one_document_with_the_receipt(tmp_path: Path) -> None:
    result = disclose(FakeClient(), tmp_path, "--output", "json")
    told = json.loads(result.stdout)
    assert set(told) == {"document", "file", "request_id", "decision", "receipt", "rendition"}
    assert told["decision"]["outcome"] == "allowed"
    assert told["decision"]["hidden_counts"] == {"person": 3}
    assert told["receipt"]["leaf_hash"] == "01" * 32


def test_the_tokens_of_files_travel_and_are_not_printed(tmp_path: Path) -> None:
    (tmp_path / "token").write_text("aaa.bbb.ccc\n")
    (tmp_path / "password").write_text("sesame\n")
    client = FakeClient()
    result = disclose(
        client,
        tmp_path,
        "--on-behalf-token-file",
        str(tmp_path / "token"),
        "--password-file",
        str(tmp_path / "password"),
    )
    assert (client.asked["on_behalf_of"], client.asked["password"]) == ("aaa.bbb.ccc", "sesame")
    assert "sesame" not in result.output
    assert "aaa.bbb" not in result.output


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (errors.InvalidRequest("x"), 2),
        (errors.ConfigurationFault("x"), 2),
        (errors.Refused("x", ErrorDetails(refusal=REFUSAL)), 3),
        (errors.NotFound("x"), 4),
        (errors.Unauthenticated("x"), 5),
        (errors.Forbidden("x"), 5),
        (errors.Unavailable("x", ErrorDetails(retry_after=2.0)), 6),
        (errors.OutOfTime("x"), 6),
        (errors.DataLoss("x"), 7),
        (errors.IntegrityFault("x"), 7),
        (errors.ServerFault("x"), 1),
        (errors.AlreadyExists("x"), 1),
        (errors.UnexpectedAnswer("x"), 1),
        (PermissionError(13, "denied", "out.pdf"), 1),
    ],
)
def test_each_error_has_its_exit_code(error: Exception, code: int, tmp_path: Path) -> None:
    result = disclose(FakeClient(error), tmp_path)
    assert result.exit_code == code
    assert result.stdout == ""
    assert result.stderr.strip()
    assert list(tmp_path.iterdir()) == []


def test_every_kind_of_error_was_thought_of() -> None:
    kinds = [k for k in vars(errors).values() if isinstance(k, type) and issubclass(k, errors.QupiaClientError)]
    other = {k.__name__ for k in kinds if code_of(k("")) is Exit.OTHER}
    assert other == {"QupiaClientError", "AlreadyExists", "CallCancelled", "UnexpectedAnswer", "ServerFault"}


def test_every_exit_code_stands_in_the_help() -> None:
    result = run(FakeClient(), "--help")
    assert all(f"  {code.value}  " in HELP for code in Exit)
    assert "3  refused, with reasons" in result.stdout


def test_a_torn_stream_ends_with_7_and_leaves_nothing(tmp_path: Path) -> None:
    result = disclose(FakeClient(messages=[*chunks()[:1]]), tmp_path)
    assert result.exit_code == Exit.DATA_LOSS
    assert list(tmp_path.iterdir()) == []


def test_a_refusal_tells_reason_rule_day_and_entry_in_the_language_asked_for(tmp_path: Path) -> None:
    error = errors.Refused("Мерзімі өткен жоқ.", ErrorDetails(refusal=REFUSAL, entry=ENTRY))
    result = disclose(FakeClient(error), tmp_path, "--language", "kk")
    for part in ("Бас тартылды", "қағида тыйым салады", "75 лет", "2031-03-17", ENTRY):
        assert part in result.stderr


def test_an_error_as_json_is_one_document_on_stderr(tmp_path: Path) -> None:
    error = errors.Refused("Нет.", ErrorDetails("PERMISSION_DENIED", "DENY_RULE", entry=ENTRY, refusal=REFUSAL))
    told = json.loads(disclose(FakeClient(error), tmp_path, "--output", "json").stderr)["error"]
    assert (told["kind"], told["code"], told["reason"], told["entry"]) == (
        "Refused",
        "PERMISSION_DENIED",
        "DENY_RULE",
        ENTRY,
    )
    assert told["refusal"]["opens_on"] == "2031-03-17"


@pytest.mark.parametrize(("allowed", "code"), [(True, 0), (False, 3)])
def test_check_ends_with_what_would_be_decided(allowed: bool, code: int) -> None:
    client = FakeClient()
    client.allowed = allowed
    table = run(client, "check", "d-1", "--purpose", "research", lang="en")
    assert table.exit_code == code
    assert ("allowed" if allowed else "no rule allows it") in table.stdout
    as_json = run(client, "check", "d-1", "--purpose", "research", "--output", "json")
    assert as_json.exit_code == code
    told = json.loads(as_json.stdout)
    assert set(told) == {"decision", "explanation", "receipt", "best_ground", "grounds"}
    assert told["grounds"] == {}


def test_documents_are_listed_up_to_the_limit() -> None:
    client = FakeClient()
    result = run(client, "documents", "list", "--kind", "letter", "--limit", "2", "--output", "json")
    told = json.loads(result.stdout)
    assert len(told) == 2
    assert told[0]["created"]["earliest"] == "1951-03-17"
    assert client.asked["kind"] is enums.DocumentKind.LETTER


def test_a_hostile_title_reaches_the_terminal_without_its_controls() -> None:
    result = run(FakeClient(), "documents", "list")
    assert "\x1b" not in result.stdout
    assert "[bold]" in result.stdout
    assert "17/2/45/12-14" in result.stdout


def test_audit_list_filters_and_show() -> None:
    client = FakeClient()
    since = "2026-03-01T00:00:00+05:00"
    result = run(client, "audit", "list", "--outcome", "refused", "--since", since, lang="en")
    assert result.exit_code == 0
    assert client.asked["outcome"] is enums.AuditOutcome.REFUSED
    assert client.asked["start"] == dt.datetime.fromisoformat(since)
    assert "no rule allows it" in result.stdout
    shown_entry = run(client, "audit", "show", "e-1", "--output", "json")
    assert json.loads(shown_entry.stdout)["leaf_hash"] == "0102"
    assert "IIN: 2" in run(client, "audit", "show", "e-1", lang="en").stdout
    assert client.asked["language"] is enums.Language.EN


def test_a_block_is_set_and_lifted_and_nothing_else_changes() -> None:
    client = FakeClient()
    assert json.loads(run(client, "documents", "block", "d-1", "--output", "json").stdout)["blocked"] is True
    assert (client.asked["changed"], client.asked["blocked"]) == (["blocked"], True)
    assert "Blocked" in run(client, "documents", "block", "d-1", "--lift", lang="en").stdout
    assert (client.asked["changed"], client.asked["blocked"]) == (["blocked"], False)


def test_policies_and_explanations() -> None:
    assert "75 жыл" in run(FakeClient(), "policies", "show", lang="kk").stdout
    assert json.loads(run(FakeClient(), "policies", "show", "--output", "json").stdout)["rule_count"] == 1
    client = FakeClient()
    assert "Не истёк срок" in run(client, "explain", ENTRY).stdout
    assert client.asked["language"] is enums.Language.RU
    assert json.loads(run(client, "explain", ENTRY, "--output", "json").stdout)["text"] == "Итог."


@pytest.mark.parametrize(
    "args",
    [
        ("disclose", "d-1", "--purpose", "nonsense", "-o", "x"),
        ("disclose", "d-1", "--purpose", "research"),
        ("check", "d-1"),
        ("audit", "list", "--since", "yesterday"),
        ("documents", "list", "--output", "xml"),
    ],
)
def test_wrong_use_ends_with_2_before_anything_is_asked(args: tuple[str, ...]) -> None:
    client = FakeClient()
    result = run(client, *args)
    assert result.exit_code == Exit.USAGE
    assert client.asked == {}


def test_the_named_profile_is_passed_on(tmp_path: Path) -> None:
    seen: list[Path | None] = []

    def connect(profile: Path | None) -> Client:
        seen.append(profile)
        return cast("Client", FakeClient())

    args = ["--profile", str(tmp_path / "p.env"), "documents", "list"]
    CliRunner().invoke(app, args, obj=State(connect=connect, environ={}))
    assert seen == [tmp_path / "p.env"]


def test_plain_values_and_safe_text() -> None:
    assert plain({"a": (b"\x01", dt.date(2026, 1, 2), None, True, 1.5)}) == {"a": ["01", "2026-01-02", None, True, 1.5]}
    assert shown("a\x1b[0m\u202eb\nc") == "a\ufffd[0m\ufffdb c"
    with pytest.raises(TypeError):
        plain(FailedCall(grpc.StatusCode.OK))
