"""Import files: everything or nothing, every bad row by its line, not one value quoted."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import AsyncIterable, Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from qupia_server.adapters.catalogue_fields import ROW_FIELDS
from qupia_server.adapters.catalogue_import import BadRows, import_catalogue, read_catalogue
from qupia_server.disclosure.records import (
    Appraisal,
    ArchiveKind,
    CatalogueRows,
    Certainty,
    Life,
    RelationKind,
    Secrecy,
    SecretKind,
)
from qupia_server.disclosure.scribe import Scribe
from qupia_server.errors import InvalidRequest
from qupia_server.ledger.entry import EntryDraft, EntryOutcome, Event
from tests.support.fakes import FakePseudonyms

SECRET = "Сәуле Қайратқызы"
DOCUMENT = {
    "type": "document",
    "id": "letter-1",
    "archive": "central",
    "fonds": 12,
    "opis": "3",
    "item": "45",
    "sheets": "6",
    "kind": "letter",
    "form": "electronic_copy",
    "title": SECRET,
    "created_from": "1949-01-01",
    "created_to": "1949-12-31",
    "certainty": "approximate",
    "accession_date": "2025-11-03",
    "secrecy": "none",
    "ownership": "state",
    "private_life": "yes",
    "persons": ["person-1"],
    "file": "masters/letter.pdf",
}
ROWS: list[dict[str, object]] = [
    {"type": "archive", "id": "central", "title": "Central", "kind": "central"},
    {"type": "fonds", "archive": "central", "number": "12", "title": "F"},
    {"type": "opis", "archive": "central", "fonds": "12", "number": "3", "title": "O"},
    {"type": "item", "archive": "central", "fonds": "12", "opis": "3", "number": "45", "title": "I"},
    {"type": "person", "id": "person-1", "names": [SECRET, "Сауле"], "iin": "991231600002", "life": "alive"},
    DOCUMENT,
    {"type": "kinship", "person": "person-1", "relative": "user:1", "relation": "heir", "proven": True, "proof": "c"},
    {
        "type": "permission",
        "person": "person-1",
        "signer": "person-1",
        "grantee": "user:2",
        "document": "letter-1",
        "valid_from": "2026-01-01",
        "revoked_at": "2026-02-01T10:00:00+05:00",
    },
]


Writer = Callable[[Path, list[Any]], Path]


def write_json(folder: Path, rows: Sequence[object]) -> Path:
    path = folder / "catalogue.jsonl"
    path.write_text("\n".join(json.dumps(row, ensure_ascii=False) for row in rows), encoding="utf-8")
    return path


def write_csv(folder: Path, rows: Sequence[Mapping[str, object]]) -> Path:
    names = list(dict.fromkeys(name for row in rows for name in row))
    lines = [",".join(names)]
    for row in rows:
        cells = [row.get(name, "") for name in names]
        lines.append(",".join(_cell(cell) for cell in cells))
    path = folder / "catalogue.csv"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8-sig")
    return path


def _cell(cell: object) -> str:
    if isinstance(cell, list):
        return "|".join(cell)
    return str(cell).lower() if isinstance(cell, bool) else str(cell)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "masters").mkdir()
    (tmp_path / "masters" / "letter.pdf").write_bytes(b"%PDF-")
    return tmp_path


def problems_of(path: Path) -> list[tuple[int, str]]:
    with pytest.raises(BadRows) as caught:
        read_catalogue(path)
    shown = repr(caught.value) + "".join(problem.sentence for problem in caught.value.problems)
    assert SECRET not in shown
    return [(problem.line, problem.sentence) for problem in caught.value.problems]


def test_csv_and_json_lines_say_the_same(folder: Path) -> None:
    seen: list[int] = []
    found = read_catalogue(write_json(folder, ROWS), seen.append)
    assert seen == list(range(1, 9))
    assert read_catalogue(write_csv(folder, ROWS)) == found
    assert found.files == (("letter-1", folder / "masters" / "letter.pdf"),)
    rows = found.rows
    assert [len(getattr(rows, name)) for name in CatalogueRows.__dataclass_fields__] == [1] * 8
    document, person = rows.documents[0], rows.persons[0]
    assert document.title.reveal() == SECRET
    assert (document.cipher.fonds, document.secrecy, document.persons) == ("12", Secrecy.NONE, ("person-1",))
    assert (document.created.latest, document.created.certainty) == (dt.date(1949, 12, 31), Certainty.APPROXIMATE)
    assert ([name.reveal() for name in person.names], person.life) == ([SECRET, "Сауле"], Life.ALIVE)
    assert (rows.kinships[0].relation, rows.kinships[0].proven) == (RelationKind.HEIR, True)
    assert rows.permissions[0].revoked_at == dt.datetime(2026, 2, 1, 5, tzinfo=dt.UTC)


def test_every_bad_row_is_named_by_line(folder: Path) -> None:
    rows: list[object] = [
        *ROWS,
        ROWS[0],
        {"type": SECRET},
        {"type": "person", "id": SECRET, "iin": SECRET, "life": SECRET},
        [SECRET],
        {"type": "archive", "id": "x", "title": "t", "kind": "central", "names": SECRET, SECRET: SECRET},
        {**DOCUMENT, "id": "d2", "secrecy": "", "created_from": SECRET, "file": ""},
        {**DOCUMENT, "id": "d3", "certainty": "unknown"},
        {**DOCUMENT, "id": "d4", "created_from": "1950-01-01"},
        {**DOCUMENT, "id": "d5", "file": f"{SECRET}.pdf"},
        {**DOCUMENT, "id": "d6", "file": "../../../etc/passwd"},
        {"type": "archive", "id": "y", "title": "a\nb", "kind": "central"},
        {"type": "archive", "id": "z", "title": {"x": SECRET}, "kind": "central"},
        {"type": "kinship", "person": "p", "relative": "u", "relation": "heir", "proven": "maybe"},
    ]
    vocabulary = "archive, fonds, opis, item, person, document, kinship, permission"
    contradiction = "Fields created_from, created_to and certainty contradict each other."
    not_a_row = "The line is not a row: one JSON object of plain values, or as many cells as the header."
    assert problems_of(write_json(folder, rows)) == [
        (9, "The same archive stands in an earlier line."),
        (10, f"Field type must be one of {vocabulary}."),
        (11, "Field id must be 1 to 63 characters a-z, 0-9 or -, and not begin with -."),
        (11, "Field iin must be 12 digits."),
        (11, "Field life must be one of alive, deceased, unknown."),
        (12, not_a_row),
        (13, "Field names is not one of this type."),
        (13, "A field is unknown."),
        (14, "Field created_from must be a day written YYYY-MM-DD."),
        (14, "Field secrecy must not be empty."),
        (15, contradiction),
        (16, contradiction),
        (17, "Field file leads to no file."),
        (18, "Field file leads to outside the folder of the catalogue."),
        (19, "Field title holds control characters."),
        (20, not_a_row),
        (21, "Field proven must be true or false."),
    ]


ODD = "12\u200b"
"""An id with a blank that nobody sees: facts that hold it are refused."""


@pytest.mark.parametrize("written", [write_json, write_csv])
def test_an_id_that_the_rules_do_not_read_is_named_by_line_and_field(folder: Path, written: Writer) -> None:
    rows = [
        *ROWS[:5],
        {**DOCUMENT, "id": "d1", "file": "", "item": ODD},
        {**DOCUMENT, "id": "d2", "file": ""},
        {"type": "fonds", "archive": "central", "number": ODD},
        {"type": "opis", "archive": "central", "fonds": "12", "number": "٣"},
        {"type": "item", "archive": "central", "fonds": ODD, "opis": "№", "number": "45"},
        {**DOCUMENT, "id": "d3", "file": "", "opis": "1" * 65},
    ]
    plain = (
        "must be written with Latin, Russian or Kazakh letters, digits 0 to 9 and plain punctuation, "
        "with one letter or digit."
    )
    first = 1 + (written is write_csv)
    assert [(line - first, sentence) for line, sentence in problems_of(written(folder, rows))] == [
        (5, f"Field item {plain}"),
        (7, f"Field number {plain}"),
        (8, f"Field number {plain}"),
        (9, f"Field fonds {plain}"),
        (9, f"Field opis {plain}"),
        (10, "Field opis is longer than 64 characters."),
    ]


def test_a_link_does_not_lead_out_of_the_folder(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    outside = tmp_path_factory.mktemp("outside") / "secret.pdf"
    outside.write_bytes(b"x")
    (folder / "link.pdf").symlink_to(outside)
    lines = problems_of(write_json(folder, [{**DOCUMENT, "file": "link.pdf"}]))
    assert lines == [(1, "Field file leads to outside the folder of the catalogue.")]


@pytest.mark.parametrize(
    ("name", "data", "line"),
    [
        ("c.csv", b"type,id\narchive\n", 2),
        ("c.csv", b'type,id\narchive,"a\n', 2),
        ("c.csv", f"type,id\narchive,{SECRET}".encode("cp1251", "replace") + b"\xff\n", 1),
        ("c.jsonl", b"{}\n[", 1),
        ("c.jsonl", b"[" * 200_000, 1),
        ("c.jsonl", b'{"type":"' + b"x" * 2_000_000, 1),
        ("c.jsonl", b'{"type":"archive","id":' + b"9" * 10_000 + b"}", 1),
        ("c.jsonl", b'{"type":"archive","id":"a","title":"\\ud800","kind":"central"}', 1),
    ],
    ids=["short", "quote", "encoding", "json", "nested", "long", "digits", "surrogate"],
)
def test_damaged_files_are_problems_not_crashes(tmp_path: Path, name: str, data: bytes, line: int) -> None:
    path = tmp_path / name
    path.write_bytes(data)
    assert problems_of(path)[0][0] == line


def test_problems_are_bounded(tmp_path: Path) -> None:
    assert len(problems_of(write_json(tmp_path, [{}] * 5_000))) == 1_000


ENTRY = Scribe(FakePseudonyms()).imported("uid-7", "ab" * 32, {"documents": 2, "persons": 0})


@pytest.mark.parametrize("written", [write_json, write_csv])
def test_the_entry_of_an_import_names_the_file_by_its_digest_and_nobody(folder: Path, written: Writer) -> None:
    path = written(folder, ROWS)
    found = read_catalogue(path)
    assert found.sha256 == hashlib.sha256(path.read_bytes()).hexdigest()
    entry = Scribe(FakePseudonyms()).imported("uid-7", found.sha256, found.counts)
    assert (entry.event, entry.outcome, entry.requester_role) == (Event.ADDITION, EntryOutcome.ALLOWED, "operator")
    assert entry.body_digest == found.sha256
    assert entry.hidden == dict.fromkeys((*CatalogueRows.__dataclass_fields__, "masters"), 1)
    assert not {SECRET, "uid-7", "letter-1", "person-1", "991231600002"} & set(str(entry).split("'"))


class Recorder:
    """A catalogue and a store that keep what they are given."""

    def __init__(self, error: Exception | None = None) -> None:
        self.rows: list[CatalogueRows] = []
        self.masters: dict[str, bytes] = {}
        self.entries: list[EntryDraft] = []
        self._error = error

    async def put(self, chunks: AsyncIterable[bytes], sha256: str, size: int) -> bool:
        data = b"".join([chunk async for chunk in chunks])
        assert (hashlib.sha256(data).hexdigest(), len(data)) == (sha256, size)
        assert not self.rows  # masters first: a document never points at nothing
        self.masters[sha256] = data
        return True

    async def add(self, rows: CatalogueRows, *, entry: EntryDraft) -> None:
        if self._error:
            raise self._error
        self.rows.append(rows)
        self.entries.append(entry)


async def test_masters_go_first_and_documents_carry_their_digest(folder: Path) -> None:
    found, target = read_catalogue(write_json(folder, ROWS)), Recorder()
    seen: list[int] = []
    assert await import_catalogue(found, target, target, ENTRY, seen.append) == 1  # type: ignore[arg-type]
    document = target.rows[0].documents[0]
    assert (document.master_sha256, document.master_size) == (hashlib.sha256(b"%PDF-").hexdigest(), 5)
    assert target.masters[document.master_sha256] == b"%PDF-"
    assert seen == [1]
    assert target.entries == [ENTRY]


async def test_a_refused_row_is_told(folder: Path) -> None:
    target = Recorder(InvalidRequest({"item": "There is no item central/12/3/45."}))
    with pytest.raises(InvalidRequest):
        await import_catalogue(read_catalogue(write_json(folder, ROWS)), target, target, ENTRY)  # type: ignore[arg-type]
    assert target.rows == []


def test_what_is_noted_for_the_rules_is_read(tmp_path: Path) -> None:
    (tmp_path / "masters").mkdir()
    (tmp_path / "masters" / "letter.pdf").write_bytes(b"%PDF")
    noted = {
        "secret_kinds": ["bank", "tax"], "owner_catalogue": True, "owner_restricted_until": "2069-12-31",
        "transfer_date": "2000-01-01", "blocked": True, "repression": True, "procedural": False, "children": True,
        "in_state_system": True,
    }  # fmt: skip
    said = {"third_party": False, "cross_border": True, "notice": True, "kdp_token": "t", "kdp_valid_to": "2030-01-01"}
    rows = [*ROWS[:5], DOCUMENT | noted, ROWS[6], ROWS[7] | said]
    found = read_catalogue(write_json(tmp_path, rows)).rows
    assert found.documents[0].appraisal == Appraisal(
        frozenset({SecretKind.BANK, SecretKind.TAX}), True, dt.date(2069, 12, 31), dt.date(2000, 1, 1), True, True,
        False, True, True,
    )  # fmt: skip
    given = found.permissions[0]
    assert (given.third_party, given.cross_border, given.notice) == (False, True, True)
    assert (given.kdp_token, given.kdp_valid_to) == ("t", dt.date(2030, 1, 1))
    plain = read_catalogue(write_json(tmp_path, ROWS)).rows
    assert plain.documents[0].appraisal == Appraisal()
    none = read_catalogue(write_json(tmp_path, [*ROWS[:5], DOCUMENT | {"secret_kinds": "none"}, *ROWS[6:]])).rows
    assert none.documents[0].appraisal.secret_kinds == frozenset()


@pytest.mark.parametrize(
    "said",
    [
        {"owner_restricted_until": "2070-01-02", "transfer_date": "2000-01-01"},
        {"owner_restricted_until": "2030-01-01"},
        {"owner_restricted_until": "1999-12-31", "transfer_date": "2000-01-01"},
        {"secret_kinds": ["bank", "none"]},
        {"secret_kinds": ["state"]},
        {"procedural": "maybe"},
    ],
)
def test_what_no_owner_may_set_and_no_word_of_the_vocabulary_is_refused(
    tmp_path: Path, said: dict[str, object]
) -> None:
    (tmp_path / "masters").mkdir()
    (tmp_path / "masters" / "letter.pdf").write_bytes(b"%PDF")
    with pytest.raises(BadRows) as refused:
        read_catalogue(write_json(tmp_path, [*ROWS[:5], DOCUMENT | said, *ROWS[6:]]))
    assert [problem.line for problem in refused.value.problems] == [6]


def test_the_page_for_archivists_names_every_field_and_word() -> None:
    page = (Path(__file__).resolve().parents[4] / "server" / "CATALOGUE.md").read_text(encoding="utf-8")
    for kind, named in ROW_FIELDS.items():
        assert f"`{kind}`" in page
        assert {name for name in named if f"`{name}`" not in page} == set()
    for vocabulary in (ArchiveKind, Life, RelationKind, SecretKind):
        assert {word for word in vocabulary if word.value not in page} == set()
