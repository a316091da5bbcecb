"""The proof that an entry is durable. Only a ledger's `record` makes one; *release* asks for it."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Receipt:
    """What a caller keeps of an audit entry.

    Attributes:
        entry_id: id of the entry.
        sequence: index of its leaf, from 0.
        leaf_hash: 32 bytes (RFC 9162).
        time: when the ledger took it, UTC.
        tree_size, root: the tree right after the batch that stored the entry.
    """

    entry_id: str
    sequence: int
    leaf_hash: bytes
    time: dt.datetime
    tree_size: int
    root: bytes

    @property
    def name(self) -> str:
        """Resource name of the entry."""
        return f"auditEntries/{self.entry_id}"
