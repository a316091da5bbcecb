"""Who may see D, on which further facts: what is told agrees with single decisions over generated archives."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Iterator
from dataclasses import replace
from itertools import chain, combinations
from pathlib import Path
from typing import Any, Final
from unittest import mock

from qupia_policies.bundle import Bundle, default_bundle_dir, load_bundle
from qupia_policies.engine import PolicyEngine
from qupia_policies.model import Action, Decision, Facts, Ground, PersonScope, Profile, Snapshot
from qupia_policies.starter import write_starter
from qupia_policies.vocabulary import CATEGORIES
from qupia_redaction.model import PrivateText
from qupia_server.adapters.policy_book import BundlePoint
from qupia_server.app.identity import ROLE_ORDER
from qupia_server.disclosure import openings
from qupia_server.disclosure.access_lists import AccessLists, Reader
from qupia_server.disclosure.gather import Known, facts_of, gather
from qupia_server.disclosure.model import (
    Assurance,
    Principal,
    PrincipalKind,
    Purpose,
    PurposeCode,
    Requester,
    StateBasis,
)
from qupia_server.disclosure.openings import Need, Trials
from qupia_server.disclosure.records import (
    Appraisal,
    ArchiveCipher,
    Certainty,
    DateRange,
    Document,
    DocumentKind,
    Ownership,
    PrivateLife,
    Secrecy,
    SecretKind,
)
from tests.support.fakes import NOW, FixedClock, World, a_document, a_requester, a_world

ARCHIVES: Final = ("central", "almaty")
KINDS: Final = (DocumentKind.LETTER, DocumentKind.MEDICAL_RECORD, DocumentKind.ADOPTION_RECORD)
BASES: Final = (StateBasis.STATISTICS, StateBasis.TREATY)
"""Items of the law that single checks are made with: one that needs a body's document, and one that does not."""
Line = tuple[str, Ground, frozenset[Need], StateBasis | None]


def documents(seed: int, count: int) -> Iterator[Document]:
    """Make an archive: kinds, closures, secrets, owners, archives."""
    chance = random.Random(seed)
    for number in range(count):
        year = chance.choice((1930, 1980))
        day = dt.date(year, 5, 1)
        secrets = chance.choice((None, frozenset[SecretKind](), frozenset({chance.choice(list(SecretKind))})))
        yield a_document(
            f"d-{number}",
            cipher=ArchiveCipher(chance.choice(ARCHIVES), "1", "1", str(number)),
            kind=chance.choice(KINDS),
            created=DateRange(day, day, Certainty.EXACT) if chance.random() < 0.8 else DateRange(),
            secrecy=chance.choice((Secrecy.NONE, Secrecy.NONE, Secrecy.NONE, Secrecy.SECRET)),
            ownership=chance.choice((Ownership.STATE, Ownership.STATE, Ownership.PRIVATE)),
            private_life=chance.choice(list(PrivateLife)),
            appraisal=Appraisal(secret_kinds=secrets, blocked=chance.random() < 0.2),
        )


def point_of(bundle: Bundle) -> BundlePoint:
    return BundlePoint(PolicyEngine(bundle, NOW.date), Snapshot(bundle.version, bundle.title, len(bundle.rules), NOW))


NATIONAL = load_bundle(default_bundle_dir())


def world_of(found: list[Document], point: BundlePoint) -> World:
    world = a_world(lambda made: made.catalogue.documents.update({one.document_id: one for one in found}))

    class InForce:
        def current(self) -> BundlePoint:
            return point

    world.gate = replace(world.gate, policies=InForce())
    return world


async def readers_of(world: World, document: str, code: PurposeCode) -> list[Reader]:
    """Ask as an officer does, page by page."""
    lists, cursor, found = AccessLists(world.gate), "", list[Reader]()
    while True:
        page, cursor = await lists.readers(a_requester(role="auditor").caller, document, code, cursor, 4)
        found += page
        if not cursor:
            return found


def told(readers: list[Reader]) -> set[Line]:
    """Return what a list says of roles, a line for each item of the law."""
    lines: set[Line] = set()
    for one in readers:
        lines |= {(one.role, answer.ground, frozenset(), None) for answer in one.answers if not one.person}
        for opening in one.openings:
            for basis in opening.bases or (None,):
                lines.add((one.role, opening.answer.ground, frozenset(opening.needs), basis))
    return lines


def bringing(role: str, code: PurposeCode, line: Line, archive: str) -> tuple[Requester, Purpose]:
    """Return a request as its sender would make it, with just these facts; not made by what is tested."""
    _, ground, needs, basis = line
    service = role == "service"
    kind, assurance = (PrincipalKind.SERVICE, Assurance.LOW) if service else (PrincipalKind.PERSON, Assurance.HIGH)
    attributes = {"archive": archive} if Need.OWN_ARCHIVE in needs else {}
    caller = Principal(kind, PrivateText("person:nobody"), frozenset({role}), assurance, attributes)
    purpose = Purpose(
        code,
        ground,
        case_number="1234-26-00-2/56" if Need.CASE_NUMBER in needs else "",
        authority_document="Order 5 of 1 March 2026" if Need.AUTHORITY_DOCUMENT in needs else "",
        basis=basis,
        terms_accepted=True if Need.TERMS_ACCEPTED in needs else None,
    )
    return Requester(caller.subject_id, role, assurance, attributes, (), caller), purpose


def subsets(needs: frozenset[Need]) -> Iterator[frozenset[Need]]:
    ordered = sorted(needs)
    return map(frozenset, chain.from_iterable(combinations(ordered, size) for size in range(len(ordered) + 1)))


class Single:
    """Single checks, remembered."""

    def __init__(self, point: BundlePoint, known: Known, code: PurposeCode) -> None:
        self._point, self._known, self._code = point, known, code
        self._seen: dict[Line, Decision | None] = {}

    def read(self, line: Line) -> Decision | None:
        if line not in self._seen:
            archive = self._known.document.cipher.archive
            requester, purpose = bringing(line[0], self._code, line, archive)
            discover, read = (
                self._point.decide(facts_of(action, requester, purpose, self._known))
                for action in (Action.DISCOVER, Action.READ)
            )
            self._seen[line] = read if discover.allowed and read.allowed else None
        return self._seen[line]

    def opens_more(self, line: Line) -> bool:
        """Tell whether these facts open, and something that no smaller set of them does; also with no facts at all."""
        role, ground, needs, basis = line
        mine = self.read(line)
        less = (
            self.read((role, ground, fewer, basis if Need.BASIS in fewer else None))
            for fewer in subsets(needs)
            if fewer != needs
        )
        return mine is not None and all(one is None or opened(mine) - opened(one) for one in less)


def opened(decision: Decision) -> frozenset[str]:
    """Return what a decision opens, as names; not made by what is tested."""
    asked = decision.obligations
    assert asked is not None
    seen = {f"category {name}" for name in CATEGORIES - asked.hide} if not asked.metadata_only else set()
    seen |= {f"own {scope}" for scope in asked.open_scopes}
    order = list(Profile)
    for person in set(PersonScope) - {PersonScope.EVERYONE}:
        strictness = order.index(asked.persons.get(person, asked.profile))
        seen |= {f"{person} {profile}" for profile in order[strictness:]}
    seen |= {"pages"} if not asked.metadata_only and not asked.extract_only else set()
    return frozenset(seen | {f"no {duty}" for duty in NATIONAL.vocabulary.duties.keys() - asked.duties})


def all_lines(roles: tuple[str, ...]) -> Iterator[Line]:
    for role in roles:
        for ground in Ground:
            for needs in subsets(frozenset(Need)):
                for basis in BASES if Need.BASIS in needs else (None,):
                    yield role, ground, needs, basis


async def test_who_may_see_d_names_exactly_the_facts_on_which_single_checks_open_more() -> None:
    point, met = point_of(NATIONAL), set[tuple[str, frozenset[Need]]]()
    found = [*documents(1, 3), a_document("usual", accessioned=dt.date(2000, 1, 1))]
    world = world_of(found, point)
    for document in found:
        code = PurposeCode.JOURNALISM
        known = await gather(world.catalogue, FixedClock(), a_requester("person:nobody"), document.document_id)
        single = Single(point, known, code)
        readers = await readers_of(world, document.document_id, code)
        assert not any(one.untried for one in readers)
        expected = {line for line in all_lines(ROLE_ORDER) if single.opens_more(line)}
        assert {line for line in told(readers) if line[3] in {None, *BASES}} == expected, document
        met |= {(role, needs) for role, _, needs, _ in expected}
    case, paper = Need.CASE_NUMBER, Need.AUTHORITY_DOCUMENT
    assert {
        ("prosecutor", frozenset({case, paper})),
        ("court", frozenset({case})),
        ("archivist", frozenset({Need.OWN_ARCHIVE})),
        ("privacy_officer", frozenset({Need.OWN_ARCHIVE})),
        ("state_body", frozenset({Need.BASIS})),
    } <= met, "the archive shows something"


LESS_WITHOUT_PAPERS = """
- id: court-without-papers
  effect: tighten
  actions: [read]
  kinds: "*"
  archives: "*"
  grounds: [court]
  when: "!has(purpose.authority_document)"
  obligations: {profile: R3}
  legal_basis: Order No. 7
  title: {kk: а, ru: б, en: c}
  reason:
    officer: {kk: а, ru: б, en: c}
    requester: {kk: а, ru: б, en: c}
"""


async def test_larger_sets_of_facts_that_open_more_are_told(tmp_path: Path) -> None:
    write_starter(tmp_path / "b", default_bundle_dir())
    (tmp_path / "b" / "rules" / "99-papers.yaml").write_text(LESS_WITHOUT_PAPERS, encoding="utf-8")
    point, code = point_of(load_bundle(tmp_path / "b")), PurposeCode.COURT_CASE
    plain = a_document(accessioned=dt.date(2000, 1, 1))
    world = world_of([plain], point)
    known = await gather(world.catalogue, FixedClock(), a_requester("person:nobody"), "d-1")
    single, lines = Single(point, known, code), told(await readers_of(world, "d-1", code))
    expected = {line for line in all_lines(("court", "advocate", "citizen")) if single.opens_more(line)}
    asked = {line for line in lines if line[0] in {"court", "advocate", "citizen"} and line[3] in {None, *BASES}}
    assert asked == expected
    case, paper = Need.CASE_NUMBER, Need.AUTHORITY_DOCUMENT
    assert {("court", frozenset({case})), ("court", frozenset({case, paper}))} <= {(r, n) for r, _, n, _ in lines}


async def test_no_more_than_the_bounds_of_decisions_are_made_and_that_is_told() -> None:
    point = point_of(NATIONAL)
    world = world_of([a_document(accessioned=dt.date(2000, 1, 1))], point)
    known = await gather(world.catalogue, FixedClock(), a_requester("person:nobody"), "d-1")
    for least, larger in ((30, 500), (500, 5)):
        counted = Counted(point)
        with mock.patch.object(openings, "MAX_DECISIONS", least), mock.patch.object(openings, "MAX_LARGER", larger):
            found = await Trials(counted, nobody("state_body"), PurposeCode.OTHER, known).run(with_more=True)
        assert counted.tried <= least + larger + 4, "the last set takes two, and so does each ground's look at facts"
        assert found.untried
    whole = Counted(point)
    assert not (await Trials(whole, nobody("state_body"), PurposeCode.OTHER, known).run(with_more=True)).untried
    assert whole.tried > 30


class Counted:
    """A decision point that counts the decisions that are made for sets of facts."""

    def __init__(self, point: BundlePoint) -> None:
        self._point, self.tried = point, 0

    def __getattr__(self, name: str) -> Any:
        return getattr(self._point, name)

    def decide(self, facts: Facts) -> Decision:
        self.tried += 1
        return self._point.decide(facts)


def nobody(role: str) -> Requester:
    line: Line = (role, Ground.PUBLIC, frozenset(), None)
    return bringing(role, PurposeCode.OTHER, line, "central")[0]


async def test_every_role_of_the_schema_is_asked_for() -> None:
    schema = dict.fromkeys(NATIONAL.schema.attributes["subject.role"].values, "deny")
    assert set(point_of(NATIONAL).roles) == set(schema) == set(ROLE_ORDER)
    plain = a_document(private_life=PrivateLife.NO, accessioned=dt.date(2000, 1, 1))
    readers = await readers_of(world_of([plain], point_of(NATIONAL)), "d-1", PurposeCode.OTHER)
    assert {one.role for one in readers if not one.person} == set(schema), "what is open is open to every role"
