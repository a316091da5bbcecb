"""Audit entries and their canonical form (kazakhstan.md section 1.4).

An entry holds no private value in clear: people stand under keyed hashes, texts not at all. The leaf hash covers
the canonical JSON of the whole entry (RFC 8785 in effect: sorted keys, no spaces, UTF-8, integers only).
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import operator
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from enum import StrEnum


class Event(StrEnum):
    """What happened, in the words of the state access-control service (K2) and of section 1.4."""

    ACCESS = "access"
    VIEW = "view"
    CHANGE = "change"
    ADDITION = "addition"
    TRANSFER = "transfer"
    BLOCKING = "blocking"
    DESTRUCTION = "destruction"
    DENIAL = "denial"
    CONSENT_GIVEN = "consent_given"
    CONSENT_WITHDRAWN = "consent_withdrawn"
    NOTICE_SENT = "notice_sent"
    OBJECTION = "objection"
    POLICY_LOAD = "policy_load"
    DELIVERY = "delivery"
    PREVIEW = "preview"
    POLICY_CHANGE = "policy_change"


class EntryOutcome(StrEnum):
    """How it ended."""

    ALLOWED = "allowed"
    REFUSED = "refused"
    DELIVERED = "delivered"
    ABORTED = "aborted"
    LOADED = "loaded"
    TAKEN = "taken"


@dataclass(frozen=True, slots=True)
class EntryDraft:
    """An entry before the ledger gave it a number.

    Attributes:
        event, outcome, reason: what happened and why; `reason` is never empty.
        request_id: the caller's id of the request, or one made by the server.
        request_key: keyed hash of caller and request id where it must be unique, else empty.
        body_digest: SHA-256 of the request's canonical body, hex; empty where there is none.
        requester: keyed hash of the requester's id; `caller`: keyed hash of the calling principal.
        document: document id asked for; for an unknown document the keyed hash of what was asked.
        hidden: number of details hidden, by category; of an import the number of rows, by type.
        authority_document: on what a body's request rests (PD Art. 8-1(1)); `basis`: its item of PD Art. 9.
        word_lists: lists that shaped the rendition: kind, colon, the file's SHA-256 in hex.
        previous: id of the entry this one belongs to (deliveries, ends of steps).
        desk: hash of the first line of the desk that a step was taken on.
    """

    event: Event
    outcome: EntryOutcome
    reason: str
    request_id: str = ""
    request_key: str = ""
    body_digest: str = ""
    requester: str = ""
    requester_role: str = ""
    caller: str = ""
    assurance: str = ""
    purpose_code: str = ""
    ground: str = ""
    legal_basis: str = ""
    case_number: str = ""
    declared_digest: str = ""
    document: str = ""
    archive: str = ""
    cipher: str = ""
    created_latest: str = ""
    persons: tuple[str, ...] = ()
    bundle: str = ""
    rules: tuple[str, ...] = ()
    profile: str = ""
    duties: tuple[str, ...] = ()
    hidden: Mapping[str, int] = field(default_factory=dict)
    disclosed: tuple[str, ...] = ()
    missing_facts: tuple[str, ...] = ()
    dropped_claims: tuple[str, ...] = ()
    rendition_sha256: str = ""
    rendition_size: int = 0
    word_lists: tuple[str, ...] = ()
    master_sha256: str = ""
    bytes_sent: int = 0
    recipient_country: str = ""
    notice_deadline: str = ""
    authority_document: str = ""
    basis: str = ""
    previous: str = ""
    desk: str = ""
    duration_ms: int = 0
    retention: str = "permanent"


_FIELDS = tuple(field.name for field in fields(EntryDraft))
_values = operator.attrgetter(*_FIELDS)
_encode = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode
"""Made once: an entry's canonical form is a fourth of what 64 waiting clients pay for it."""


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry as the ledger stores it.

    Attributes:
        entry_id: opaque id, unique.
        sequence: index of the leaf in the log, from 0.
        time: when the ledger took it, UTC.
        salt: 16 random bytes, hex, so that the leaf hash does not confirm guesses.
    """

    entry_id: str
    sequence: int
    time: dt.datetime
    salt: str
    draft: EntryDraft

    def canonical(self) -> bytes:
        """Return the bytes that the leaf hash covers."""
        said = zip(_FIELDS, _values(self.draft), strict=True)
        body = {name: value for name, value in said if value or name == "reason"}
        body |= {
            "entry_id": self.entry_id,
            "sequence": self.sequence,
            "time": self.time.astimezone(dt.UTC).isoformat(timespec="microseconds"),
            "salt": self.salt,
        }
        return _encode(body).encode()

    def leaf_hash(self) -> bytes:
        """Return the 32-byte leaf hash of RFC 9162 section 2.1.1: SHA-256(0x00 || entry)."""
        return hashlib.sha256(b"\x00" + self.canonical()).digest()


def entry_from_canonical(data: bytes) -> Entry:
    """Read an entry back from its canonical bytes.

    Raises:
        ValueError: the bytes are not a canonical entry.
    """
    body = json.loads(data)
    head = {key: body.pop(key) for key in ("entry_id", "sequence", "time", "salt")}
    body["event"], body["outcome"] = Event(body["event"]), EntryOutcome(body["outcome"])
    body = {key: tuple(value) if isinstance(value, list) else value for key, value in body.items()}
    entry = Entry(
        head["entry_id"],
        head["sequence"],
        dt.datetime.fromisoformat(head["time"]),
        head["salt"],
        EntryDraft(**body),
    )
    if entry.canonical() != data:
        raise ValueError("not a canonical entry")
    return entry
