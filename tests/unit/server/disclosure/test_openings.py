"""Who may see D, on which further facts: what is told agrees with single decisions over generated archives."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Iterator
from dataclasses import replace
from itertools import chain, combinations
from typing import Final

from qupia_policies.bundle import Bundle, default_bundle_dir, load_bundle
from qupia_policies.engine import PolicyEngine
from qupia_policies.model import Action, Ground, Snapshot
from qupia_redaction.model import PrivateText
from qupia_server.adapters.policy_book import BundlePoint
from qupia_server.app.identity import ROLE_ORDER
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
from qupia_server.disclosure.openings import Need
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
        self._seen: dict[Line, bool] = {}

    def allows(self, line: Line) -> bool:
        if line not in self._seen:
            archive = self._known.document.cipher.archive
            requester, purpose = bringing(line[0], self._code, line, archive)
            asked = (facts_of(action, requester, purpose, self._known) for action in (Action.DISCOVER, Action.READ))
            self._seen[line] = all(self._point.decide(facts).allowed for facts in asked)
        return self._seen[line]

    def smallest(self, line: Line) -> bool:
        """Tell whether these facts open, and no smaller set of them does."""
        role, ground, needs, basis = line
        less = (
            (role, ground, fewer, basis if Need.BASIS in fewer else None) for fewer in subsets(needs) if fewer != needs
        )
        return self.allows(line) and not any(map(self.allows, less))


def all_lines(roles: tuple[str, ...]) -> Iterator[Line]:
    for role in roles:
        for ground in Ground:
            for needs in subsets(frozenset(Need)):
                for basis in BASES if Need.BASIS in needs else (None,):
                    yield role, ground, needs, basis


async def test_who_may_see_d_names_exactly_the_smallest_facts_on_which_single_checks_allow() -> None:
    point, met = point_of(NATIONAL), set[tuple[str, frozenset[Need]]]()
    found = [*documents(1, 3), a_document("usual", accessioned=dt.date(2000, 1, 1))]
    world = world_of(found, point)
    for document in found:
        code = PurposeCode.JOURNALISM
        known = await gather(world.catalogue, FixedClock(), a_requester("person:nobody"), document.document_id)
        single = Single(point, known, code)
        readers = await readers_of(world, document.document_id, code)
        assert not any(one.untried for one in readers)
        expected = {line for line in all_lines(ROLE_ORDER) if single.smallest(line)}
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


async def test_every_role_of_the_schema_is_asked_for() -> None:
    schema = dict.fromkeys(NATIONAL.schema.attributes["subject.role"].values, "deny")
    assert set(point_of(NATIONAL).roles) == set(schema) == set(ROLE_ORDER)
    plain = a_document(private_life=PrivateLife.NO, accessioned=dt.date(2000, 1, 1))
    readers = await readers_of(world_of([plain], point_of(NATIONAL)), "d-1", PurposeCode.OTHER)
    assert {one.role for one in readers if not one.person} == set(schema), "what is open is open to every role"
