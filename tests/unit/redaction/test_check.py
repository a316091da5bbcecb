"""The check alone: it refuses whatever tells, and only it makes renditions."""

from __future__ import annotations

import ast
import io
import pickle
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pikepdf
import pytest

import qupia_redaction
from qupia_redaction.check import Expected, check
from qupia_redaction.check.folding import fold
from qupia_redaction.errors import RedactionRefused, RefusalCode
from qupia_redaction.mark.marking import Marked
from qupia_redaction.model import Box, Category, Language, Mark, PrivateText, Report
from qupia_redaction.pipeline import _instead, redact
from qupia_redaction.plan.labels import label
from tests.unit.redaction.pdfs.build import (
    LATIN_SECRET,
    LIMITS,
    ORDER,
    SECRET,
    NoOcr,
    TermFinder,
    changed,
    latin,
    redrawn,
    typed,
)  # fmt: skip


def _clean() -> bytes:
    return redact(latin(), replace(ORDER, plain=True), LIMITS, TermFinder(), NoOcr()).data


def _expected(secret: str = LATIN_SECRET, kept: str = "", pages: int = 1) -> Expected:
    return Expected(pages, {1: [PrivateText(secret)]}, {1: PrivateText(kept)})


def _refusal(data: bytes, expected: Expected) -> RefusalCode:
    with pytest.raises(RedactionRefused) as caught:
        check(data, expected, lambda: Report(1), NoOcr())
    return caught.value.code


def _bare(data: bytes) -> bytes:
    """Take catalog and trailer down to what the structure check lets through."""

    def strip(pdf: pikepdf.Pdf) -> None:
        for key in [key for key in pdf.Root.keys() if key not in {"/Type", "/Pages"}]:  # noqa: SIM118
            del pdf.Root[key]
        for page in pdf.pages:
            for key in [key for key in page.obj.keys() if key not in {"/Type", "/MediaBox", "/Resources", "/Contents"}]:  # noqa: SIM118
                del page.obj[key]
        if "/Info" in pdf.trailer:
            del pdf.trailer["/Info"]

    return changed(data, strip)


def test_clean_output_passes() -> None:
    rendition = check(_clean(), _expected(), lambda: Report(1), NoOcr())

    assert len(rendition.sha256) == 64
    assert pickle.loads(pickle.dumps(rendition)).sha256 == rendition.sha256  # noqa: S301 - our own bytes


def test_text_that_stayed_is_found() -> None:
    assert _refusal(_bare(latin()), _expected()) is RefusalCode.LEAK_FOUND
    assert _refusal(_bare(typed()), _expected(SECRET)) is RefusalCode.LEAK_FOUND


def test_another_case_and_other_spaces_are_found() -> None:
    data = _bare(latin([LATIN_SECRET.upper().replace(" ", "   ")]))

    assert _refusal(data, _expected()) is RefusalCode.LEAK_FOUND


def test_half_a_name_is_found() -> None:
    assert _refusal(_bare(latin(["Mr Sarybaev is here"])), _expected()) is RefusalCode.LEAK_FOUND


def test_what_is_kept_elsewhere_is_no_trace() -> None:
    data = _bare(latin([f"the street of {LATIN_SECRET}"]))

    assert check(data, _expected(kept=f"the street of {LATIN_SECRET}"), lambda: Report(1), NoOcr()).report.pages == 1


def test_once_more_than_kept_is_a_trace() -> None:
    data = _bare(latin([f"the street of {LATIN_SECRET}", LATIN_SECRET]))

    assert _refusal(data, _expected(kept=f"the street of {LATIN_SECRET}")) is RefusalCode.LEAK_FOUND


@pytest.mark.parametrize("language", list(Language))
def test_our_own_print_is_no_trace_of_words_like_it(language: Language) -> None:
    """A hidden text may hold the very words that marks bear, and a mark may stand more often than the text did."""
    words = [label(category, language) for category in Category]
    sheet = _bare(typed([text for text in words for _ in range(2)]))
    secrets = {1: [PrivateText(text) for text in (*words, " ".join(words))]}
    labelled = Expected(1, secrets, {1: PrivateText("")}, labels=words)

    assert check(sheet, labelled, lambda: Report(1), NoOcr()).report.pages == 1
    assert _refusal(sheet, replace(labelled, labels=())) is RefusalCode.LEAK_FOUND


def test_a_secret_that_only_holds_a_label_is_a_trace() -> None:
    data = _bare(latin(["Mr Phonestar and the phone"]))

    assert _refusal(data, replace(_expected("Phonestar"), labels=("phone",))) is RefusalCode.LEAK_FOUND


def _raw(pdf: pikepdf.Pdf) -> None:
    page = pdf.pages[0].obj
    page["/Resources"]["/Private"] = pdf.make_stream(b"xx" + LATIN_SECRET.encode("utf-16-be"))


def _hex(pdf: pikepdf.Pdf) -> None:
    pdf.pages[0].obj["/Resources"]["/Private"] = pdf.make_stream(LATIN_SECRET.encode().hex().encode())


@pytest.mark.parametrize("change", [_raw, _hex])
def test_bytes_in_streams_are_found(change: Callable[[pikepdf.Pdf], None]) -> None:
    assert _refusal(_bare(changed(_clean(), change)), _expected()) is RefusalCode.LEAK_FOUND


def test_bytes_after_the_end_are_found() -> None:
    assert _refusal(_clean() + b"\n" + LATIN_SECRET.encode(), _expected()) is RefusalCode.LEAK_FOUND


@pytest.mark.parametrize(
    ("place", "key"), [("root", "/Names"), ("root", "/Outlines"), ("page", "/Thumb"), ("page", "/AA")]
)
def test_foreign_keys_are_refused(place: str, key: str) -> None:
    def add(pdf: pikepdf.Pdf) -> None:
        (pdf.Root if place == "root" else pdf.pages[0].obj)[key] = pikepdf.Dictionary(X=1)

    assert _refusal(_bare_but(add), _expected()) is RefusalCode.UNKNOWN_CONTENT


def _bare_but(add: Callable[[pikepdf.Pdf], None]) -> bytes:
    with pikepdf.open(io.BytesIO(_clean())) as pdf:
        add(pdf)
        buffer = io.BytesIO()
        pdf.save(buffer)
        return buffer.getvalue()


def test_a_lost_page_is_refused() -> None:
    assert _refusal(_clean(), _expected(pages=2)) is RefusalCode.READERS_DISAGREE


def test_a_mark_that_is_not_dark_is_a_leak() -> None:
    expected = Expected(1, {}, {}, (Mark(1, Box(72, 300, 200, 320), Category.PERSON),))

    assert _refusal(_clean(), expected) is RefusalCode.LEAK_FOUND


def test_a_reader_that_fails_refuses() -> None:
    assert _refusal(b"%PDF-1.7 nothing", _expected()) in {RefusalCode.ENGINE_ERROR, RefusalCode.READERS_DISAGREE}


def test_a_broken_redactor_is_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    def give_up(refusal: RedactionRefused, *_: object) -> None:
        raise refusal

    monkeypatch.setattr("qupia_redaction.pdf.apply._apply", lambda page, rects, touch: None)
    monkeypatch.setattr("qupia_redaction.pipeline._instead", give_up)
    with pytest.raises(RedactionRefused) as caught:
        redact(typed(), ORDER, LIMITS, TermFinder(), NoOcr())

    assert caught.value.code is RefusalCode.LEAK_FOUND
    assert SECRET not in str(caught.value)


def test_a_page_whose_marks_are_not_safe_becomes_pixels_and_no_other() -> None:
    marked, fault = Marked(b"", {}, ()), RefusalCode.LEAK_FOUND

    assert _instead(RedactionRefused(fault, 2, "under_marks"), marked, frozenset({1})) == {1, 2}
    for other in (RedactionRefused(fault, 2, "text"), RedactionRefused(fault, None, "marks")):
        with pytest.raises(RedactionRefused):
            _instead(other, marked, frozenset())


def test_white_letters_are_a_trace_for_the_check() -> None:
    data = redrawn(latin(["nothing"]), lambda d: d[0].insert_text((72, 400), LATIN_SECRET, color=(1, 1, 1)))

    assert _refusal(_bare(data), _expected()) is RefusalCode.LEAK_FOUND


def test_folding_joins_alphabets() -> None:
    assert fold("С а-р.ы") == fold("Сары")
    assert fold("Ерлан") == fold("EРЛАН")


def test_only_the_check_issues_renditions() -> None:
    callers = []
    for path in Path(qupia_redaction.__path__[0]).rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            names = [alias.name for alias in node.names] if isinstance(node, ast.ImportFrom) else []
            callers += [path.name] * names.count("issue")
    assert sorted(callers) == ["checker.py", "text.py"]


def test_the_check_uses_no_engine_of_the_redactor() -> None:
    for path in (Path(qupia_redaction.__path__[0]) / "check").glob("*.py"):
        text = path.read_text(encoding="utf-8")
        assert "import pymupdf" not in text
        assert "qupia_redaction.pdf" not in text
        assert "qupia_redaction.nlp" not in text
        assert "qupia_redaction.detect" not in text
