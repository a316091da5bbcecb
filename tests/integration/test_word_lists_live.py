"""Word lists of an archive shape what its server releases; a list with a fault is a recorded refusal."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path

import pytest

from qupia_client import Refused
from tests.support.live import Live, live, prepare, settings_of
from tests.support.typeset import text_of, typeset, upload

TEXT = "Собрание слушало рассказ о кличке Жолбарыс.\nМұхтар Әуезов келді. Ермек Тасболатов келді.\nКонец записи."

pytestmark = [pytest.mark.enable_socket]


@pytest.fixture
def lists(tmp_path: Path) -> Path:
    folder = tmp_path / "lists"
    (folder / "test-archive").mkdir(parents=True)
    (folder / "test-archive" / "hide.txt").write_text("# прозвища\nЖолбарыс\n", encoding="utf-8")
    (folder / "keep.txt").write_text("Мұхтар Әуезов\n", encoding="utf-8")
    return folder


@pytest.fixture
def server(tmp_path: Path, lists: Path) -> Iterator[Live]:
    settings = settings_of(tmp_path / "home", word_lists=lists)
    prepare(settings)
    with live(settings) as running:
        yield running


def recorded(server: Live) -> tuple[str, ...]:
    """Return the lists that the entry of the last disclosure names."""
    return next(one.draft.word_lists for one in reversed(server.entries()) if one.draft.rendition_size)


def test_lists_of_the_archive_shape_what_leaves_and_a_faulty_one_refuses(
    server: Live, lists: Path, tmp_path: Path
) -> None:
    with server.client("person:keeper", "archivist", archive="test-archive") as archivist:
        typeset(TEXT, tmp_path / "master.pdf")
        name = upload(archivist, tmp_path / "master.pdf")
    with server.client("person:scholar", "researcher") as scholar:
        first, second = tmp_path / "first.pdf", tmp_path / "second.pdf"
        with scholar.disclose(name, purpose="research", ground="research") as answer:
            answer.save(first)
        assert answer.decision.hidden_counts
        read = text_of(first)
        assert "Жолбарыс" not in read
        assert "Тасболатов" not in read
        assert "Мұхтар Әуезов" in read
        assert sorted(recorded(server)) == sorted(
            f"{file.stem}:{hashlib.sha256(file.read_bytes()).hexdigest()}" for file in lists.rglob("*.txt")
        )

        (lists / "keep.txt").write_text("# никого\n", encoding="utf-8")
        with scholar.disclose(name, purpose="research", ground="research") as answer:
            answer.save(second)
        assert "Әуезов" not in text_of(second)

        (lists / "keep.txt").write_bytes(b"\xff\xfe")
        with pytest.raises(Refused) as refused:
            scholar.disclose(name, purpose="research", ground="research").__enter__()
    assert refused.value.reason == "OBLIGATION_UNFULFILLABLE"
    assert server.entries()[-1].draft.reason.startswith("OBLIGATION_UNFULFILLABLE")
