"""Explain a recorded decision: in the words of the bundle that decided, from the facts that were kept of it.

What cannot be had is named, and never taken from elsewhere: words of another bundle are not those of the decision, and
facts that lead to another answer are not those that it was made on. Who may read the audit log hears the officer's
voice, or the requester's if they choose; everybody else hears the requester's voice about their own requests alone.
"""

from __future__ import annotations

import asyncio
import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Final, Protocol

from qupia_policies.engine import PolicyEngine
from qupia_policies.explain import Voice
from qupia_policies.model import Decision, Effect, Facts, Obligations, Outcome, Reason
from qupia_policies.story import Telling, story_of
from qupia_policies.terms import almaty_day
from qupia_policies.vocabulary import ObligationConflict
from qupia_server.disclosure.gate import Gate
from qupia_server.disclosure.model import Principal, PrincipalKind, RefusalReason
from qupia_server.disclosure.notices import due_dates
from qupia_server.errors import MethodForbidden, NotFound
from qupia_server.ledger.entry import Entry, EntryDraft, EntryOutcome, Event

OFFICERS: Final[Mapping[PrincipalKind, frozenset[str]]] = {
    PrincipalKind.SERVICE: frozenset({"auditor"}),
    PrincipalKind.PERSON: frozenset({"auditor", "privacy_officer"}),
}
"""Who may read the audit log, and hear the officer's voice."""
SETTLING: Final = dt.timedelta(seconds=5)
"""Facts of younger entries may still be on their way to where they are kept; those are looked for again."""
LOOK_AGAIN_SECONDS: Final = 0.25


class Lack(StrEnum):
    """What an explanation lacks."""

    BUNDLE_GONE = "bundle_gone"
    FACTS_NOT_KEPT = "facts_not_kept"
    FACTS_DIFFER = "facts_differ"
    NO_DECISION = "no_decision"


class Past(Protocol):
    """What is kept of decisions that were made; both are slow and called on threads."""

    def engine(self, version: str) -> PolicyEngine | None:
        """Return an engine of exactly this bundle, or None where it is not to be had.

        Raises:
            Unavailable: where it is kept is away.
        """
        ...

    def facts(self, entry_id: str, day: dt.date) -> Facts | None:
        """Return the facts that an entry of this day was decided on, or None where they were not kept.

        Raises:
            Unavailable: where they are kept is away.
        """
        ...


@dataclass(frozen=True, slots=True)
class Explained:
    """A recorded decision in words.

    Attributes:
        entry: the entry.
        voice: who is spoken to.
        told: as `qupia policies explain --format json` tells it; empty where there are no words.
        lacks: what could not be had.
        due: last day of each duty that has one, counted from the day of the decision.
        by_policy: the rules decided how it ended; False where something else refused after them.
    """

    entry: Entry
    voice: Voice
    told: Mapping[str, Any]
    lacks: tuple[Lack, ...] = ()
    due: Mapping[str, dt.date] = field(default_factory=dict)
    by_policy: bool = True


class Explanations:
    """Explain recorded decisions.

    Args:
        gate: the ports.
        past: what is kept of them.
    """

    def __init__(self, gate: Gate, past: Past) -> None:
        self._gate, self._past = gate, past

    async def explain(self, principal: Principal, entry_id: str, voice: Voice | None, language: str) -> Explained:
        """Return the decision that an entry records; recorded as an access, like reading the entry itself.

        Args:
            principal: who asks.
            entry_id: the entry.
            voice: who shall be spoken to; None: the officer's voice for who may hear it.
            language: kk, ru or en.

        Raises:
            NotFound: there is no such entry, or it is of somebody else's request.
            MethodForbidden: the officer's voice is not for who asks.
            Unavailable: what is kept cannot be read now.
        """
        officer = bool(OFFICERS[principal.kind] & principal.roles)
        if voice is Voice.OFFICER and not officer:
            raise MethodForbidden
        await self._gate.ledger.settled()
        entry = await self._gate.audit.entry(entry_id)
        if entry is None or not (officer or self._own(principal, entry.draft)):
            raise NotFound
        gate = self._gate
        await gate.ledger.record(
            gate.scribe.plain(Event.ACCESS, EntryOutcome.ALLOWED, "ALLOWED.AUDIT_EXPLAINED", principal)
        )
        return await self._explained(entry, voice or (Voice.OFFICER if officer else Voice.REQUESTER), language)

    def _own(self, principal: Principal, draft: EntryDraft) -> bool:
        return self._gate.scribe.caller(principal) in {draft.requester, draft.caller}

    async def _explained(self, entry: Entry, voice: Voice, language: str) -> Explained:
        draft = entry.draft
        # Of a document that nobody may know of a requester hears what they hear of one that does not exist.
        hidden = voice is Voice.REQUESTER and draft.reason.startswith(RefusalReason.NOT_FOUND.value)
        if hidden:
            return Explained(entry, voice, {}, by_policy=False)
        policy = decided_by_policy(draft)
        if policy is None:
            return Explained(entry, voice, {}, (Lack.NO_DECISION,), by_policy=False)
        engine = await asyncio.to_thread(self._past.engine, draft.bundle)
        if engine is None:
            return Explained(entry, voice, {}, (Lack.BUNDLE_GONE,), by_policy=policy)
        kept = await self._facts(entry)
        facts = None if kept is None else engine.bundle.schema.declared(kept)
        decision, lack = decision_of(engine, draft, facts)
        used = None if lack else facts
        told = await asyncio.to_thread(story_of, engine, decision, used, Telling(language, voice))
        due = due_dates(decision.obligations, almaty_day(entry.time))
        return Explained(entry, voice, told, (lack,) if lack else (), due, policy)

    async def _facts(self, entry: Entry) -> Facts | None:
        day = almaty_day(entry.time)
        while True:
            found = await asyncio.to_thread(self._past.facts, entry.entry_id, day)
            if found is not None or self._gate.clock.now() - entry.time > SETTLING:
                return found
            await asyncio.sleep(LOOK_AGAIN_SECONDS)


def decided_by_policy(draft: EntryDraft) -> bool | None:
    """Tell whether the rules decided how it ended; None where an entry records no decision of rules at all."""
    if draft.event not in {Event.TRANSFER, Event.DENIAL, Event.PREVIEW} or not draft.bundle or not draft.document:
        return None
    reason, _, code = draft.reason.partition(".")
    if draft.outcome is EntryOutcome.ALLOWED:
        return None if code == "LIST_ACCESS" else True
    return reason == RefusalReason.POLICY.value


def decision_of(engine: PolicyEngine, draft: EntryDraft, facts: Facts | None) -> tuple[Decision, Lack | None]:
    """Return the decision that an entry records, and what is lacking: facts that lead elsewhere are not its facts.

    Args:
        engine: of the bundle that decided.
        draft: the entry.
        facts: kept of it, or None.
    """
    if facts is not None:
        again = engine.decide(facts)
        if (again.rules, again.missing_facts) == (draft.rules, draft.missing_facts) and _agrees(again, draft):
            return again, None
    return _recorded(engine, draft), Lack.FACTS_NOT_KEPT if facts is None else Lack.FACTS_DIFFER


def _agrees(decision: Decision, draft: EntryDraft) -> bool:
    if draft.outcome is EntryOutcome.ALLOWED:
        return decision.allowed
    reason, _, code = draft.reason.partition(".")
    return reason != RefusalReason.POLICY.value or code == decision.reason.value


def _recorded(engine: PolicyEngine, draft: EntryDraft) -> Decision:
    """Return the decision as far as the entry and its bundle tell."""
    obligations: Obligations | None = None
    effects = {engine.rule(rule).effect for rule in draft.rules}
    if draft.profile and Effect.DENY not in effects:
        try:
            obligations = engine.obligations_of(draft.rules)
        except ObligationConflict:
            obligations = None
    code = draft.reason.partition(".")[2]
    denied = Reason.DENY_RULE if Effect.DENY in effects else Reason.NO_RULE
    reason = Reason(code) if code in Reason.__members__ else denied
    return Decision(
        Outcome.ALLOW if obligations else Outcome.REFUSE,
        Reason.NONE if obligations else reason,
        draft.rules,
        obligations,
        engine.bundle.version,
        0,
        draft.missing_facts,
    )
