"""What the use cases stand on: the ports, in one value, and the decision point behind the policies library."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from qupia_policies.model import Decision, Facts, Profile, RuleText, Snapshot
from qupia_redaction.model import Limits
from qupia_server.disclosure.gather import PLAIN, Installation, Known, gather
from qupia_server.disclosure.model import Requester
from qupia_server.disclosure.ports import (
    AuditReader,
    CatalogueReader,
    Clock,
    Ledger,
    MasterStore,
    Pseudonyms,
    Redactor,
    RenditionCache,
    WordLists,
)
from qupia_server.disclosure.scribe import Scribe
from qupia_server.telemetry import Telemetry


class DecisionPoint(Protocol):
    """One snapshot of a bundle; a request keeps the one it started with."""

    def decide(self, facts: Facts) -> Decision:
        """Decide; never raises, any doubt refuses."""
        ...

    def noted(self, facts: Facts, decision: Decision, entry_id: str = "") -> None:
        """Take note of the decision that a request got, and of its entry; never waits, never raises."""
        ...

    def ordinary(self, facts: Facts) -> Facts:
        """Return facts as if the document held nothing of what the schema calls contents."""
        ...

    def spoken(self, facts: Facts, decision: Decision) -> Decision:
        """Return the decision in whose words a requester hears of one on `facts`: alike whatever the document holds."""
        ...

    def needs(self, facts: Facts) -> tuple[str, ...]:
        """Return what the stated ground still needs of who asks, by attributes; nothing of what the document holds."""
        ...

    def could_help(self, facts: Facts, absent: frozenset[str]) -> frozenset[str]:
        """Return those of some absent attributes that rules of the request read; none where they cannot open it."""
        ...

    @property
    def roles(self) -> tuple[str, ...]:
        """Every role that the bundle's schema knows, sorted."""
        ...

    def texts(self, rule_ids: Sequence[str]) -> tuple[RuleText, ...]:
        """Return the words of the rules that exist among `rule_ids`."""
        ...

    @property
    def rule_ids(self) -> tuple[str, ...]:
        """Ids of all rules, in load order."""
        ...

    @property
    def profiles(self) -> tuple[Profile, ...]:
        """Profiles, least strict first."""
        ...

    @property
    def snapshot(self) -> Snapshot:
        """What may be told of this bundle."""
        ...


class Policies(Protocol):
    """Holds the bundle in force; swaps it atomically."""

    def current(self) -> DecisionPoint:
        """Return the snapshot in force."""
        ...


@dataclass(frozen=True, slots=True)
class Gate:
    """Everything a use case needs, built once by `app.py`.

    Attributes:
        limits: bounds of one redaction job.
        stamp_requests: a rendition bears the id of its request and serves that one only.
        installation: what the operator's settings say of the server for the rules.
    """

    catalogue: CatalogueReader
    masters: MasterStore
    policies: Policies
    redactor: Redactor
    word_lists: WordLists
    cache: RenditionCache
    ledger: Ledger
    audit: AuditReader
    clock: Clock
    pseudonyms: Pseudonyms
    scribe: Scribe
    telemetry: Telemetry
    limits: Limits
    stamp_requests: bool = False
    installation: Installation = PLAIN

    async def gather(self, requester: Requester, document_id: str) -> Known:
        """Collect what decides about one request.

        Raises:
            Unavailable: the catalogue is away.
        """
        return await gather(self.catalogue, self.clock, requester, document_id, self.installation)
