"""Fakes of every port that fail on demand, so that the order of the spine is tested without a socket.

Each fake writes what it did into one shared `Journal`; a `Fault` names the step at which something goes wrong and how.
"""

from __future__ import annotations

import asyncio
import datetime as dt
import hashlib
import hmac
from collections.abc import Awaitable, Callable, Collection, Sequence
from dataclasses import dataclass, field

from qupia_policies.engine import PolicyEngine
from qupia_policies.model import (
    Action,
    Decision,
    Facts,
    Ground,
    Obligations,
    OpenScope,
    Outcome,
    Profile,
    Reason,
    RuleText,
    Snapshot,
)
from qupia_redaction import rendition as rendition_module
from qupia_redaction.errors import RedactionRefused, RefusalCode
from qupia_redaction.model import Category, Limits, PrivateText, RedactionOrder, Report
from qupia_redaction.rendition import CheckedRendition
from qupia_server.adapters.word_lists import NoWordLists
from qupia_server.disclosure.gate import Gate
from qupia_server.disclosure.model import (
    Assurance,
    DisclosureRequest,
    Principal,
    PrincipalKind,
    Purpose,
    PurposeCode,
    Requester,
)
from qupia_server.disclosure.ports import DuplicateRequest, EntryFilter
from qupia_server.disclosure.records import (
    Archive,
    ArchiveCipher,
    ArchiveKind,
    Certainty,
    DateRange,
    Document,
    DocumentFilter,
    DocumentForm,
    DocumentKind,
    Kinship,
    KnownRecords,
    Ownership,
    Person,
    PrivateLife,
    RelationKind,
    Secrecy,
    Ties,
)
from qupia_server.disclosure.scribe import Scribe
from qupia_server.errors import LedgerFull, MasterCorrupt, Unavailable
from qupia_server.ledger.entry import Entry, EntryDraft, EntryOutcome, Event
from qupia_server.ledger.receipt import Receipt
from qupia_server.ledger.tree import Edge
from qupia_server.telemetry import Telemetry

NOW = dt.datetime(2026, 11, 22, 9, 0, tzinfo=dt.UTC)
MASTER = b"%PDF-1.7 master with Secret Name"
MASTER_SHA = hashlib.sha256(MASTER).hexdigest()
BUNDLE = "b" * 64

FAULTS: dict[str, tuple[BaseException, ...]] = {
    "catalogue": (Unavailable(), RuntimeError("driver: Secret Name")),
    "decide": (RuntimeError("engine: Secret Name"),),
    "cache": (RuntimeError("cache: Secret Name"),),
    "fetch": (MasterCorrupt(), Unavailable(), OSError("disk: Secret Name")),
    "redact": (
        RedactionRefused(RefusalCode.LEAK_FOUND, 2),
        RedactionRefused(RefusalCode.WORKER_DIED),
        RedactionRefused(RefusalCode.TIME_LIMIT),
        RuntimeError("worker: Secret Name"),
        asyncio.CancelledError(),
    ),
    "record": (Unavailable(), LedgerFull(), RuntimeError("ledger: Secret Name")),
}
"""What can go wrong, by step. The texts hold a seeded secret that must not come out anywhere."""


@dataclass
class Journal:
    """What happened, in order, and what shall fail."""

    steps: list[str] = field(default_factory=list)
    faults: dict[str, BaseException] = field(default_factory=dict)

    def at(self, step: str) -> None:
        self.steps.append(step)
        fault = self.faults.get(step)
        if fault is not None:
            raise fault


class FixedClock:
    """A clock that stands still."""

    def now(self) -> dt.datetime:
        return NOW

    def today(self) -> dt.date:
        return NOW.date()


class FakePseudonyms:
    """HMAC under a test key."""

    def of(self, text: str, *, domain: str) -> str:
        return hmac.new(b"test", f"{domain}\0{text}".encode(), hashlib.sha256).hexdigest()


def a_document(document_id: str = "d-1", **changes: object) -> Document:
    """Return an ordinary closed document of two persons; `changes` replace fields."""
    values: dict[str, object] = {
        "document_id": document_id,
        "cipher": ArchiveCipher("central", "12", "3", "45", "6"),
        "kind": DocumentKind.PERSONNEL_ORDER,
        "form": DocumentForm.ELECTRONIC_COPY,
        "title": PrivateText("Приказ"),
        "created": DateRange(dt.date(1987, 3, 5), dt.date(1987, 3, 5), Certainty.EXACT),
        "secrecy": Secrecy.NONE,
        "ownership": Ownership.STATE,
        "owner_consent": False,
        "private_life": PrivateLife.YES,
        "persons": ("p-1", "p-2"),
        "master_sha256": MASTER_SHA,
        "master_size": len(MASTER),
    }
    return Document(**(values | changes))  # type: ignore[arg-type]


class FakeCatalogue:
    """A catalogue in two dictionaries."""

    def __init__(self, journal: Journal, documents: Sequence[Document] = ()) -> None:
        self._journal = journal
        self.documents = {document.document_id: document for document in documents}
        self.kinships: list[Kinship] = [Kinship("p-1", "person:one", RelationKind.SELF, proven=True)]
        self.people = {
            "p-1": Person("p-1", (PrivateText("Secret Name"),), PrivateText("991231500006")),
            "p-2": Person("p-2", (PrivateText("Other Name"),)),
        }

    async def known(self, subject_id: str, document_id: str) -> KnownRecords:
        document = await self.document(document_id)
        persons = await self.persons(document.persons if document else ())
        return KnownRecords(document, persons, await self.ties(subject_id, document_id))

    async def document(self, document_id: str) -> Document | None:
        self._journal.at("catalogue")
        return self.documents.get(document_id)

    async def archive(self, archive_id: str) -> Archive | None:
        return Archive(archive_id, "Archive", ArchiveKind.CENTRAL)

    async def persons(self, person_ids: Sequence[str]) -> tuple[Person, ...]:
        return tuple(self.people[key] for key in person_ids if key in self.people)

    async def ties(self, subject_id: str, document_id: str) -> Ties:
        document = self.documents.get(document_id)
        persons = document.persons if document else ()
        return Ties(tuple(k for k in self.kinships if k.relative == subject_id and k.person in persons))

    async def tied_subjects(self, document_id: str, after: str, limit: int) -> tuple[str, ...]:
        document = self.documents.get(document_id)
        tied = {k.relative for k in self.kinships if document and k.person in document.persons}
        return tuple(sorted(one for one in tied if one > after))[:limit]

    async def list_documents(self, only: DocumentFilter, after: str, limit: int) -> tuple[Document, ...]:
        rows = sorted(self.documents.values(), key=lambda document: document.document_id)
        return tuple(d for d in rows if d.document_id > after)[:limit]


class FakeMasters:
    """One master."""

    def __init__(self, journal: Journal) -> None:
        self._journal = journal

    async def put(self, chunks: object, sha256: str, size: int) -> bool:
        raise NotImplementedError

    async def get(self, sha256: str, max_bytes: int) -> bytes:
        self._journal.at("fetch")
        return MASTER


OPENS = dt.date(2062, 3, 6)


class FakePoint:
    """A decision point that answers by two switches."""

    def __init__(self, journal: Journal) -> None:
        self._journal = journal
        self.discover = True
        self.read = True
        self.obligations = Obligations(Profile.R3, frozenset({"person", "iin"}), frozenset({OpenScope.REQUESTER}))
        self.version = BUNDLE
        self.asked: list[Facts] = []
        self.requests: list[Facts] = []

    def current(self) -> FakePoint:
        return self

    def decide(self, facts: Facts) -> Decision:
        self._journal.at("decide")
        self.asked.append(facts)
        allowed = self.discover if facts.action is Action.DISCOVER else self.read
        if allowed:
            return Decision(Outcome.ALLOW, Reason.NONE, ("a-rule",), self.obligations, self.version, 2)
        opens = OPENS if facts.ground is Ground.PUBLIC else None  # open access is what the day is about
        return Decision(
            Outcome.REFUSE, Reason.DENY_RULE, ("deny-rule",), None, self.version, 2, ("resource.permission",), opens
        )

    def noted(self, facts: Facts, decision: Decision, entry_id: str = "") -> None:
        self.requests.append(facts)

    def ordinary(self, facts: Facts) -> Facts:
        return facts

    def spoken(self, facts: Facts, decision: Decision) -> Decision:
        return decision

    def needs(self, facts: Facts) -> tuple[str, ...]:
        return ("purpose.case_no",)

    def could_help(self, facts: Facts, absent: frozenset[str]) -> frozenset[str]:
        return frozenset()

    @property
    def roles(self) -> tuple[str, ...]:
        return ("auditor", "citizen", "court")

    def texts(self, rule_ids: Sequence[str]) -> tuple[RuleText, ...]:
        words = {"kk": "қағида", "ru": "правило", "en": "rule"}
        return tuple(RuleText(rule, words, words, "NAF Art. 16(1-1)") for rule in rule_ids)

    @property
    def profiles(self) -> tuple[Profile, ...]:
        return tuple(Profile)

    @property
    def rule_ids(self) -> tuple[str, ...]:
        return ("a-rule", "deny-rule")

    @property
    def snapshot(self) -> Snapshot:
        return Snapshot(self.version, "test", 2, NOW)


class FakeRedactor:
    """Make a rendition, as the real check would."""

    def __init__(self, journal: Journal) -> None:
        self._journal = journal
        self.orders: list[RedactionOrder] = []

    engines = "fake 1"

    async def redact(self, master: bytes, order: RedactionOrder, seconds: float | None) -> CheckedRendition:
        self._journal.at("redact")
        self.orders.append(order)
        return rendition_module.issue(b"%PDF-1.7 clean", Report(pages=1, marks={Category.PERSON: 3}))


class FakeCache:
    """A dictionary."""

    def __init__(self, journal: Journal) -> None:
        self._journal = journal
        self.kept: dict[str, CheckedRendition] = {}

    async def get(self, key: str) -> CheckedRendition | None:
        self._journal.at("cache")
        return self.kept.get(key)

    async def put(self, key: str, rendition: CheckedRendition) -> None:
        self.kept[key] = rendition


class FakeLedger:
    """A ledger in a list; `record` and reader in one."""

    def __init__(self, journal: Journal) -> None:
        self._journal = journal
        self.entries: list[Entry] = []
        self.receipts: dict[str, Receipt] = {}
        self._edge = Edge()

    def record(self, draft: EntryDraft) -> Awaitable[Receipt]:
        answer: asyncio.Future[Receipt] = asyncio.get_running_loop().create_future()
        try:
            answer.set_result(self._stored(draft))
        except Exception as error:  # noqa: BLE001 - whatever a test has the ledger fail with
            answer.set_exception(error)
        return answer

    def _stored(self, draft: EntryDraft) -> Receipt:
        self._journal.at("record")
        if draft.request_key and any(e.draft.request_key == draft.request_key for e in self.entries):
            raise DuplicateRequest
        entry = Entry(f"e-{len(self.entries)}", len(self.entries), NOW, "00" * 16, draft)
        self._edge = self._edge.append(entry.leaf_hash())
        receipt = Receipt(entry.entry_id, entry.sequence, entry.leaf_hash(), NOW, self._edge.size, self._edge.root())
        self.entries.append(entry)
        self.receipts[entry.entry_id] = receipt
        return receipt

    async def settled(self) -> None:
        """Entries are stored as they come."""

    async def entry(self, entry_id: str) -> Entry | None:
        return next((e for e in self.entries if e.entry_id == entry_id), None)

    async def by_request(self, request_key: str) -> tuple[Entry, Receipt] | None:
        for entry in self.entries:
            if entry.draft.request_key == request_key:
                return entry, self.receipts[entry.entry_id]
        return None

    async def list_entries(self, only: EntryFilter, before: int | None, limit: int) -> tuple[Entry, ...]:
        rows = [e for e in reversed(self.entries) if before is None or e.sequence < before]
        return tuple(rows[:limit])

    async def policy_steps(self) -> tuple[Entry, ...]:
        return tuple(entry for entry in self.entries if entry.draft.event is Event.POLICY_CHANGE)

    async def undelivered(self, older_than: dt.datetime, limit: int, alive: Collection[str] = ()) -> tuple[Entry, ...]:
        done = {e.draft.previous for e in self.entries if e.draft.event is Event.DELIVERY}
        rows = [
            e
            for e in self.entries
            if e.draft.event is Event.TRANSFER
            and e.draft.outcome is EntryOutcome.ALLOWED
            and e.entry_id not in done
            and e.time < older_than
        ]
        return tuple(rows[:limit])


@dataclass
class World:
    """Every fake, and the gate made of them."""

    journal: Journal
    catalogue: FakeCatalogue
    point: FakePoint
    redactor: FakeRedactor
    cache: FakeCache
    ledger: FakeLedger
    gate: Gate


def a_world(change: Callable[[World], None] | None = None) -> World:
    """Return a world with one document `d-1` that is allowed under R3."""
    journal = Journal()
    catalogue = FakeCatalogue(journal, [a_document()])
    point, redactor = FakePoint(journal), FakeRedactor(journal)
    cache, ledger = FakeCache(journal), FakeLedger(journal)
    pseudonyms = FakePseudonyms()
    gate = Gate(
        catalogue=catalogue,
        masters=FakeMasters(journal),
        policies=point,
        redactor=redactor,
        word_lists=NoWordLists(),
        cache=cache,
        ledger=ledger,
        audit=ledger,
        clock=FixedClock(),
        pseudonyms=pseudonyms,
        scribe=Scribe(pseudonyms),
        telemetry=Telemetry(),
        limits=Limits(),
    )
    world = World(journal, catalogue, point, redactor, cache, ledger, gate)
    if change is not None:
        change(world)
    return world


def a_requester(subject: str = "person:one", role: str = "citizen") -> Requester:
    """Return an identified person."""
    principal = Principal(PrincipalKind.PERSON, PrivateText(subject), frozenset({role}), Assurance.HIGH)
    return Requester(principal.subject_id, role, Assurance.HIGH, {}, (), principal)


def a_request(document_id: str = "d-1", **changes: object) -> DisclosureRequest:
    """Return a complete request; `changes` replace fields."""

    values: dict[str, object] = {
        "document_id": document_id,
        "requester": a_requester(),
        "purpose": Purpose(PurposeCode.PROTECT_RIGHTS, Ground.OWN_DATA),
    }
    return DisclosureRequest(**(values | changes))  # type: ignore[arg-type]


class NoPast:
    """Nothing is kept."""

    def engine(self, version: str) -> PolicyEngine | None:
        return None

    def facts(self, entry_id: str, day: dt.date) -> Facts | None:
        return None
