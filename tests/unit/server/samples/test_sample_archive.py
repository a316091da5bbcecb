"""The sample archive: true to its catalogue, true to its gold, and the same bytes each time."""

from __future__ import annotations

import hashlib
import json
import os
import re
import subprocess
import sys
from functools import cache
from pathlib import Path
from typing import Any

import pypdfium2
import pytest
import zxingcpp
from fontTools.ttLib import TTFont

from qupia_server.adapters.catalogue_import import read_catalogue
from qupia_server.samples.paper import Paper
from qupia_server.samples.papers import PAPERS
from qupia_server.samples.sheet import Face, Picture, Text, font_path, width

IDS = [f"d-{number:04}" for number in range(1, 18)]
MAX_SCAN_BYTES = 600_000


@cache
def papers() -> dict[str, Paper]:
    return {paper.document_id: paper for paper in (make() for make in PAPERS)}


SCANS = [name for name, paper in papers().items() if paper.look is not None]
TEXTS = [name for name, paper in papers().items() if paper.look is None]


def collapsed(text: str) -> str:
    return re.sub(r"\s+", " ", text)


def drawn_text(paper: Paper) -> str:
    return collapsed(" ".join(thing.text for sheet in paper.sheets for thing in sheet.drawn if isinstance(thing, Text)))


def digests(folder: Path) -> dict[str, str]:
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in sorted(folder.iterdir())}


def test_same_bytes_in_another_process(archive: Path, tmp_path: Path) -> None:
    code = (
        "import sys, pathlib; from qupia_server.samples import build_archive; build_archive(pathlib.Path(sys.argv[1]))"
    )
    environment = os.environ | {"PYTHONHASHSEED": "7", "TZ": "Asia/Almaty", "LC_ALL": "C"}
    subprocess.run([sys.executable, "-c", code, str(tmp_path)], check=True, env=environment)
    assert digests(tmp_path) == digests(archive)


def test_every_document_has_its_file_and_its_gold(archive: Path, rows: dict[str, list[dict[str, Any]]]) -> None:
    gold = [json.loads(line) for line in (archive / "gold.jsonl").read_text(encoding="utf-8").splitlines()]
    assert [row["document"] for row in gold] == IDS == [row["id"] for row in rows["document"]]
    assert all((archive / row["file"]).is_file() for row in rows["document"])
    assert all(row["hide"] and row["keep"] for row in gold)


@pytest.mark.parametrize("name", TEXTS)
def test_text_of_the_file_carries_all_gold(archive: Path, name: str) -> None:
    with pypdfium2.PdfDocument(archive / f"{name}.pdf") as pdf:
        text = collapsed(" ".join(page.get_textpage().get_text_bounded() for page in pdf))
    gold = papers()[name].gold
    assert [phrase for phrase in gold.hide | gold.keep | gold.special if collapsed(phrase) not in text] == []


@pytest.mark.parametrize("name", SCANS)
def test_drawn_text_of_the_scan_carries_all_gold(name: str) -> None:
    paper = papers()[name]
    text = drawn_text(paper)
    wanted = paper.gold.hide | paper.gold.keep | paper.gold.special
    assert [phrase for phrase in wanted if collapsed(phrase) not in text] == []


@pytest.mark.parametrize("name", IDS)
def test_nothing_hidden_stands_in_what_is_kept(name: str) -> None:
    gold = papers()[name].gold
    clashes = [(secret, kept) for secret in gold.hide for kept in gold.keep | gold.either if secret in kept]
    assert clashes == []


@pytest.mark.parametrize("name", IDS)
def test_no_mark_is_left_in_the_drawn_text(name: str) -> None:
    assert not re.search(r"[{}<>~\[\]]", drawn_text(papers()[name]))


@pytest.mark.parametrize("name", IDS)
def test_nothing_is_drawn_outside_the_sheet(name: str) -> None:
    for sheet in papers()[name].sheets:
        for thing in sheet.drawn:
            if isinstance(thing, Text):
                assert 0 <= thing.x <= sheet.size[0] - width(thing.text, thing.face, thing.size)
                assert thing.size <= thing.y < sheet.size[1]


@pytest.mark.parametrize("face", list(Face))
def test_typefaces_cover_all_texts(face: Face) -> None:
    signs = {
        sign
        for paper in papers().values()
        for sheet in paper.sheets
        for thing in sheet.drawn
        if isinstance(thing, Text) and thing.face is face
        for sign in thing.text
    }
    with TTFont(font_path(face)) as font:
        assert signs
        assert {sign for sign in signs if ord(sign) not in font.getBestCmap()} == set()


@pytest.mark.parametrize("name", SCANS)
def test_scan_is_one_picture_without_text(archive: Path, name: str) -> None:
    path = archive / f"{name}.pdf"
    with pypdfium2.PdfDocument(path) as pdf:
        (page,) = pdf
        (image,) = page.get_objects()
        wide, _ = image.get_px_size()
        assert page.get_textpage().get_text_bounded().strip() == ""
        assert 149 <= wide / page.get_width() * 72 <= 301
    assert path.stat().st_size < MAX_SCAN_BYTES


def test_scans_are_many_skewed_and_of_several_resolutions() -> None:
    looks = [look for paper in papers().values() if (look := paper.look)]
    assert len(looks) >= 5
    assert {look.dpi for look in looks} == {150, 200, 300}
    assert {look.colour for look in looks} == {True, False}
    assert all(look.skew and look.noise for look in looks)


def test_volume_has_sixty_pages_in_two_languages(archive: Path) -> None:
    with pypdfium2.PdfDocument(archive / "d-0013.pdf") as pdf:
        texts = [page.get_textpage().get_text_bounded() for page in pdf]
    assert len(texts) == 60
    assert {"БҰЙРЫҚ" in text for text in texts} == {True, False}


def test_certificate_codes_repeat_the_identifier(archive: Path) -> None:
    with pypdfium2.PdfDocument(archive / "d-0008.pdf") as pdf:
        picture = pdf[0].render(scale=3).to_pil().convert("L")
    read = [code.text for code in zxingcpp.read_barcodes(picture)]
    assert len(read) == 2
    assert all("991231600002" in text for text in read)
    assert sum(isinstance(thing, Picture) for thing in papers()["d-0008"].sheets[0].drawn) == 2


def test_secrecy_stamp_is_on_the_page_but_not_in_the_catalogue(rows: dict[str, list[dict[str, Any]]]) -> None:
    (record,) = [row for row in rows["document"] if row["id"] == "d-0014"]
    assert record["secrecy"] == "none"
    assert "СОВЕРШЕННО СЕКРЕТНО" in drawn_text(papers()["d-0014"])


def test_the_import_takes_every_row(archive: Path) -> None:
    catalogue = read_catalogue(archive / "catalogue.jsonl")
    assert [document.document_id for document in catalogue.rows.documents] == IDS
    assert len(catalogue.files) == len(IDS)
    assert len(catalogue.rows.archives) == 2


def test_rows_refer_only_to_rows_before_them(archive: Path) -> None:
    seen: set[tuple[str, ...]] = set()
    for line in (archive / "catalogue.jsonl").read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        assert references(row) <= seen
        place = tuple(row[key] for key in ("archive", "fonds", "opis", "number") if key in row)
        seen.add((row["id"],) if "id" in row else place)


def references(row: dict[str, Any]) -> set[tuple[str, ...]]:
    keys = {
        "fonds": ("archive",),
        "opis": ("archive", "fonds"),
        "item": ("archive", "fonds", "opis"),
        "document": ("archive", "fonds", "opis", "item"),
        "kinship": ("person",),
        "permission": ("person",),
    }.get(row["type"], ())
    found = {tuple(row[key] for key in keys)} if keys else set()
    found |= {(person,) for person in row.get("persons", ())}
    return found | ({(row["document"],)} if row["type"] == "permission" else set())


def test_persons_concerned_stand_on_the_pages(rows: dict[str, list[dict[str, Any]]]) -> None:
    names = {row["id"]: row["names"] for row in rows["person"]}
    for row in rows["document"]:
        text = drawn_text(papers()[row["id"]])
        for person in row["persons"]:
            stems = [word[:-2] for name in names[person] for word in name.split()[:2]]
            assert any(stem in text for stem in stems), (row["id"], person)


def test_identifiers_are_nobodys(rows: dict[str, list[dict[str, Any]]]) -> None:
    numbers = {row["iin"] for row in rows["person"] if row["iin"]}
    for paper in papers().values():
        numbers |= {phrase for phrase in paper.gold.hide if re.fullmatch("[0-9]{12}", phrase)}
    assert all(number.startswith("991231") or number == "450640000003" for number in numbers)
    assert all(check_digit(number) == int(number[11]) for number in numbers)


def check_digit(number: str) -> int:
    digits = [int(sign) for sign in number[:11]]
    for weights in (range(1, 12), (3, 4, 5, 6, 7, 8, 9, 10, 11, 1, 2)):
        rest = sum(digit * weight for digit, weight in zip(digits, weights, strict=True)) % 11
        if rest < 10:
            return rest
    return -1
