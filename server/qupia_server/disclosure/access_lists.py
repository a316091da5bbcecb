"""What may X see, and who may see D: a page at a time, each answer a decision of its own.

A list is nothing but the single decisions of `CheckAccess` in a fixed order, so it cannot disagree with them. Who may
see D goes over every role of the bundle's schema, and tells what a request has to bring (`openings`). A page
looks at a bounded number of candidates, however few are allowed, and is recorded as one answer. All of a page is
decided by one bundle; a page token of another bundle is refused, since its pages would not fit.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, replace
from typing import Final

from qupia_policies.grounds import opens_most
from qupia_policies.model import Action, Decision, Ground
from qupia_redaction.model import PrivateText
from qupia_server.disclosure.check_access import answered
from qupia_server.disclosure.gate import DecisionPoint, Gate
from qupia_server.disclosure.gather import Known, facts_of
from qupia_server.disclosure.model import (
    Assurance,
    GroundAnswer,
    Principal,
    PrincipalKind,
    Purpose,
    PurposeCode,
    Requester,
)
from qupia_server.disclosure.openings import Opening, Trials
from qupia_server.disclosure.records import DocumentFilter
from qupia_server.errors import InvalidRequest, NotFound
from qupia_server.ledger.entry import EntryOutcome, Event

LIST_SCAN: Final = 500
"""Most documents that one page looks at."""
LIST_BATCH: Final = 100
READERS_SCAN: Final = 100
"""Most persons that one page looks at."""
_ROLE, _PERSON = "role:", "subject:"
"""Names by which readers are sorted: roles come first."""
_SERVICE: Final = "service"
"""The role of a service that asks in its own name."""


@dataclass(frozen=True, slots=True)
class Reader:
    """Somebody who may read a document.

    Attributes:
        person: keyed hash of a person tied to it; empty for anybody of the role.
        role: the role in which they ask.
        answers: the decision on each ground that opens it with nothing more.
        best: the ground that opens most of them; None when there is none.
        openings: what opens it on further facts; never for persons.
        untried: some sets of facts were not tried, see `openings.MAX_DECISIONS`.
    """

    person: str
    role: str
    answers: tuple[GroundAnswer, ...]
    best: Ground | None
    openings: tuple[Opening, ...] = ()
    untried: bool = False


class AccessLists:
    """Lists of what single checks would allow.

    Args:
        gate: the ports.
    """

    def __init__(self, gate: Gate) -> None:
        self._gate = gate

    async def documents(
        self, requester: Requester, purpose: Purpose, only: DocumentFilter, cursor: str, limit: int
    ) -> tuple[tuple[tuple[str, GroundAnswer], ...], str]:
        """Return the documents that a requester may read on the stated ground, by id; recorded as one preview.

        Args:
            requester: for whom is asked.
            purpose: why, and on what ground; both must be stated.
            only: filter.
            cursor: where the page starts, as the page before gave it; empty for the first.
            limit: most documents of the page.

        Returns:
            Ids with decisions, and where the next page starts; empty when there is none.

        Raises:
            InvalidRequest: purpose or ground is missing, or the cursor is of another bundle.
        """
        ground = _stated(purpose)
        gate, found, looked_at = self._gate, list[tuple[str, GroundAnswer]](), 0
        point = gate.policies.current()
        after, ended = _opened(cursor, point), False
        while len(found) < limit and looked_at < LIST_SCAN and not ended:
            batch = await gate.catalogue.list_documents(only, after, LIST_BATCH)
            for document in batch:
                await asyncio.sleep(0)  # others get their turn: what is known comes without waiting
                known = await gate.gather(requester, document.document_id)
                decision = _decided(point, requester, purpose, known)
                if decision is not None:
                    answer = answered(ground, decision, point, known)
                    found.append((document.document_id, answer))
                after, looked_at = document.document_id, looked_at + 1
                if len(found) == limit:
                    break
            else:
                ended = len(batch) < LIST_BATCH
        draft = gate.scribe.plain(Event.PREVIEW, EntryOutcome.ALLOWED, "ALLOWED.LIST_ACCESS", requester)
        stated = replace(draft, ground=ground.value, purpose_code=purpose.code.value if purpose.code else "")
        await gate.ledger.record(replace(stated, archive=only.archive, bundle=point.snapshot.version))
        return tuple(found), "" if ended else _closed(after, point)

    async def readers(
        self, principal: Principal, document_id: str, code: PurposeCode, cursor: str, limit: int
    ) -> tuple[tuple[Reader, ...], str]:
        """Return who may read a document: roles first, then persons tied to it; recorded as one access.

        Args:
            principal: the officer who asks.
            document_id: the document.
            code: what the readers would want it for.
            cursor: where the page starts, as the page before gave it; empty for the first.
            limit: most readers of the page.

        Returns:
            The page, and where the next one starts; empty when there is none.

        Raises:
            NotFound: there is no such document.
            InvalidRequest: the cursor is of another bundle.
        """
        gate = self._gate
        point, found = gate.policies.current(), list[Reader]()
        after = _opened(cursor, point)
        document = await gate.catalogue.document(document_id)
        if document is None:
            raise NotFound
        roles = [_ROLE + role for role in point.roles if _ROLE + role > after]
        behind = after.removeprefix(_PERSON) if after.startswith(_PERSON) else ""
        subjects = await gate.catalogue.tied_subjects(document_id, behind, READERS_SCAN)
        names = [*roles, *(_PERSON + subject for subject in subjects)]
        for name in names:
            after = name
            await asyncio.sleep(0)
            reader = await self._reader(name, (document_id, code), point)
            found += [reader] if reader else []
            if len(found) == limit:
                break
        ended = after == (names[-1] if names else after) and len(subjects) < READERS_SCAN
        draft = gate.scribe.plain(Event.ACCESS, EntryOutcome.ALLOWED, "ALLOWED.DOCUMENT_READERS", principal)
        about = replace(draft, document=document_id, archive=document.cipher.archive, cipher=str(document.cipher))
        await gate.ledger.record(replace(about, purpose_code=code.value, bundle=point.snapshot.version))
        return tuple(found), "" if ended else _closed(after, point)

    async def _reader(self, name: str, asked: tuple[str, PurposeCode], point: DecisionPoint) -> Reader | None:
        """Return what somebody may read of a document, asked for on every ground; None when nothing opens it."""
        document_id, code = asked
        requester = _somebody(name)
        known = await self._gate.gather(requester, document_id)
        found = await Trials(point, requester, code, known).run(with_more=name.startswith(_ROLE))
        if not (found.plain or found.openings or found.untried):
            return None
        best = opens_most(found.plain, point.profiles)
        answers = tuple(answered(ground, one, point, known) for ground, one in found.plain.items())
        person = self._gate.scribe.person(requester.subject_id.reveal()) if name.startswith(_PERSON) else ""
        return Reader(person, requester.role, answers, best, found.openings, found.untried)


def _decided(point: DecisionPoint, requester: Requester, purpose: Purpose, known: Known) -> Decision | None:
    """Return the decision of a disclosure that would be allowed, else None; both questions are always asked."""
    discover = point.decide(facts_of(Action.DISCOVER, requester, purpose, known))
    read = point.decide(facts_of(Action.READ, requester, purpose, known))
    return read if known.exists and discover.allowed and read.allowed else None


def _somebody(name: str) -> Requester:
    """Return a surely identified person, one tied to the document or anybody of a role; or some service."""
    tied = name.startswith(_PERSON)
    role = "citizen" if tied else name.removeprefix(_ROLE)
    service = role == _SERVICE
    # A service in its own name is known by its certificate, and never more surely.
    kind, assurance = (PrincipalKind.SERVICE, Assurance.LOW) if service else (PrincipalKind.PERSON, Assurance.HIGH)
    subject = PrivateText(name.removeprefix(_PERSON) if tied else f"anybody:{role}")
    caller = Principal(kind, subject, frozenset({role}), assurance)
    return Requester(subject, role, assurance, {}, (), caller)


def _stated(purpose: Purpose) -> Ground:
    missing = {} if purpose.code else {"purpose.code": "State what the documents are wanted for."}
    if purpose.ground is None:
        missing["purpose.ground"] = "State the one ground the request rests on."
    if missing or purpose.ground is None:
        raise InvalidRequest(missing)
    return purpose.ground


def _closed(after: str, point: DecisionPoint) -> str:
    return f"{point.snapshot.version}:{after}"


def _opened(cursor: str, point: DecisionPoint) -> str:
    if not cursor:
        return ""
    bundle, _, after = cursor.partition(":")
    if bundle != point.snapshot.version:
        raise InvalidRequest({"page_token": "The rules have changed since: begin again."})
    return after
