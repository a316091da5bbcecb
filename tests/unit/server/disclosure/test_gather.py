"""Facts: only from the server's side, and persons opened only by a tie that holds."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest

from qupia_policies.bundle import default_bundle_dir, load_bundle
from qupia_policies.engine import PolicyEngine
from qupia_policies.model import Action, Decision, Facts, Ground, OpenScope
from qupia_policies.terms import TermState
from qupia_redaction.model import PrivateText
from qupia_server.disclosure.answer import opening
from qupia_server.disclosure.disclose import Disclose
from qupia_server.disclosure.gather import DECOY, NOT_KNOWN, Known, facts_of, gather
from qupia_server.disclosure.model import Assurance, Principal, PrincipalKind, Purpose, PurposeCode
from qupia_server.disclosure.records import (
    Certainty,
    DateRange,
    DocumentKind,
    Kinship,
    Permission,
    PrivateLife,
    RelationKind,
    Ties,
)
from tests.support.fakes import NOW, FixedClock, a_document, a_request, a_requester, a_world

SELF = Kinship("p-1", "person:one", RelationKind.SELF, proven=True)
HEIR = Kinship("p-2", "person:one", RelationKind.HEIR, proven=True)
GUARDIAN = Kinship("p-2", "person:one", RelationKind.LEGAL_REPRESENTATIVE, proven=True)
CLAIM = Kinship("p-2", "person:one", RelationKind.HEIR, proven=False)
GIVEN = Permission("p-2", "p-2", "person:one", "d-1")
PURPOSE = Purpose(PurposeCode.PROTECT_RIGHTS, Ground.OWN_DATA)


async def known_with(ties: Ties) -> Known:
    world = a_world()
    known = await gather(world.catalogue, FixedClock(), a_requester(), "d-1")
    return replace(known, ties=ties)


@pytest.mark.parametrize(
    ("ties", "relation"),
    [
        (Ties(), "none"),
        (Ties((SELF,)), "self"),
        (Ties((HEIR,)), "heir"),
        (Ties((CLAIM,)), "heir_unproven"),
        (Ties((CLAIM, SELF)), "self"),
        (Ties((replace(SELF, proven=False),)), "heir_unproven"),
    ],
)
async def test_the_relation_is_the_strongest_proven_tie(ties: Ties, relation: str) -> None:
    facts = facts_of(Action.READ, a_requester(), PURPOSE, await known_with(ties))
    assert facts.attributes["subject"]["relation"] == relation


async def test_who_is_both_self_and_heir_has_the_tie_that_the_ground_rests_on() -> None:
    known = await known_with(Ties((SELF, HEIR)))
    heir = replace(PURPOSE, ground=Ground.HEIR)
    assert facts_of(Action.READ, a_requester(), PURPOSE, known).attributes["subject"]["relation"] == "self"
    assert facts_of(Action.READ, a_requester(), heir, known).attributes["subject"]["relation"] == "heir"


@pytest.mark.parametrize(
    ("ties", "scope", "opened"),
    [
        (Ties((SELF, HEIR)), OpenScope.REQUESTER, {"p-1"}),
        (Ties((SELF, HEIR)), OpenScope.INHERITED, {"p-2"}),
        (Ties((CLAIM,)), OpenScope.INHERITED, set()),
        (Ties((GUARDIAN,)), OpenScope.REQUESTER, {"p-2"}),
        (Ties((GUARDIAN,)), OpenScope.INHERITED, set()),
        (Ties((SELF,), (GIVEN,)), OpenScope.PERMITTED, {"p-2"}),
        (Ties((), (replace(GIVEN, revoked_at=NOW - dt.timedelta(seconds=1)),)), OpenScope.PERMITTED, set()),
        (Ties((), (replace(GIVEN, revoked_at=NOW + dt.timedelta(seconds=1)),)), OpenScope.PERMITTED, {"p-2"}),
        (Ties((), (replace(GIVEN, valid_to=NOW.date()),)), OpenScope.PERMITTED, {"p-2"}),
        (Ties((), (replace(GIVEN, valid_to=NOW.date() - dt.timedelta(days=1)),)), OpenScope.PERMITTED, set()),
        (Ties((), (replace(GIVEN, valid_from=NOW.date() + dt.timedelta(days=1)),)), OpenScope.PERMITTED, set()),
        (Ties((replace(SELF, person="p-9"),)), OpenScope.REQUESTER, set()),
        (Ties((SELF, HEIR), (GIVEN,)), OpenScope.NOBODY, set()),
    ],
)
async def test_only_persons_with_a_tie_that_holds_are_opened(ties: Ties, scope: OpenScope, opened: set[str]) -> None:
    known = await known_with(ties)
    assert known.open_persons(frozenset({scope})) == opened


@pytest.mark.parametrize(("asks_for", "kind"), [("person:one", "person"), ("spiffe://x/portal", "service")])
async def test_a_service_that_asks_for_a_person_asks_as_that_person(asks_for: str, kind: str) -> None:
    portal = Principal(PrincipalKind.SERVICE, PrivateText("spiffe://x/portal"), frozenset({"service"}), Assurance.LOW)
    requester = replace(a_requester(), subject_id=PrivateText(asks_for), caller=portal)
    facts = facts_of(Action.READ, requester, PURPOSE, await known_with(Ties()))
    assert facts.attributes["subject"]["kind"] == kind


async def test_the_ground_stands_in_read_facts_only() -> None:
    known = await known_with(Ties())
    assert facts_of(Action.READ, a_requester(), PURPOSE, known).ground is Ground.OWN_DATA
    assert facts_of(Action.DISCOVER, a_requester(), PURPOSE, known).ground is None


async def test_the_term_is_counted_from_the_latest_day() -> None:
    known = await known_with(Ties())
    assert known.term.state is TermState.CLOSED
    assert facts_of(Action.READ, a_requester(), PURPOSE, known).attributes["resource"]["term"] == "closed"


async def test_an_unknown_document_is_stood_in_for_by_the_strictest_there_is() -> None:
    world = a_world()
    known = await gather(world.catalogue, FixedClock(), a_requester(), "d-none")
    assert not known.exists
    assert known.document is DECOY
    resource = facts_of(Action.DISCOVER, a_requester(), PURPOSE, known).attributes["resource"]
    assert resource["secrecy"] == "special_importance"
    assert resource["term"] == "unknown"


async def test_claims_without_voucher_are_no_facts() -> None:
    requester = replace(a_requester(), attributes={"archive": "central", "clearance": "all"}, dropped=("role",))
    subject = facts_of(Action.READ, requester, PURPOSE, await known_with(Ties())).attributes["subject"]
    assert subject["archive"] == "central"
    assert "clearance" not in subject


async def test_a_missing_case_number_is_an_absent_fact() -> None:
    known = await known_with(Ties())
    assert "case_no" not in facts_of(Action.READ, a_requester(), PURPOSE, known).attributes["purpose"]
    stated = replace(PURPOSE, case_number="1-45/1987")
    assert facts_of(Action.READ, a_requester(), stated, known).attributes["purpose"]["case_no"] == "1-45/1987"


def test_the_fakes_document_is_inside_its_term() -> None:
    assert a_document().created.latest is not None


@pytest.mark.parametrize(
    ("accessioned", "accessible", "rules"),
    [
        (None, None, ("public-no-private-life",)),
        (NOW.date(), False, ("deny-first-year",)),
        (NOW.date() - dt.timedelta(days=367), True, ("public-no-private-life",)),
    ],
)
async def test_the_first_year_in_the_archive_reaches_the_rules(
    accessioned: dt.date | None, accessible: bool | None, rules: tuple[str, ...]
) -> None:
    document = a_document(accessioned=accessioned, private_life=PrivateLife.NO)
    world = a_world(lambda w: w.catalogue.documents.update({"d-1": document}))
    known = await gather(world.catalogue, FixedClock(), a_requester(), "d-1")
    facts = facts_of(Action.READ, a_requester(), Purpose(PurposeCode.GENEALOGY, Ground.PUBLIC), known)
    assert facts.attributes["resource"].get("accessible") is accessible
    assert PolicyEngine(load_bundle(default_bundle_dir())).decide(facts).rules == rules


async def test_a_document_opens_when_both_terms_have_run_out() -> None:
    created = DateRange(dt.date(1930, 1, 1), dt.date(1930, 1, 1), Certainty.EXACT)
    document = a_document(accessioned=dt.date(2026, 5, 1), created=created)
    world = a_world(lambda w: w.catalogue.documents.update({"d-1": document}))
    known = await gather(world.catalogue, FixedClock(), a_requester(), "d-1")
    engine = PolicyEngine(load_bundle(default_bundle_dir()))
    assert opening(engine.decide, a_request("d-1"), known) == dt.date(2027, 5, 2)
    assert opening(engine.decide, a_request("d-1"), replace(known, term=NOT_KNOWN)) is None
    medical = replace(known, document=replace(document, kind=DocumentKind.MEDICAL_RECORD))
    assert opening(engine.decide, a_request("d-1"), medical) is None


async def test_an_archives_own_rules_reach_down_to_where_a_document_lies() -> None:
    known = await known_with(Ties())
    facts = facts_of(Action.READ, a_requester(), PURPOSE, known)
    cipher = known.document.cipher
    place = [facts.attributes["resource"][level] for level in ("fonds", "opis", "item")]
    assert place == [cipher.fonds, cipher.opis, cipher.item]
    assert facts.attributes["env"]["today"] == known.today.isoformat()


@pytest.mark.parametrize(("country", "abroad"), [("", None), ("KZ", None), ("DE", True)])
async def test_where_the_recipient_is_reaches_the_rules(country: str, abroad: bool | None) -> None:
    known = await known_with(Ties((SELF,)))
    facts = facts_of(Action.READ, a_requester(), PURPOSE, known, country)
    assert facts.attributes["env"].get("abroad") is abroad
    rules = PolicyEngine(load_bundle(default_bundle_dir())).decide(facts).rules
    assert ("deny-abroad" in rules) is bool(abroad)
    hidden = facts_of(Action.DISCOVER, a_requester(), PURPOSE, known, country)
    assert "abroad" not in hidden.attributes["env"]


async def test_a_request_from_abroad_is_decided_as_one() -> None:
    seen: list[object] = []
    world = a_world(lambda w: w.catalogue.documents.update({"d-1": a_document("d-1")}))
    decide = world.point.decide

    def noting(facts: Facts) -> Decision:
        seen.append(facts.attributes["env"].get("abroad"))
        return decide(facts)

    world.point.decide = noting  # type: ignore[method-assign]
    await Disclose(world.gate).release(replace(a_request("d-1"), recipient_country="DE"))
    assert seen == [None, True]  # may it be known, may it be read
