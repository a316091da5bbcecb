"""The client for asyncio, against a real server: the same answers and errors as the synchronous one."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from qupia_client import (
    Access,
    AsyncClient,
    Client,
    Credentials,
    Forbidden,
    InvalidRequest,
    NotFound,
    Question,
    Unauthenticated,
    Unavailable,
)
from qupia_client.aio_policies import AsyncPolicies
from qupia_client.policies import Policies
from tests.support.live import OWNER, LightRedactor, Live, live, own_data, prepare, settings_of

pytestmark = pytest.mark.enable_socket

SIZE = 1 << 20


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Live]:
    settings = settings_of(tmp_path_factory.mktemp("home"))
    prepare(settings)
    with live(settings, LightRedactor(size=SIZE).started) as running:
        yield running


def person(server: Live, subject: str = OWNER, role: str = "citizen") -> AsyncClient:
    return AsyncClient(server.ports.persons, Credentials(server.ca_file, token=server.token(subject, role)))


async def test_a_file_comes_whole_and_checked(server: Live, tmp_path: Path) -> None:
    told: list[tuple[int, int]] = []
    async with person(server) as client, await client.disclose(**own_data("doc-1")) as answer:
        assert answer.decision.allowed
        saved = await answer.save(tmp_path / "out.pdf", lambda done, size: told.append((done, size)))
        with pytest.raises(RuntimeError):
            await answer.read()
    with server.client() as plain, plain.disclose(**own_data("doc-1")) as same:
        assert saved.read_bytes() == same.read()
    assert told[-1] == (answer.size, answer.size)
    assert saved == tmp_path / "out.pdf"


async def test_calls_give_what_the_plain_client_gives(server: Live) -> None:
    async with person(server) as client:
        questions = [Question(name, purpose="protect_rights", ground="own_data") for name in ("doc-1", "none-such")]
        checked = await client.check("doc-1", purpose="protect_rights", ground="own_data")
        first, second = await client.batch_check(questions)
        names = [document.name async for document in client.documents(page_size=2)]
        one = await client.document("doc-1")
    with server.client() as plain:
        assert [document.name for document in plain.documents()] == names
        assert plain.document("doc-1") == one
        assert plain.check("doc-1", purpose="protect_rights", ground="own_data").decision == checked.decision
    assert isinstance(first, Access)
    assert isinstance(second, NotFound)
    async with person(server, "person:auditor", "auditor") as auditor:
        newest = await anext(aiter(auditor.audit_entries(document="doc-1")))
        assert await auditor.audit_entry(newest.name) == newest
        assert (await auditor.explain(newest.name)).audit_entry == newest.name


async def test_errors_are_those_of_the_plain_client(server: Live, tmp_path: Path) -> None:
    async with person(server) as client:
        with pytest.raises(NotFound):
            await client.disclose(**own_data("none-such"))
        with pytest.raises(Forbidden) as forbidden:
            await anext(aiter(client.audit_entries()))
        with pytest.raises(InvalidRequest) as invalid:
            await client.document("documents/NO GOOD NAME")
        with pytest.raises(ValueError, match="PurposeCode"):
            await client.check("doc-1", purpose="no such")
    assert forbidden.value.entry
    assert "name" in invalid.value.fields
    async with AsyncClient(server.ports.services, Credentials(server.ca_file)) as nobody:
        with pytest.raises(Unauthenticated, match="certificate"):
            await nobody.document("doc-1")
    async with AsyncClient("127.0.0.1:1", Credentials(server.ca_file)) as away:
        with pytest.raises(Unavailable):
            await away.disclose(**own_data("doc-1"))


async def test_leaving_early_breaks_the_call_off(server: Live) -> None:
    async with person(server) as client:
        async with await client.disclose(**own_data("doc-2")) as answer:
            assert await anext(aiter(answer))
        assert repr(answer) == f"AsyncDisclosure({answer.receipt.audit_entry}, {answer.size} bytes)"


def test_both_clients_have_the_same_methods() -> None:
    def public(kind: type) -> set[str]:
        return {name for name in vars(kind) if not name.startswith("_")}

    assert public(Client) - public(AsyncClient) == {"over"}
    assert public(AsyncClient) <= public(Client)
    assert public(AsyncPolicies) == public(Policies)
