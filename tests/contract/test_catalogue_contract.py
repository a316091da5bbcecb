"""The catalogue's ports, on SQLite and PostgreSQL alike."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest
from sqlalchemy import event
from sqlalchemy.engine import Engine

from qupia_redaction.model import PrivateText
from qupia_server.adapters.audit_sql import SqlAuditReader
from qupia_server.adapters.catalogue_sql import SqlCatalogueReader
from qupia_server.adapters.catalogue_writer_sql import SqlCatalogueWriter
from qupia_server.adapters.clock import RandomIds
from qupia_server.adapters.database import Database
from qupia_server.adapters.ledger_batch import Sources
from qupia_server.disclosure.ports import EntryFilter
from qupia_server.disclosure.records import (
    Appraisal,
    Archive,
    ArchiveCipher,
    ArchiveKind,
    CatalogueRows,
    Certainty,
    DateRange,
    Document,
    DocumentFilter,
    DocumentForm,
    DocumentKind,
    FileState,
    Fonds,
    Item,
    Kinship,
    KnownRecords,
    Life,
    Opis,
    Ownership,
    Permission,
    Person,
    PrivateLife,
    RelationKind,
    Secrecy,
    SecretKind,
    Ties,
)
from qupia_server.disclosure.scribe import Scribe
from qupia_server.errors import AlreadyExists, InvalidRequest, NotFound, RequestIdReused, StateChanged
from qupia_server.ledger.entry import EntryDraft, EntryOutcome, Event
from tests.support.fakes import FakePseudonyms

NOW = dt.datetime(2026, 3, 1, 12, 30, 1, 250, tzinfo=dt.UTC)
ADDED = EntryDraft(Event.ADDITION, EntryOutcome.ALLOWED, "ADDITION.DOCUMENT", document="letter-1")
FILLED = replace(ADDED, reason="ADDITION.IMPORT", document="")
REQUEST = "8c1f8a44-2f0e-4b55-9a53-8b9a5a7b3b10"


class FixedClock:
    def now(self) -> dt.datetime:
        return NOW

    def today(self) -> dt.date:
        return NOW.date()


def letter(document_id: str = "letter-1", **changes: object) -> Document:
    document = Document(
        document_id=document_id,
        cipher=ArchiveCipher("central", "12", "3", "45а", "6-7"),
        kind=DocumentKind.LETTER,
        form=DocumentForm.ELECTRONIC_COPY,
        title=PrivateText("Хат: Ә. Нұрланқызы"),
        created=DateRange(dt.date(1949, 1, 1), dt.date(1949, 12, 31), Certainty.APPROXIMATE),
        secrecy=Secrecy.NONE,
        ownership=Ownership.STATE,
        owner_consent=False,
        private_life=PrivateLife.YES,
        persons=("person-2", "person-1"),
        accessioned=dt.date(2025, 11, 3),
    )
    return replace(document, **changes)  # type: ignore[arg-type]


HEIR = Kinship("person-1", "user:heir", RelationKind.HEIR, True, "certificate 7")
PERMIT = Permission(
    "person-2", "person-2", "user:reader", "letter-1", dt.date(2026, 1, 1), None, NOW - dt.timedelta(days=1)
)
ROWS = CatalogueRows(
    archives=(Archive("central", "Орталық архив", ArchiveKind.CENTRAL),),
    fonds=(Fonds("central", "12", PrivateText("Fonds")),),
    opis=(Opis("central", "12", "3", PrivateText("Opis")),),
    items=(Item("central", "12", "3", "45а", PrivateText("Item")),),
    persons=(
        Person("person-1", (PrivateText("Әлия Нұрланқызы"), PrivateText("Алия")), PrivateText("991231600002")),
        Person("person-2", (), None, Life.DECEASED),
    ),
    documents=(letter(),),
    kinships=(HEIR,),
    permissions=(PERMIT,),
)


@pytest.fixture
def reader(database: Database) -> SqlCatalogueReader:
    return SqlCatalogueReader(database)


@pytest.fixture
async def writer(database: Database) -> SqlCatalogueWriter:
    filled = SqlCatalogueWriter(database, Sources(FixedClock(), RandomIds()))
    await filled.add(ROWS, entry=FILLED)
    return filled


async def test_what_was_added_is_read_back(writer: SqlCatalogueWriter, reader: SqlCatalogueReader) -> None:
    assert await reader.document("letter-1") == letter(create_time=NOW)
    assert await reader.archive("central") == ROWS.archives[0]
    assert await reader.persons(["person-2", "nobody", "person-1"]) == (ROWS.persons[1], ROWS.persons[0])
    assert await reader.document("letter-2") is None
    assert await reader.archive("other") is None


async def test_ties_are_those_of_requester_and_document(writer: SqlCatalogueWriter, reader: SqlCatalogueReader) -> None:
    assert (await reader.ties("user:heir", "letter-1")).kinships == (HEIR,)
    assert (await reader.ties("user:reader", "letter-1")).permissions == (PERMIT,)
    elsewhere = await reader.ties("user:heir", "letter-2")
    stranger = await reader.ties("user:stranger", "letter-1")
    assert elsewhere == stranger == await reader.ties("user:reader", "letter-2") == Ties()


async def test_whom_something_ties_to_a_document_is_listed_by_id(
    writer: SqlCatalogueWriter, reader: SqlCatalogueReader
) -> None:
    assert await reader.tied_subjects("letter-1", "", 10) == ("user:heir", "user:reader")
    assert await reader.tied_subjects("letter-1", "user:heir", 10) == ("user:reader",)
    assert await reader.tied_subjects("letter-1", "", 1) == ("user:heir",)
    assert await reader.tied_subjects("letter-2", "", 10) == ()


async def test_adding_twice_changes_nothing(writer: SqlCatalogueWriter, reader: SqlCatalogueReader) -> None:
    await writer.add(ROWS, entry=ADDED)
    assert await reader.document("letter-1") == letter(create_time=NOW, revision=1)


async def test_rows_and_their_entry_stand_or_fall_as_one(writer: SqlCatalogueWriter, database: Database) -> None:
    audit = SqlAuditReader(database)
    entry = Scribe(FakePseudonyms()).imported("uid-7", "ab" * 32, {"documents": 1})
    before = len(await audit.list_entries(EntryFilter(), None, 100))
    with pytest.raises(InvalidRequest):
        await writer.add(CatalogueRows(documents=(letter("x", persons=("ghost",)),)), entry=entry)
    assert len(await audit.list_entries(EntryFilter(), None, 100)) == before
    with pytest.raises(InvalidRequest):
        await writer.add(CatalogueRows(documents=(letter("y"),)), entry=replace(entry, archive="\ud800"))
    assert await SqlCatalogueReader(database).document("y") is None
    await writer.add(CatalogueRows(documents=(letter("y"),)), entry=entry)
    (newest, *_) = await audit.list_entries(EntryFilter(), None, 100)
    assert newest.draft == entry


async def test_a_replaced_document_keeps_its_master_and_counts_the_change(
    writer: SqlCatalogueWriter, reader: SqlCatalogueReader
) -> None:
    await writer.attach_master("letter-1", "ab" * 32, 9, entry=ADDED)
    await writer.add(CatalogueRows(documents=(letter(secrecy=Secrecy.SECRET, persons=("person-1",)),)), entry=ADDED)
    document = await reader.document("letter-1")
    assert document is not None
    assert (document.master_sha256, document.master_size, document.revision) == ("ab" * 32, 9, 3)
    assert (document.secrecy, document.persons) == (Secrecy.SECRET, ("person-1",))


@pytest.mark.parametrize(
    ("rows", "named"),
    [
        (CatalogueRows(fonds=(Fonds("none", "1", PrivateText("")),)), {"archive": "There is no archive none."}),
        (CatalogueRows(opis=(Opis("central", "9", "1", PrivateText("")),)), {"fonds": "There is no fonds central/9."}),
        (
            CatalogueRows(items=(Item("central", "12", "8", "1", PrivateText("")),)),
            {"opis": "There is no opis central/12/8."},
        ),
        (
            CatalogueRows(documents=(letter("x", cipher=ArchiveCipher("central", "12", "3", "1")),)),
            {"item": "There is no item central/12/3/1."},
        ),
        (CatalogueRows(documents=(letter("x", persons=("ghost",)),)), {"person": "There is no person ghost."}),
        (CatalogueRows(kinships=(replace(HEIR, person="ghost"),)), {"person": "There is no person ghost."}),
        (CatalogueRows(permissions=(replace(PERMIT, document="gone"),)), {"document": "There is no document gone."}),
    ],
)
async def test_a_dangling_reference_is_named_and_nothing_is_stored(
    writer: SqlCatalogueWriter, reader: SqlCatalogueReader, rows: CatalogueRows, named: dict[str, str]
) -> None:
    newcomer = Archive("newcomer", "New", ArchiveKind.PRIVATE)
    with pytest.raises(InvalidRequest) as caught:
        await writer.add(replace(rows, archives=(newcomer,)), entry=ADDED)
    assert caught.value.facts == named
    assert await reader.archive("newcomer") is None
    assert await reader.document("x") is None


async def test_lists_page_by_id_in_code_point_order(writer: SqlCatalogueWriter, reader: SqlCatalogueReader) -> None:
    ids = ["a-b", "a1", "aa", "b-1", "b0", "b1"]  # a locale's collation would skip the hyphens
    await writer.add(CatalogueRows(documents=tuple(letter(one) for one in reversed(ids))), entry=ADDED)
    first = await reader.list_documents(DocumentFilter(), "", 4)
    rest = await reader.list_documents(DocumentFilter(), first[-1].document_id, 100)
    assert [one.document_id for one in first + rest] == sorted([*ids, "letter-1"])
    assert first[0].persons == ("person-2", "person-1")


async def test_lists_filter_by_archive_and_kind(writer: SqlCatalogueWriter, reader: SqlCatalogueReader) -> None:
    await writer.add(CatalogueRows(documents=(letter("photo", kind=DocumentKind.PHOTO),)), entry=ADDED)
    photos = await reader.list_documents(DocumentFilter(kind=DocumentKind.PHOTO), "", 10)
    assert [one.document_id for one in photos] == ["photo"]
    assert await reader.list_documents(DocumentFilter(archive="other"), "", 10) == ()
    assert len(await reader.list_documents(DocumentFilter(archive="central"), "", 10)) == 2


async def test_creating_is_idempotent_by_request_id(writer: SqlCatalogueWriter, reader: SqlCatalogueReader) -> None:
    created = await writer.create_document(letter("new", master_sha256="cd" * 32, master_size=3), REQUEST, entry=ADDED)
    assert created == letter("new", create_time=NOW)  # a master comes by upload only
    await writer.attach_master("new", "ab" * 32, 9, entry=ADDED)
    again = await writer.create_document(letter("new"), REQUEST, entry=ADDED)
    assert (again.document_id, again.master_size) == ("new", 9)
    with pytest.raises(RequestIdReused):
        await writer.create_document(letter("other"), REQUEST, entry=ADDED)
    with pytest.raises(AlreadyExists):
        await writer.create_document(letter("new"), entry=ADDED)
    with pytest.raises(InvalidRequest):
        await writer.create_document(letter("other", persons=("ghost",)), entry=ADDED)
    assert await reader.document("other") is None


async def test_an_addition_and_its_entry_stand_or_fall_together(
    writer: SqlCatalogueWriter, reader: SqlCatalogueReader, database: Database
) -> None:
    audit = SqlAuditReader(database)
    await writer.create_document(letter("new"), entry=ADDED)
    with pytest.raises(AlreadyExists):
        await writer.create_document(letter("new"), entry=ADDED)
    with pytest.raises(NotFound):
        await writer.attach_master("gone", "ab" * 32, 9, entry=ADDED)
    await writer.attach_master("new", "ab" * 32, 9, entry=ADDED)
    assert [entry.draft for entry in await audit.list_entries(EntryFilter(), None, 9)] == [ADDED, ADDED, FILLED]

    unstorable = replace(ADDED, document="a\x00b")
    with pytest.raises(InvalidRequest):
        await writer.create_document(letter("other"), entry=unstorable)
    with pytest.raises(InvalidRequest):
        await writer.attach_master("new", "cd" * 32, 9, entry=unstorable)
    assert await reader.document("other") is None
    stored = await reader.document("new")
    assert stored is not None
    assert stored.master_sha256 == "ab" * 32
    assert await audit.verify() == 3


async def test_a_master_needs_a_document(writer: SqlCatalogueWriter) -> None:
    attached = await writer.attach_master("letter-1", "ab" * 32, 9, entry=ADDED)
    assert (attached.master_sha256, attached.revision) == ("ab" * 32, 2)
    assert (await writer.attach_master("letter-1", "ab" * 32, 9, entry=ADDED)).revision == 2
    with pytest.raises(NotFound):
        await writer.attach_master("gone", "ab" * 32, 9, entry=ADDED)


async def test_no_value_becomes_part_of_a_statement(writer: SqlCatalogueWriter, reader: SqlCatalogueReader) -> None:
    assert await reader.document("x' OR '1'='1") is None
    assert await reader.list_documents(DocumentFilter(archive="x' OR '1'='1"), "", 10) == ()


async def test_everything_known_is_read_at_once(writer: SqlCatalogueWriter, reader: SqlCatalogueReader) -> None:
    del writer
    for subject in ("user:heir", "user:reader", "user:stranger"):
        known = await reader.known(subject, "letter-1")
        assert known.document == await reader.document("letter-1")
        assert known.persons == await reader.persons(("person-2", "person-1"))
        assert known.ties == await reader.ties(subject, "letter-1")
    assert (await reader.known("user:heir", "letter-1")).ties == Ties((HEIR,), ())
    assert (await reader.known("user:reader", "letter-1")).ties == Ties((), (PERMIT,))


async def test_an_unknown_document_costs_the_same_one_query(
    writer: SqlCatalogueWriter, reader: SqlCatalogueReader
) -> None:
    del writer
    asked: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        asked.append(statement)

    event.listen(Engine, "before_cursor_execute", note)
    try:
        assert (await reader.known("user:heir", "letter-1")).document is not None
        there = list(asked)
        asked.clear()
        assert await reader.known("user:heir", "letter-none") == KnownRecords(None)
    finally:
        event.remove(Engine, "before_cursor_execute", note)
    assert asked == there
    assert len([statement for statement in asked if "SELECT" in statement]) == 1


NOTED = Appraisal(
    secret_kinds=frozenset({SecretKind.BANK, SecretKind.MEDICAL}),
    owner_catalogue=True,
    owner_restricted_until=dt.date(2040, 5, 1),
    transferred=dt.date(2000, 2, 29),
    blocked=True,
    repression=True,
    procedural=False,
    children=True,
    in_state_system=False,
)


@pytest.mark.parametrize("noted", [NOTED, Appraisal(), Appraisal(secret_kinds=frozenset())])
async def test_what_an_archivist_noted_is_kept_as_it_was_said(
    writer: SqlCatalogueWriter, reader: SqlCatalogueReader, noted: Appraisal
) -> None:
    await writer.add(replace(CatalogueRows(), documents=(letter("letter-2", appraisal=noted),)), entry=ADDED)
    await writer.create_document(letter("letter-3", appraisal=noted), REQUEST, entry=ADDED)
    for name in ("letter-2", "letter-3"):
        known = (await reader.known("user:heir", name)).document
        assert known is not None
        assert known.appraisal == noted
        assert (await reader.document(name)) == known
    with pytest.raises(RequestIdReused):
        await writer.create_document(
            letter("letter-3", appraisal=replace(noted, blocked=not noted.blocked)), REQUEST, entry=ADDED
        )


async def test_what_a_permission_says_and_who_else_inherits_is_known(
    writer: SqlCatalogueWriter, reader: SqlCatalogueReader
) -> None:
    given = Permission(
        "person-1", "user:heir", "user:reader", "letter-1", third_party=False, cross_border=True, notice=True,
        kdp_token="token-1", kdp_valid_to=dt.date(2027, 1, 1),
    )  # fmt: skip
    other = replace(HEIR, relative="user:other-heir")
    claim = replace(HEIR, relative="user:claimant", proven=False)
    kin = replace(HEIR, relative="user:cousin", relation=RelationKind.RELATIVE)
    await writer.add(CatalogueRows(kinships=(other, claim, kin), permissions=(given,)), entry=ADDED)
    known = await reader.known("user:reader", "letter-1")
    assert known.ties == Ties((), (given, PERMIT), (HEIR, other))
    assert known.ties == await reader.ties("user:reader", "letter-1")
    assert (await reader.known("user:stranger", "letter-1")).ties == Ties()


async def test_archive_and_file_are_known_with_the_document(
    writer: SqlCatalogueWriter, reader: SqlCatalogueReader
) -> None:
    async def file_with(document_id: str, **changes: object) -> FileState | None:
        await writer.add(CatalogueRows(documents=(letter(document_id, **changes),)), entry=ADDED)
        known = await reader.known("user:stranger", "letter-1")
        assert known.archive_kind is ArchiveKind.CENTRAL
        return known.file

    latest = dt.date(1949, 12, 31)
    assert await file_with("letter-1", private_life=PrivateLife.NO) == FileState(PrivateLife.NO, latest)
    assert await file_with("letter-2", private_life=PrivateLife.UNKNOWN) == FileState(PrivateLife.UNKNOWN, latest)
    assert await file_with("letter-3") == FileState(PrivateLife.YES, latest)
    elsewhere = replace(letter().cipher, item="46")
    await writer.add(CatalogueRows(items=(Item("central", "12", "3", "46", PrivateText("I")),)), entry=ADDED)
    later = DateRange(dt.date(1950, 1, 1), dt.date(1950, 1, 1), Certainty.EXACT)
    assert await file_with("letter-4", cipher=elsewhere, created=later) == FileState(PrivateLife.YES, latest)
    assert await file_with("letter-5", created=later) == FileState(PrivateLife.YES, dt.date(1950, 1, 1))
    assert await file_with("letter-6", created=DateRange()) == FileState(PrivateLife.YES, None)
    assert (await reader.known("user:stranger", "letter-none")).file is None


async def test_a_change_is_of_the_revision_it_was_made_of_and_stands_with_its_entry(
    writer: SqlCatalogueWriter, reader: SqlCatalogueReader, database: Database
) -> None:
    await writer.attach_master("letter-1", "ab" * 32, 9, entry=ADDED)
    stored = await reader.document("letter-1")
    assert stored is not None
    blocked = replace(stored, appraisal=Appraisal(blocked=True), master_sha256="", master_size=0)
    entry = replace(ADDED, event=Event.BLOCKING, reason="CHANGE.BLOCKED")
    fresh = await writer.update_document(blocked, stored.revision, entry=entry)
    assert fresh == replace(stored, appraisal=Appraisal(blocked=True), revision=stored.revision + 1)
    assert await reader.document("letter-1") == fresh
    for failing, error in (
        (writer.update_document(blocked, stored.revision, entry=entry), StateChanged),
        (writer.update_document(letter("gone"), 1, entry=entry), NotFound),
        (writer.update_document(replace(fresh, persons=("ghost",)), fresh.revision, entry=entry), InvalidRequest),
    ):
        with pytest.raises(error):
            await failing
    assert await reader.document("letter-1") == fresh
    entries = await SqlAuditReader(database).list_entries(EntryFilter(), None, 10)
    assert [one.draft.event for one in entries] == [Event.BLOCKING, Event.ADDITION, Event.ADDITION]
