"""The demo as a new user runs it: the main job ends well, and what it leaves is right."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pypdfium2
import pytest
from PIL import Image

from qupia_server.demo.asks import Ask, read_asks
from qupia_server.demo.words import word
from tests.support.seeds import read_lines

pytestmark = [pytest.mark.enable_socket, pytest.mark.slow]

LANGUAGES = ("ru", "kk", "en")
LONGEST = 600
OPEN = "researcher-old"
"""The request whose document is past its term: nothing is hidden in it."""


@dataclass(frozen=True)
class Ended:
    """A demo that has ended: its language, folder, exit code and what it printed."""

    language: str
    out: Path
    code: int
    said: str

    def pdf(self, number: int, ask: Ask) -> Path:
        return self.out / f"{number:02d}-{ask.ask_id}.pdf"


def run(language: str, out: Path, *arguments: str) -> Ended:
    command = [sys.executable, "-m", "qupia_server.cli", "demo", "--language", language, "--out", str(out), *arguments]
    environment = {"COLUMNS": "200", "PATH": "/usr/local/bin:/usr/bin:/bin", "LANG": "C.UTF-8", "HOME": str(out.parent)}
    done = subprocess.run(command, capture_output=True, text=True, timeout=LONGEST, check=False, env=environment)
    return Ended(language, out, done.returncode, done.stdout + done.stderr)


@pytest.fixture(scope="module")
def endings(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, Ended]:
    """The whole sample archive in each language, two servers at a time: most of the time goes into its scans."""
    folders = [tmp_path_factory.mktemp(f"demo-{language}") / "out" for language in LANGUAGES]
    with ThreadPoolExecutor(2) as pool:
        return dict(zip(LANGUAGES, pool.map(run, LANGUAGES, folders), strict=True))


@pytest.fixture(params=LANGUAGES)
def ended(request: pytest.FixtureRequest, endings: Mapping[str, Ended]) -> Ended:
    return endings[request.param]


@pytest.fixture
def asks(ended: Ended) -> tuple[Ask, ...]:
    return read_asks(ended.out / "archive" / "requests.yaml")


def test_every_request_ends_as_its_data_say(ended: Ended, asks: tuple[Ask, ...]) -> None:
    assert f"({word('unexpected', ended.language)}:" not in ended.said, ended.said
    assert ended.code == 0, ended.said
    for ask in asks:
        assert ask.document in ended.said
    for key in ("who", "document", "decision", "rule", "hidden", "entry", "time"):
        assert word(key, ended.language) in ended.said


def test_each_allowed_request_leaves_a_pdf_and_a_picture_and_no_other_does(ended: Ended, asks: tuple[Ask, ...]) -> None:
    for number, ask in enumerate(asks, 1):
        pdf = ended.pdf(number, ask)
        allowed = ask.expect == "allowed"
        assert (pdf.exists(), pdf.with_suffix(".png").exists()) == (allowed, allowed), ask.ask_id
        if allowed:
            with Image.open(pdf.with_suffix(".png")) as picture:
                assert min(picture.size) > 100
                assert len(set(picture.convert("L").resize((64, 64)).tobytes())) > 2
            with pypdfium2.PdfDocument(pdf) as document, pypdfium2.PdfDocument(master(ended, ask)) as before:
                assert len(document) - len(before) in {0, 1}, "the legend, where something is hidden"


def master(ended: Ended, ask: Ask) -> Path:
    return ended.out / "archive" / f"{ask.document}.pdf"


def text_of(pdf: Path) -> str:
    with pypdfium2.PdfDocument(pdf) as document:
        pages = [page.get_textpage().get_text_bounded() for page in document]
    return " ".join(" ".join(pages).replace("\ufffe", "-").split())


def renditions_for_research(ended: Ended, asks: tuple[Ask, ...]) -> Iterator[tuple[Mapping[str, Any], str, str]]:
    """Yield gold, text before and text after of what researchers got of closed documents; a scan has no text before."""
    gold = {row["document"]: row for row in read_lines(ended.out / "archive" / "gold.jsonl")}
    for number, ask in enumerate(asks, 1):
        if ask.ground == "research" and ask.expect == "allowed" and ask.ask_id != OPEN:
            yield gold[ask.document], text_of(master(ended, ask)), text_of(ended.pdf(number, ask))


def test_depersonalised_renditions_lose_what_must_go_and_keep_what_must_stay(
    ended: Ended, asks: tuple[Ask, ...]
) -> None:
    must_stay, lost = 0, []
    for gold, before, after in renditions_for_research(ended, asks):
        if before:
            assert [phrase for phrase in gold["hide"] if phrase in before], "the gold is about this text"
            assert [phrase for phrase in gold["hide"] if phrase in after] == []
            # Word by word: the rebuilt page may hold its lines in another order.
            words = [word for phrase in gold["keep"] if phrase in before for word in phrase.split()]
            must_stay += len(words)
            lost += [word for word in words if word not in after]
    assert must_stay > 100
    assert len(lost) <= must_stay // 50, lost


def test_depersonalised_scans_lose_what_must_go(ended: Ended, asks: tuple[Ask, ...]) -> None:
    scans = 0
    for gold, before, after in renditions_for_research(ended, asks):
        if not before:
            scans += 1
            assert after, "the rendition of a scan can be searched"
            assert [phrase for phrase in gold["hide"] if phrase in after] == []
    assert scans


def test_a_persons_own_document_shows_the_person_and_hides_the_others(ended: Ended, asks: tuple[Ask, ...]) -> None:
    number, ask = next((number, ask) for number, ask in enumerate(asks, 1) if ask.ask_id == "data-subject-certificate")
    rows = read_lines(ended.out / "archive" / "catalogue.jsonl")
    persons = {row["id"]: row for row in rows if row["type"] == "person"}
    before, after = text_of(master(ended, ask)), text_of(ended.pdf(number, ask))
    own = persons["p-0001"]
    numbers = {row["iin"] for row in persons.values() if row.get("iin") and row["iin"] in before}
    assert own["iin"] in numbers
    assert {one for one in numbers if one in after} == {own["iin"]}


def test_on_a_file_of_ones_own(endings: Mapping[str, Ended], tmp_path: Path) -> None:
    document = endings["ru"].out / "archive" / "d-0002.pdf"
    own = run("en", tmp_path / "out", "--doc", str(document))
    assert own.code == 0, own.said
    for key in ("who", "decision", "entry", "refused", "allowed", "left"):
        assert word(key, "en") in own.said
    assert len(list(own.out.glob("*.pdf"))) == 3
    assert len(list(own.out.glob("*.png"))) == 3
