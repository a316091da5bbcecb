"""The catalogue's answers under hostile eyes: obligations hold for descriptions, and nothing tells what is hidden."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest

from qupia_policies.model import Obligations, OpenScope, Profile
from qupia_redaction.model import PrivateText
from qupia_server.disclosure.documents import Documents
from qupia_server.disclosure.model import Assurance, Principal, PrincipalKind
from qupia_server.disclosure.records import Document, DocumentFilter
from qupia_server.errors import AlreadyExists, MethodForbidden, NotFound
from qupia_server.ledger.entry import EntryDraft, EntryOutcome, Event
from tests.support.fakes import MASTER_SHA, World, a_document, a_requester, a_world

NAMED = PrivateText("Дело Secret Name, 2 л.")
R0 = Obligations(Profile.R0, frozenset())
R1 = Obligations(Profile.R1, frozenset({"iin", "phone", "email"}))
R3 = Obligations(Profile.R3, frozenset({"iin", "person"}), frozenset({OpenScope.REQUESTER}))


class Writer:
    """A write side that must not be reached."""

    async def attach_master(self, *_: object, entry: EntryDraft) -> Document:
        raise AssertionError


def documents_of(world: World) -> Documents:
    writer: Any = Writer()
    return Documents(world.gate, writer)


async def got(world: World) -> Document:
    """Return what a requester gets of d-1, the same by name and in a list."""
    documents = documents_of(world)
    one = await documents.get(a_requester("person:stranger"), "d-1")
    page, _ = await documents.list(a_requester("person:stranger"), DocumentFilter(), "", 5)
    assert page == (one,)
    return one


@pytest.mark.parametrize("obligations", [R0, R1])
async def test_a_description_is_whole_where_its_names_may_be_read(obligations: Obligations) -> None:
    world = a_world()
    world.catalogue.documents["d-1"] = a_document(title=NAMED)
    world.point.obligations = obligations
    document = await got(world)
    assert (document.title, document.persons, document.master_sha256) == (NAMED, ("p-1", "p-2"), MASTER_SHA)
    assert world.ledger.entries[0].draft.profile == obligations.profile.value


@pytest.mark.parametrize("obligations", [R3, Obligations(Profile.R5, frozenset({"person"}), metadata_only=True)])
async def test_a_description_keeps_names_back_where_persons_are_hidden(obligations: Obligations) -> None:
    world = a_world()
    world.catalogue.documents["d-1"] = a_document(title=NAMED)
    world.point.obligations = obligations
    document = await got(world)
    assert (document.title, document.persons) == ("", ())
    assert document.master_sha256 == ""
    assert document.master_size == 0
    assert document.cipher == a_document().cipher


@pytest.mark.parametrize("title", ["Карточка 991231500006", "Хат name@example.kz", "Тел. 8 727 000-00-00"])
async def test_a_title_with_a_number_is_kept_back_where_numbers_are_hidden(title: str) -> None:
    world = a_world()
    world.catalogue.documents["d-1"] = a_document(title=PrivateText(title))
    world.point.obligations = R1
    assert (await got(world)).title == ""
    world.point.obligations = R0
    assert (await got(world)).title == title


async def test_an_upload_to_another_archives_document_answers_as_for_none() -> None:
    world = a_world()
    stranger = Principal(
        PrincipalKind.PERSON, PrivateText("person:x"), frozenset({"archivist"}), Assurance.HIGH, {"archive": "other"}
    )
    documents = documents_of(world)
    for document_id in ("d-1", "d-none"):
        with pytest.raises(NotFound):
            await documents.upload(stranger, document_id, MASTER_SHA, 4, nothing())
    with pytest.raises(MethodForbidden):
        await documents.create(stranger, a_document("d-2"))


async def test_asking_for_a_name_that_is_taken_leaves_a_trace() -> None:
    world = a_world()

    class Taken(Writer):
        async def create_document(self, *_: object, entry: EntryDraft) -> Document:
            raise AlreadyExists

    writer: Any = Taken()
    archivist = Principal(
        PrincipalKind.PERSON, PrivateText("person:x"), frozenset({"archivist"}), Assurance.HIGH, {"archive": "central"}
    )
    with pytest.raises(AlreadyExists) as caught:
        await Documents(world.gate, writer).create(archivist, a_document("d-taken"))
    (entry,) = world.ledger.entries
    assert (entry.draft.event, entry.draft.outcome) == (Event.ADDITION, EntryOutcome.REFUSED)
    assert caught.value.entry == f"auditEntries/{entry.entry_id}"


async def test_additions_come_to_the_writer_together_with_their_entry() -> None:
    world, given = a_world(), list[EntryDraft]()

    class Keeping(Writer):
        async def create_document(self, document: Document, request_id: str, *, entry: EntryDraft) -> Document:
            given.append(entry)
            return document

        async def attach_master(self, *_: object, entry: EntryDraft) -> Document:
            given.append(entry)
            return a_document()

    async def put(*_: object) -> bool:
        return True

    world.gate.masters.put = put  # type: ignore[assignment,method-assign]
    writer: Any = Keeping()
    archivist = Principal(
        PrincipalKind.PERSON, PrivateText("person:x"), frozenset({"archivist"}), Assurance.HIGH, {"archive": "central"}
    )
    await Documents(world.gate, writer).create(archivist, a_document("d-2", master_sha256=""))
    await Documents(world.gate, writer).upload(archivist, "d-1", "ab" * 32, 4, nothing())
    assert [(entry.reason, entry.document, entry.master_sha256) for entry in given] == [
        ("ADDITION.DOCUMENT", "d-2", ""),
        ("ADDITION.MASTER", "d-1", "ab" * 32),
    ]
    assert not world.ledger.entries, "the writer stores them"


async def nothing() -> AsyncIterator[bytes]:
    """Yield nothing."""
    return
    yield b""


async def test_the_number_of_queries_of_a_page_does_not_grow_with_a_smaller_page() -> None:
    world = a_world()
    world.catalogue.documents = {f"d-{n:03}": a_document(f"d-{n:03}") for n in range(300)}
    world.point.discover = False
    asked: list[int] = []
    listed = world.catalogue.list_documents

    async def list_documents(only: DocumentFilter, after: str, limit: int) -> tuple[Document, ...]:
        asked.append(limit)
        return await listed(only, after, limit)

    world.catalogue.list_documents = list_documents  # type: ignore[method-assign]
    assert await documents_of(world).list(a_requester(), DocumentFilter(), "", 1) == ((), "")
    assert len(asked) <= 4


async def test_a_long_list_lets_others_have_their_turn() -> None:
    world, turns = a_world(), 0
    world.catalogue.documents |= {name: a_document(name) for name in (f"d-{number:02}" for number in range(40))}

    async def others() -> None:
        nonlocal turns
        while True:
            turns += 1
            await asyncio.sleep(0)

    beside = asyncio.ensure_future(others())
    page, _ = await documents_of(world).list(a_requester(), DocumentFilter(), "", 40)
    beside.cancel()
    assert turns >= len(page) == 40
