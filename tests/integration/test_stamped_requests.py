"""Where each copy must be told apart, its pages bear the id of the request that its audit entry names."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path

import pytest

from qupia_client import Client
from tests.support.live import Live, live, prepare, settings_of
from tests.support.typeset import text_of, typeset, upload

TEXT = "Собрание слушало рассказ.\nЕрмек Тасболатов келді.\nКонец записи."
ASKED = "6b0f0f5e-3b1c-4f7e-9d55-0a4c2f1d7e90"

pytestmark = [pytest.mark.enable_socket]


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Live]:
    settings = settings_of(tmp_path / "home", stamp_requests=True)
    prepare(settings)
    with live(settings) as running:
        yield running


def copy(scholar: Client, name: str, target: Path, request_id: str | None = None) -> bytes:
    with scholar.disclose(name, purpose="research", ground="research", request_id=request_id) as answer:
        answer.save(target)
    assert answer.request_id in text_of(target)
    return target.read_bytes()


def test_each_copy_bears_its_request_and_a_repeat_is_the_same_copy(server: Live, tmp_path: Path) -> None:
    with server.client("person:keeper", "archivist", archive="test-archive") as archivist:
        typeset(TEXT, tmp_path / "master.pdf")
        name = upload(archivist, tmp_path / "master.pdf")
    with server.client("person:scholar", "researcher") as scholar:
        first = copy(scholar, name, tmp_path / "first.pdf", ASKED)
        again = copy(scholar, name, tmp_path / "again.pdf", ASKED)
        other = copy(scholar, name, tmp_path / "other.pdf")

    assert first == again != other
    allowed = [e.draft for e in server.entries() if e.draft.rendition_sha256]
    entries = {draft.rendition_sha256: draft.request_id for draft in allowed}
    assert entries[hashlib.sha256(first).hexdigest()] == ASKED
    assert entries[hashlib.sha256(other).hexdigest()] not in {"", ASKED}
    assert not list((tmp_path / "home").rglob("renditions/*"))
