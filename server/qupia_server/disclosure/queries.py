"""Read the audit log and the policies: for auditors and officers, never for requesters."""

from __future__ import annotations

from qupia_policies.model import RuleText, Snapshot
from qupia_server.disclosure.gate import Gate
from qupia_server.disclosure.model import Principal
from qupia_server.disclosure.ports import EntryFilter
from qupia_server.errors import NotFound
from qupia_server.ledger.entry import Entry, EntryOutcome, Event


class AuditQueries:
    """Read entries. Reading the log is an access of its own, and recorded.

    Args:
        gate: the ports.
    """

    def __init__(self, gate: Gate) -> None:
        self._gate = gate

    async def get(self, principal: Principal, entry_id: str) -> Entry:
        """Return one entry.

        Raises:
            NotFound: there is no such entry.
        """
        await self._gate.ledger.settled()
        entry = await self._gate.audit.entry(entry_id)
        if entry is None:
            raise NotFound
        await _accessed(self._gate, principal, "ALLOWED.AUDIT_ENTRY")
        return entry

    async def list(self, principal: Principal, only: EntryFilter, before: int | None, limit: int) -> tuple[Entry, ...]:
        """Return up to `limit` entries below sequence `before`, newest first."""
        await self._gate.ledger.settled()
        entries = await self._gate.audit.list_entries(only, before, limit)
        await _accessed(self._gate, principal, "ALLOWED.AUDIT_LIST")
        return entries


class PolicyQueries:
    """Read the bundle in force.

    Args:
        gate: the ports.
    """

    def __init__(self, gate: Gate) -> None:
        self._gate = gate

    def active(self) -> tuple[Snapshot, tuple[RuleText, ...]]:
        """Return the bundle in force and the words of all its rules."""
        point = self._gate.policies.current()
        return point.snapshot, point.texts(point.rule_ids)


async def _accessed(gate: Gate, principal: Principal, reason: str) -> None:
    """Record that somebody read the log."""
    await gate.ledger.record(gate.scribe.plain(Event.ACCESS, EntryOutcome.ALLOWED, reason, principal))
