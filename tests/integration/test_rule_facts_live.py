"""Every rule of the national bundle decides in the running service, by facts that the server itself supplies.

One server for all of it, on the national bundle with the switch `private_unit` at `file` and an overlay of one archive.
"""

from __future__ import annotations

import datetime as dt
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest

from qupia_client import (
    Access,
    ArchiveCipher,
    ArchiveDate,
    DateCertainty,
    DateRange,
    Document,
    DocumentForm,
    DocumentKind,
    Forbidden,
    InvalidRequest,
    NotFound,
    Ownership,
    PrivateLife,
    QupiaClientError,
    RedactionProfile,
    Refused,
    Secrecy,
    SecretKind,
    StateBasis,
    StateChanged,
)
from qupia_policies.bundle import default_bundle_dir, load_bundle
from qupia_policies.model import Action
from qupia_server.disclosure.notices import working_days_after
from qupia_server.ledger.entry import Event
from tests.support.archive_of_facts import ADOPTER, CLAIMANT, FRIEND, HEIRS, OPEN, RELATIVE, SELF, catalogue_of_facts
from tests.support.live import CALL_SECONDS, LightRedactor, Live, live, prepare, settings_of

STRANGER = "person:stranger"
OVERLAY = """
archive: open-archive
rules:
"""
LOCAL = """
  - id: {rule}
    effect: {effect}
    place: {place}
    actions: [read]
    kinds: "*"
    {obligations}legal_basis: Order of the archive
    title: {{kk: Тәртіп, ru: Порядок, en: Order}}
    reason: {{kk: Архив тәртібі., ru: Порядок архива., en: Order of the archive.}}
"""
LOCAL_RULES = (
    ("local-fonds", "tighten", "{fonds: '7'}", "obligations: {profile: R3}\n    "),
    ("local-opis", "deny", "{fonds: '1', opis: '7'}", ""),
    ("local-item", "tighten", "{fonds: '1', opis: '1', item: in-item}", "obligations: {duties: [no_harm]}\n    "),
)


@dataclass(frozen=True)
class Ask:
    """One question and the rules that answer it."""

    rules: tuple[str, ...]
    document: str
    who: str = STRANGER
    ground: str = "public"
    role: str = "citizen"
    said: dict[str, Any] = field(default_factory=dict)
    claims: dict[str, str] = field(default_factory=dict)


BODY = {"case_number": "1-2", "authority_document": "Order 5 of 1 March 2026"}
STATE = {"authority_document": "Order 5 of 1 March 2026"}
ANSWERS = (
    Ask(("deny-state-secret",), "secret", "person:judge", "court", "court", {"case_number": "1-2"}),
    Ask(("deny-special-archive",), "in-special"),
    Ask(("deny-private-owner",), "of-owner"),
    Ask(("deny-owner-restriction",), "restricted"),
    Ask(("deny-first-year",), "new"),
    Ask(("deny-within-75-years",), "usual"),
    Ask(("deny-unknown-date",), "undated"),
    Ask(("deny-private-file",), "beside-private"),
    Ask(("deny-blocked",), "blocked", SELF, "own_data"),
    Ask(("deny-terms-refused",), "plain", said={"terms_accepted": False}),
    Ask(("public-no-private-life",), "plain", said={"terms_accepted": True}),
    Ask(("deny-abroad",), "usual", SELF, "own_data", said={"recipient_country": "US"}),
    Ask(("own-data",), "usual", SELF, "own_data", said={"recipient_country": "DE"}),
    Ask(("public-after-term",), "old"),
    Ask(("public-no-private-life",), "plain"),
    Ask(("written-permission",), "usual", FRIEND, "written_permission"),
    Ask(("deny-permission-ended",), "ended", FRIEND, "written_permission"),
    Ask(("deny-permission-ended",), "withdrawn", FRIEND, "written_permission"),
    Ask(("deny-permission-third-party",), "narrow", FRIEND, "written_permission"),
    Ask(("deny-heirs-not-all",), "of-the-dead", FRIEND, "written_permission"),
    Ask(("written-permission",), "of-the-dead-all", FRIEND, "written_permission"),
    Ask(("deny-without-kdp",), "in-system", FRIEND, "written_permission"),
    Ask(("deny-without-kdp",), "in-system", "person:expired", "written_permission"),
    Ask(("tighten-transfer-notice", "written-permission"), "in-system", "person:confirmed", "written_permission"),
    Ask(
        ("tighten-transfer-notice", "written-permission"), "in-system", "person:confirmed", "written_permission",
        said={"recipient_country": "US"},
    ),
    Ask(("own-data",), "usual", SELF, "own_data"),
    Ask(("own-catalogue-data", "tighten-adoption"), "adopted", SELF, "own_data"),
    Ask(("adopters",), "adopted", ADOPTER, "own_data"),
    Ask(("deny-heir-unproven",), "of-the-dead", CLAIMANT, "heir"),
    Ask(("heir",), "of-the-dead", HEIRS[1], "heir"),
    Ask(("rehabilitated-self",), "repressed", SELF, "rehabilitation"),
    Ask(("rehabilitated-relative",), "repressed", RELATIVE, "rehabilitation"),
    Ask(("deny-relative-procedural",), "interrogation", RELATIVE, "rehabilitation"),
    Ask(("deny-relative-procedural",), "unsorted", RELATIVE, "rehabilitation"),
    Ask(("court",), "usual", "person:judge", "court", "court", {"case_number": "1-2"}),
    Ask(("investigation",), "usual", "person:prosecutor", "court", "prosecutor", BODY),
    Ask((), "usual", "person:prosecutor", "court", "prosecutor", {"case_number": "1-2"}),
    Ask(("investigation", "tighten-caution"), "children", "person:prosecutor", "court", "prosecutor", BODY),
    Ask(("investigation", "tighten-caution"), "unseen", "person:prosecutor", "court", "prosecutor", BODY),
    Ask(("advocate-medical",), "sick", "person:advocate", "court", "advocate", {"case_number": "1-2"}),
    Ask(("research-depersonalised", "tighten-no-reidentification"), "usual", "person:r", "research", "researcher"),
    Ask(("research-depersonalised", "tighten-no-reidentification"), "seen", "person:r", "research", "researcher"),
    Ask(("deny-not-appraised",), "unseen", "person:r", "research", "researcher"),
    Ask(("deny-not-appraised",), "unseen", FRIEND, "written_permission"),
    Ask(
        ("journalism-within-term", "tighten-transfer-notice"), "usual", "person:j", "journalism", "journalist",
        {"purpose": "journalism"},
    ),
    Ask(
        ("state-statistics", "tighten-no-reidentification"), "usual", "person:s", "state_body", "state_body",
        {"basis": "statistics"},
    ),
    Ask(
        ("state-function", "tighten-no-reidentification", "tighten-state-notify"), "usual", "person:s", "state_body",
        "state_body", {"basis": "treaty", **STATE},
    ),
    Ask(("archive-staff",), "usual", "person:a", "staff", "archivist", claims={"archive": OPEN}),
    Ask(("archive-staff", "tighten-adoption"), "adopted", "person:a", "staff", "archivist", claims={"archive": OPEN}),
    Ask(("deny-other-secret",), "bank"),
    Ask(("deny-medical",), "sick-letter", "person:p", "public", "prosecutor", {"case_number": "1-2"}),
    Ask(("deny-medical",), "sick", "person:p", "research", "prosecutor", {"case_number": "1-2"}),
    Ask(("deny-adoption",), "adopted", "person:p", "research", "prosecutor", {"case_number": "1-2"}),
    Ask(("local-fonds", "public-no-private-life"), "in-fonds"),
    Ask(("local-opis",), "in-opis"),
    Ask(("local-item", "public-no-private-life"), "in-item"),
)  # fmt: skip
ELSEWHERE = {"deny-no-purpose", *(rule[0] for rule in LOCAL_RULES)}


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Live]:
    home = tmp_path_factory.mktemp("home")
    settings = settings_of(home, policies=str(_bundle(home / "bundle")), rules__protecting_countries=["DE"])
    prepare(settings, catalogue_of_facts(home / "catalogue"))
    with live(settings, LightRedactor().started) as running:
        yield running


def _bundle(folder: Path) -> Path:
    """Copy the national bundle, put one switch to its other value, and give one archive rules of its own."""
    shutil.copytree(default_bundle_dir(), folder)
    file = folder / "bundle.yaml"
    words = file.read_text(encoding="utf-8")
    asked = words.replace("private_unit: {values: [document, file], value: document}",
                          "private_unit: {values: [document, file], value: file}")  # fmt: skip
    assert asked != words
    file.write_text(asked, encoding="utf-8")
    (folder / "overlays").mkdir()
    local = "".join(LOCAL.format(rule=r, effect=e, place=p, obligations=o) for r, e, p, o in LOCAL_RULES)
    (folder / "overlays" / "open.yaml").write_text(OVERLAY + local, encoding="utf-8")
    for cases in (folder / "cases").glob("*.yaml"):
        if cases.name not in {"00-people.yaml", "22-repression.yaml"}:
            cases.unlink()  # they speak of the switch as it was
    return folder


def asked(server: Live, ask: Ask, language: str = "en") -> Access:
    said = {"purpose": "protect_rights", "ground": ask.ground, "language": language, **ask.said}
    with server.client(ask.who, ask.role, **ask.claims) as client:
        return client.check(f"fact-{ask.document}", timeout=CALL_SECONDS, **said)


@pytest.mark.parametrize("ask", ANSWERS, ids=lambda ask: f"{ask.document}-{ask.ground}-{ask.who.partition(':')[2]}")
def test_the_rule_decides_by_what_the_server_knows(server: Live, ask: Ask) -> None:
    access = asked(server, ask)
    assert access.receipt is not None
    assert set(server.entry(access.receipt.audit_entry).draft.rules) == set(ask.rules)
    assert access.decision.allowed is (bool(ask.rules) and not any(_denies(rule) for rule in ask.rules))


def _denies(rule: str) -> bool:
    return rule.startswith("deny-") or rule == "local-opis"


def test_a_purpose_that_is_not_stated_is_denied_by_its_rule(server: Live) -> None:
    judge = Ask((), "usual", "person:judge", "court", "court", {"case_number": "1-2", "purpose": ""})
    with pytest.raises(InvalidRequest) as refused:
        asked(server, judge)
    assert server.entry(refused.value.entry).draft.rules == ("deny-no-purpose",)


def test_no_rule_of_the_national_bundle_is_left_out() -> None:
    reading = {rule.rule_id for rule in load_bundle(default_bundle_dir()).rules if Action.READ in rule.actions}
    assert {rule for ask in ANSWERS for rule in ask.rules} | ELSEWHERE == reading | {rule[0] for rule in LOCAL_RULES}


def test_what_is_blocked_does_not_leave_and_is_told_in_three_languages(server: Live) -> None:
    said = {}
    for language in ("kk", "ru", "en"):
        with server.client(SELF) as client, pytest.raises(Refused) as refused:
            client.disclose(
                "fact-blocked", purpose="protect_rights", ground="own_data", language=language, timeout=CALL_SECONDS
            )
        assert server.entry(refused.value.entry).draft.rules == ("deny-blocked",)
        assert refused.value.refusal is not None
        said[language] = refused.value.refusal.text
    assert "suspended" in said["en"]
    assert "приостановлена" in said["ru"]
    assert "тоқтатылған" in said["kk"]


@pytest.mark.parametrize(
    ("document", "who", "ground", "role", "opens_on"),
    [
        ("usual", STRANGER, "public", "citizen", dt.date(2066, 1, 1)),
        ("usual", CLAIMANT, "heir", "citizen", dt.date(2066, 1, 1)),
        ("restricted", STRANGER, "public", "citizen", dt.date(2070, 1, 1)),
        ("new", STRANGER, "public", "citizen", dt.date(2100, 6, 2)),
        ("bank", STRANGER, "public", "citizen", None),
        ("undated", STRANGER, "public", "citizen", None),
        ("of-owner", STRANGER, "public", "citizen", None),
        ("unseen", "person:r", "research", "researcher", dt.date(2066, 1, 1)),
    ],
)
def test_a_refusal_tells_when_the_document_opens_to_everybody(  # noqa: PLR0917 - a row of the table
    server: Live, document: str, who: str, ground: str, role: str, opens_on: dt.date | None
) -> None:
    decision = asked(server, Ask((), document, who, ground, role)).decision
    assert not decision.allowed
    assert decision.opens_on == opens_on


def test_what_nobody_looked_at_is_refused_with_the_missing_fact(server: Live) -> None:
    access = asked(server, Ask((), "unseen", FRIEND, "written_permission"))
    assert access.decision.missing_facts == ("resource.secret_kinds",)
    assert "has not appraised" in access.explanation


def test_a_requester_does_not_hear_which_fact_of_the_content_was_missing(server: Live) -> None:
    access = asked(server, Ask((), "unsorted", RELATIVE, "rehabilitation"))
    assert access.decision.missing_facts == ()
    assert access.receipt is not None
    with server.client("person:auditor", "auditor") as client:
        assert client.audit_entry(access.receipt.audit_entry).missing_facts == ("resource.procedural",)


def test_the_answer_says_by_when_the_persons_must_be_told(server: Live) -> None:
    ask = next(ask for ask in ANSWERS if "journalism-within-term" in ask.rules)
    access = asked(server, ask)
    assert access.receipt is not None
    assert access.decision.obligations is not None
    entry = server.entry(access.receipt.audit_entry)
    due = working_days_after((entry.time + dt.timedelta(hours=5)).date(), 10)
    assert access.decision.obligations.due_dates == {"notify_subject": due, "notify_transfer": due}
    assert entry.draft.notice_deadline == due.isoformat()
    with server.client(ask.who, ask.role) as client:
        found = client.check("fact-usual", purpose="journalism", all_grounds=True, timeout=CALL_SECONDS)
        with client.disclose("fact-usual", purpose="journalism", ground="journalism", timeout=CALL_SECONDS) as answer:
            given = answer.decision.obligations
    assert given is not None
    assert given.due_dates == access.decision.obligations.due_dates
    told = found.grounds[found.best_ground].obligations
    assert told is not None
    assert told.due_dates == access.decision.obligations.due_dates


def test_on_what_a_body_rests_stands_in_the_entry(server: Live) -> None:
    ask = next(ask for ask in ANSWERS if "tighten-state-notify" in ask.rules)
    access = asked(server, ask)
    assert access.receipt is not None
    with server.client("person:auditor", "auditor") as client:
        entry = client.audit_entry(access.receipt.audit_entry)
    assert (entry.authority_document, entry.basis) == (STATE["authority_document"], StateBasis.TREATY)
    assert set(entry.duties) == {"notify_subject", "no_reidentification", "record_authority"}
    assert entry.notice_date is not None


def test_permission_of_all_heirs_opens_the_dead_person_and_nobody_else(server: Live) -> None:
    with (
        server.client(FRIEND) as client,
        client.disclose(
            "fact-of-the-dead-all", purpose="genealogy", ground="written_permission", timeout=CALL_SECONDS
        ) as answer,
    ):
        obligations = answer.decision.obligations
    assert obligations is not None
    assert obligations.open_person_count == 1


def test_an_overlay_reaches_down_and_is_only_stricter(server: Live) -> None:
    plain, fonds, item = (
        asked(server, Ask((), name)).decision.obligations for name in ("plain", "in-fonds", "in-item")
    )
    assert plain is not None
    assert fonds is not None
    assert item is not None
    assert (plain.profile, fonds.profile) == (RedactionProfile.R1, RedactionProfile.R3)
    assert set(fonds.hidden_categories) > set(plain.hidden_categories)
    assert set(item.duties) == {*plain.duties, "no_harm"}
    assert not asked(server, Ask((), "in-opis")).decision.allowed


def test_an_archivist_notes_what_rules_read_and_nobody_else_reads_it_back(server: Live) -> None:
    with server.client("person:a", "archivist", archive=OPEN) as client:
        usual = client.document("fact-plain")
        noted = replace(
            usual,
            name="",
            archive=OPEN,
            secret_kinds=(SecretKind.TAX,),
            transfer_date=ArchiveDate(2000, 2, 1),
            owner_restricted_until=ArchiveDate(2030),
            blocked=True,
            procedural=False,
            in_state_system=True,
        )
        created = client.create_document(noted, document_id="noted-by-hand")
        again = client.document("noted-by-hand")
        with pytest.raises(InvalidRequest) as refused:
            client.create_document(replace(noted, owner_restricted_until=ArchiveDate(2070, 2, 2)))
    assert created.secret_kinds == again.secret_kinds == (SecretKind.TAX,)
    assert again.owner_restricted_until == ArchiveDate(2030, 12, 31)
    assert (again.blocked, again.procedural, again.children, again.in_state_system) == (True, False, None, True)
    assert list(refused.value.fields) == ["document.owner_restricted_until_date"]
    with server.client(STRANGER) as client:
        shown = client.document("noted-by-hand")
    assert (shown.secret_kinds, shown.blocked, shown.procedural) == ((), False, None)
    with server.client(STRANGER, archive=OPEN) as client:
        assert client.document("noted-by-hand") == shown
    with server.client(STRANGER) as client:
        access = client.check("noted-by-hand", purpose="genealogy", ground="public", timeout=CALL_SECONDS)
    assert not access.decision.allowed


def test_a_secret_of_health_or_adoption_hides_the_document_itself(server: Live) -> None:
    with server.client(STRANGER) as client, pytest.raises(NotFound) as refused:
        client.document("fact-sick-letter")
    entry = server.entry(refused.value.entry).draft
    assert (entry.event, entry.reason) == (Event.VIEW, "NOT_FOUND.UNDISCOVERABLE")


def test_refusals_of_every_service_speak_the_language_asked_for(server: Live, tmp_path: Path) -> None:
    def said(language: str) -> list[str]:
        texts = []
        file = tmp_path / "x.pdf"
        file.write_bytes(b"%PDF-1.7")
        with server.client(STRANGER) as stranger, server.client("person:a", "archivist", archive=OPEN) as archivist:
            for refused in (
                lambda: stranger.document("no-such-one", language=language),
                lambda: stranger.create_document(archivist.document("fact-plain"), language=language),
                lambda: archivist.upload_master("no-such-one", file, language=language),
                lambda: stranger.audit_entry("no-such-one", language=language),
                lambda: list(stranger.audit_entries(language=language)),
                lambda: list(stranger.documents(archive="a/b", language=language)),
            ):
                with pytest.raises(QupiaClientError) as error:
                    refused()
                texts.append(str(error.value))
        return texts

    for texts in zip(said("kk"), said("ru"), said("en"), strict=True):
        assert len(set(texts)) == 3, texts


@pytest.mark.parametrize(
    ("ask", "told"),
    [
        (Ask((), "usual", "person:prosecutor", "court", "prosecutor"), ("number of the case",)),
        (Ask((), "usual", STRANGER, "court"), ("another role", "number of the case")),
        (Ask((), "usual", STRANGER, "own_data"), ("ties you",)),
        (Ask((), "usual", STRANGER, "written_permission"), ("No written permission",)),
        (Ask((), "usual", "person:s", "state_body", "state_body"), ("item of the law",)),
        (Ask((), "usual", "person:a", "staff", "archivist", claims={"archive": "other"}), ("staff of the archive",)),
    ],
    ids=lambda value: value.ground if isinstance(value, Ask) else None,
)
def test_who_is_not_allowed_hears_what_the_ground_still_needs(server: Live, ask: Ask, told: tuple[str, ...]) -> None:
    access = asked(server, ask)
    assert not access.decision.allowed
    assert all(words in access.explanation for words in told), access.explanation
    said = {asked(server, ask, language).explanation for language in ("kk", "ru", "en")}
    assert len(said) == 3


def test_what_a_ground_needs_does_not_depend_on_what_the_document_holds(server: Live) -> None:
    for ground in ("rehabilitation", "own_data", "court"):
        said = {
            asked(
                server, Ask((), name, "person:p", ground, "advocate", {"case_number": "1"} if ground != "court" else {})
            ).explanation
            for name in ("usual", "children", "undated")
        }
        assert len(said) == 1, said


def test_a_block_holds_from_the_next_question_on_and_ends_as_it_began(server: Live) -> None:
    own = Ask((), "plain", SELF)
    with server.client("person:a", "archivist", archive=OPEN) as client, server.client(STRANGER) as stranger:
        seen = client.document("fact-plain")
        with pytest.raises(Forbidden):
            stranger.update_document(replace(seen, blocked=True), ["blocked"])
        assert asked(server, own).decision.allowed
        blocked = client.update_document(replace(seen, blocked=True, secrecy=Secrecy.SECRET), ["blocked"])
        assert (blocked.blocked, blocked.secrecy) == (True, Secrecy.NONE)
        refused = asked(server, own)
        assert refused.receipt is not None
        assert server.entry(refused.receipt.audit_entry).draft.rules == ("deny-blocked",)
        with pytest.raises(StateChanged):
            client.update_document(replace(seen, blocked=False), ["blocked"])
        for wrong in (["archive"], ["no_such_field"], []):
            with pytest.raises(InvalidRequest) as told:
                client.update_document(blocked, wrong)
            assert list(told.value.fields) == ["update_mask"]
        noted = replace(blocked, secret_kinds=(SecretKind.BANK, SecretKind.TAX), blocked=False, children=True)
        freed = client.update_document(noted, ["blocked", "secret_kinds", "children"])
        assert (freed.blocked, freed.children, set(freed.secret_kinds)) == (False, True, set(noted.secret_kinds))
        assert not asked(server, own).decision.allowed
        again = client.update_document(replace(freed, secret_kinds=(), children=None), ["secret_kinds", "children"])
        assert (again.secret_kinds, again.children, again.title) == ((), None, seen.title)
        assert asked(server, own).decision.allowed
    drafts = [entry.draft for entry in server.entries() if entry.draft.reason.startswith("CHANGE.")]
    kept = [(draft.event, draft.reason) for draft in drafts]
    assert kept == [
        (Event.BLOCKING, "CHANGE.BLOCKED"), (Event.CHANGE, "CHANGE.UNBLOCKED"), (Event.CHANGE, "CHANGE.DOCUMENT"),
    ]  # fmt: skip


def test_only_the_archive_itself_changes_its_documents(server: Live) -> None:
    with server.client("person:b", "archivist", archive="special-archive") as client, pytest.raises(NotFound):
        client.update_document(replace(_named("fact-usual"), blocked=True), ["blocked"])


def _named(name: str) -> Document:
    place, exact = ArchiveCipher("1", "1", "1"), DateRange(None, None, DateCertainty.UNKNOWN)
    kinds = DocumentKind.LETTER, DocumentForm.ELECTRONIC_COPY, exact, Secrecy.NONE, PrivateLife.YES, Ownership.STATE
    return Document(OPEN, place, *kinds, name=f"documents/{name}")
