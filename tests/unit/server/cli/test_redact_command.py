"""What `qupia redact` promises to scripts: exit codes, whole files or none, reports without a value."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pymupdf
import pytest
from typer.testing import CliRunner, Result

from qupia_redaction.errors import RedactionRefused, RefusalCode
from qupia_redaction.model import (
    Category,
    Language,
    Limits,
    MarkRecord,
    Method,
    ReasonCode,
    RedactionOrder,
    RenditionKind,
    Report,
)
from qupia_redaction.rendition import CheckedRendition, issue
from qupia_server.cli import application
from qupia_server.cli import batch as batch_module

TERM = "Үлгіев Сынақ"
RECORD = MarkRecord(1, Category.TERM, Method.MASK, ReasonCode.OWN_TERM, "term", 1.0)


def _pdf() -> bytes:
    with pymupdf.open() as document:
        document.new_page(width=72, height=72)
        return bytes(document.tobytes())


class FakePool:
    """Answers without workers: refuses what begins with `bad`, dies on request."""

    orders: list[RedactionOrder]
    pools: list[dict[str, Any]]

    def __init__(self, size: int, limits: Limits, finder: str) -> None:
        self.limits = limits
        self.pools.append({"size": size, "finder": finder, "seconds": limits.max_seconds})

    async def start(self) -> None:
        pass

    async def close(self) -> None:
        pass

    async def redact(self, master: bytes, order: RedactionOrder, told: Callable[[str], None]) -> CheckedRendition:
        self.orders.append(order)
        told("read")
        if master.startswith(b"bad"):
            raise RedactionRefused(RefusalCode.LEAK_FOUND, 3, "text")
        return issue(_pdf(), Report(pages=1, marks={Category.TERM: 1}, records=(RECORD,), channels={"text": "clean"}))


@pytest.fixture
def pool(monkeypatch: pytest.MonkeyPatch) -> type[FakePool]:
    kind = type("Pool", (FakePool,), {"orders": [], "pools": []})
    monkeypatch.setattr(batch_module, "WorkerPool", kind)
    return kind


def run(*arguments: object) -> Result:
    return CliRunner().invoke(application, ["redact", *map(str, arguments)])


@pytest.fixture
def master(tmp_path: Path) -> Path:
    file = tmp_path / "in.pdf"
    file.write_bytes(b"%PDF-")
    return file


def test_a_rendition_is_written_whole_and_nothing_beside_it(pool: type[FakePool], master: Path, tmp_path: Path) -> None:
    out, report = tmp_path / "out.pdf", tmp_path / "report.json"

    done = run(master, out, "--term", TERM, "--report", report)

    assert done.exit_code == 0, done.output
    assert out.read_bytes().startswith(b"%PDF-")
    assert out.stat().st_mode & 0o077 == 0
    assert {file.name for file in tmp_path.iterdir()} == {"in.pdf", "out.pdf", "report.json"}
    told = json.loads(report.read_text(encoding="utf-8"))
    assert told["outcome"] == "redacted"
    assert told["marks"] == [
        {"page": 1, "category": "term", "method": "mask", "reason": "T", "recognizer": "term", "score": 1.0}
    ]
    assert told["channels"] == {"text": "clean"}
    assert {"seconds", "sha256", "pages"} <= told.keys()


def test_a_refusal_leaves_no_result_not_even_an_older_one(pool: type[FakePool], master: Path, tmp_path: Path) -> None:
    out, report = tmp_path / "out.pdf", tmp_path / "report.json"
    out.write_bytes(b"an older result")
    master.write_bytes(b"bad")

    done = run(master, out, "--report", report)

    assert done.exit_code == 3
    assert not out.exists()
    assert done.stderr.strip() == "qupia: refused: LEAK_FOUND on page 3 (text)"
    told = json.loads(report.read_text(encoding="utf-8"))
    assert told["outcome"] == "refused"
    assert told["reason"] == {"code": "LEAK_FOUND", "page": 3, "channel": "text"}


def test_terms_come_from_options_and_a_file(pool: type[FakePool], master: Path, tmp_path: Path) -> None:
    terms = tmp_path / "terms.txt"
    terms.write_bytes("\ufeffБірінші\r\n\n  Екінші \n".encode())

    done = run(
        master, tmp_path / "o.pdf", "--term", TERM, "--terms-file", terms, "--terms-only", "--plain", "--ui", "kk"
    )

    assert done.exit_code == 0, done.output
    (order,) = pool.orders
    assert [term.reveal() for term in order.terms] == [TERM, "Бірінші", "Екінші"]
    assert (order.terms_only, order.plain, order.hide, order.language) == (True, True, frozenset(), Language.KK)
    assert "no_finder" in pool.pools[0]["finder"], "no models are loaded that nobody asks"


def test_terms_come_from_standard_input(pool: type[FakePool], master: Path, tmp_path: Path) -> None:
    arguments = ["redact", str(master), str(tmp_path / "o.pdf"), "--terms-file", "-", "--terms-only"]

    done = CliRunner().invoke(application, arguments, input="Бірінші\nЕкінші\n")

    assert done.exit_code == 0, done.output
    assert [term.reveal() for term in pool.orders[0].terms] == ["Бірінші", "Екінші"]


@pytest.mark.parametrize(
    ("profile", "hidden", "kept"),
    [
        ("R0", set(), {Category.PERSON, Category.IIN}),
        ("R1", {Category.IIN}, {Category.PERSON, Category.HEALTH}),
        ("R2", {Category.IIN, Category.HEALTH}, {Category.PERSON}),
        ("R3", {Category.IIN, Category.HEALTH, Category.PERSON}, {Category.PASSAGE}),
    ],
)
def test_profiles(
    pool: type[FakePool], master: Path, tmp_path: Path, profile: str, hidden: set[Category], kept: set[Category]
) -> None:
    assert run(master, tmp_path / "o.pdf", "--profile", profile).exit_code == 0
    (order,) = pool.orders
    assert hidden <= order.hide
    assert not kept & order.hide


def test_an_extract_is_about_somebody(pool: type[FakePool], master: Path, tmp_path: Path) -> None:
    assert run(master, tmp_path / "o.pdf", "--profile", "R4").exit_code == 2
    assert run(master, tmp_path / "o.pdf", "--profile", "R4", "--person", TERM).exit_code == 0
    (order,) = pool.orders
    assert order.extract_only
    assert order.open_persons == {person.person_id for person in order.persons}


@pytest.mark.parametrize(("form", "kind"), [("pdf-raster", RenditionKind.PDF_RASTER), ("text", RenditionKind.TEXT)])
def test_forms(pool: type[FakePool], master: Path, tmp_path: Path, form: str, kind: RenditionKind) -> None:
    assert run(master, tmp_path / "o", "--rendition", form).exit_code == 0
    assert pool.orders[0].rendition is kind


def test_a_picture_of_a_page_comes_out_as_png(pool: type[FakePool], master: Path, tmp_path: Path) -> None:
    assert run(master, tmp_path / "o.png", "--rendition", "png").exit_code == 0
    assert (tmp_path / "o.png").read_bytes().startswith(b"\x89PNG")
    assert run(master, tmp_path / "o.png", "--rendition", "png", "--page", "2").exit_code == 3
    assert not (tmp_path / "o.png").exists()


def test_methods_are_named_by_category(pool: type[FakePool], master: Path, tmp_path: Path) -> None:
    key = "k" * 16
    done = run(
        master, tmp_path / "o.pdf", "--method", "person=pseudonymise", "--method", "birth_date=generalise",
        "--project-key", key,
    )  # fmt: skip
    assert done.exit_code == 0, done.output
    assert dict(pool.orders[0].methods) == {
        Category.PERSON: Method.PSEUDONYMISE,
        Category.BIRTH_DATE: Method.GENERALISE,
    }
    assert run(master, tmp_path / "o.pdf", "--method", "person=pseudonymise").exit_code == 2
    assert run(master, tmp_path / "o.pdf", "--method", "person=lose").exit_code == 2
    told = run(master, tmp_path / "o.pdf", "--method", "adoption=remove")
    assert told.exit_code == 2, "a mark that says so, or none, would tell"


def test_single_categories_are_taken_out_of_what_a_profile_hides(
    pool: type[FakePool], master: Path, tmp_path: Path
) -> None:
    assert run(master, tmp_path / "o.pdf", "--show", "nationality", "--show", "phone").exit_code == 0
    assert run(master, tmp_path / "o.pdf", "--hide", "health", "--hide", "family", "--show", "health").exit_code == 0
    first, second = pool.orders
    assert {Category.RELIGION, Category.HEALTH, Category.PERSON} <= first.hide
    assert not {Category.NATIONALITY, Category.SPECIAL, Category.PHONE} & first.hide
    assert second.hide == {Category.FAMILY}
    assert run(master, tmp_path / "o.pdf", "--show", "nationalty").exit_code == 2


WRONG: list[tuple[str, Callable[[Path, Path], tuple[object, ...]]]] = [
    ("no result named", lambda one, folder: (one,)),
    ("three files", lambda one, folder: (one, folder / "a.pdf", folder / "b.pdf")),
    ("no such input", lambda one, folder: (folder / "none.pdf", folder / "a.pdf")),
    ("in place", lambda one, folder: (one, one)),
    ("a folder as result", lambda one, folder: (one, folder)),
    ("the report over the input", lambda one, folder: (one, folder / "a.pdf", "--report", one)),
    ("nothing to hide", lambda one, folder: (one, folder / "a.pdf", "--terms-only")),
    ("no such terms", lambda one, folder: (one, folder / "a.pdf", "--terms-file", folder / "none.txt")),
    ("terms in a folder", lambda one, folder: (one, folder / "a.pdf", "--terms-file", folder)),
    ("a term of nothing", lambda one, folder: (one, folder / "a.pdf", "--term", "—")),
    ("unknown profile", lambda one, folder: (one, folder / "a.pdf", "--profile", "R9")),
    ("unknown language", lambda one, folder: (one, folder / "a.pdf", "--ui", "de")),
    ("two results of one name", lambda one, folder: ("--out-dir", folder / "d", one, one)),
    ("results over inputs", lambda one, folder: ("--out-dir", folder, one)),
]


@pytest.mark.parametrize("arguments", [case for _, case in WRONG], ids=[name for name, _ in WRONG])
def test_wrong_usage_touches_nothing(
    pool: type[FakePool], master: Path, tmp_path: Path, arguments: Callable[[Path, Path], tuple[object, ...]]
) -> None:
    done = run(*arguments(master, tmp_path))

    assert done.exit_code == 2, done.output
    assert [file.name for file in tmp_path.iterdir()] == ["in.pdf"]
    assert master.read_bytes() == b"%PDF-"
    assert pool.pools == []


def test_several_files_go_through_one_pool(pool: type[FakePool], tmp_path: Path) -> None:
    files = [tmp_path / f"{name}.pdf" for name in ("a", "b", "c")]
    for file in files:
        file.write_bytes(b"bad" if file.stem == "b" else b"%PDF-")

    done = run("--out-dir", tmp_path / "out", "--report", tmp_path / "r.json", "--jobs", 2, *files)

    assert done.exit_code == 3
    assert sorted(file.name for file in (tmp_path / "out").iterdir()) == ["a.pdf", "c.pdf"]
    assert "b.pdf: refused: LEAK_FOUND on page 3" in done.stderr
    told = json.loads((tmp_path / "r.json").read_text(encoding="utf-8"))
    assert told["outcome"] == "refused"
    assert [(one["file"], one["outcome"]) for one in told["files"]] == [
        ("a.pdf", "redacted"), ("b.pdf", "refused"), ("c.pdf", "redacted"),
    ]  # fmt: skip
    assert [made["size"] for made in pool.pools] == [2]


def test_a_full_disk_leaves_nothing(
    pool: type[FakePool], master: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(handle: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)

    done = run(master, tmp_path / "out.pdf")

    assert done.exit_code == 1
    assert "No space left" in done.stderr
    assert [file.name for file in tmp_path.iterdir()] == ["in.pdf"]


def test_a_report_that_cannot_be_written_is_a_fault(
    pool: type[FakePool], master: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(target: Path, data: bytes) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("qupia_server.cli.redact.write_private", full)
    done = run(master, tmp_path / "out.pdf", "--report", tmp_path / "r.json")
    assert done.exit_code == 1
    assert done.stderr.strip() == "qupia: No space left on device"


def test_the_stamp_takes_cipher_and_request(pool: type[FakePool], master: Path, tmp_path: Path) -> None:
    assert run(master, tmp_path / "out.pdf", "--cipher", "Ф. 1", "--request", "r-7").exit_code == 0
    assert (pool.orders[0].cipher, pool.orders[0].request) == ("Ф. 1", "r-7")


def test_no_value_is_printed_or_reported(pool: type[FakePool], master: Path, tmp_path: Path) -> None:
    report = tmp_path / "report.json"
    for content in (b"%PDF-", b"bad"):
        master.write_bytes(content)
        done = run(master, tmp_path / "out.pdf", "--term", TERM, "--password", TERM, "--report", report)
        shown = done.output + report.read_text(encoding="utf-8")
        assert not any(part in shown for part in TERM.split())


def test_word_lists_are_read_before_the_work_begins(pool: type[FakePool], tmp_path: Path) -> None:
    (tmp_path / "in.pdf").write_bytes(_pdf())
    (tmp_path / "hide.txt").write_text(f"# клички\n{TERM}\n", encoding="utf-8")
    (tmp_path / "bad.txt").write_text("сөз\n—\n", encoding="utf-8")
    files = [str(tmp_path / "in.pdf"), str(tmp_path / "out.pdf")]
    good = CliRunner().invoke(application, ["redact", *files, "--hide-list", str(tmp_path / "hide.txt")])
    assert good.exit_code == 0
    assert [(one.kind.value, Path(one.path).name) for one in pool.orders[0].lists] == [("hide", "hide.txt")]
    bad = CliRunner().invoke(application, ["redact", *files, "--keep-list", str(tmp_path / "bad.txt")])
    assert bad.exit_code == 2
    assert "line 2" in bad.output
    assert len(pool.orders) == 1
