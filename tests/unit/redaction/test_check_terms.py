"""A term that stays in sight stops the rendition, even where the finder saw nothing to hide."""

from __future__ import annotations

import pytest

from qupia_redaction.check import Channel, Expected, check_text
from qupia_redaction.check.terms import OwnTerms
from qupia_redaction.errors import RedactionRefused, RefusalCode
from qupia_redaction.model import PrivateText, RedactionOrder, Report
from qupia_redaction.pipeline import redact
from qupia_redaction.workers.no_finder import build as no_finder
from tests.unit.redaction.pdfs.build import KEPT, LATIN_SECRET, LIMITS, SECRET, NoOcr, redrawn, text_of, typed


def terms(*texts: str, printed: tuple[str, ...] = ()) -> OwnTerms:
    return OwnTerms(Expected(1, terms=tuple(map(PrivateText, texts)), printed=printed))


@pytest.mark.parametrize(
    "text",
    [
        f"Гражданин {SECRET} принят", f"({SECRET.upper()}),", " ".join(SECRET), SECRET.replace("а", "a"),
        SECRET.replace(" ", ""), f"один\r\n{SECRET}\r\nдва",
    ],
)  # fmt: skip
def test_a_term_is_seen_as_whole_words(text: str) -> None:
    assert terms(SECRET).stand_in(text)


@pytest.mark.parametrize(
    ("term", "text"),
    [
        ("Иванов", "Ивановский район"),
        ("Ли", "Полина и Липа"),
        ("103", "10 3 и 1030"),
        ("Ли", "Ли-\r\nмон, по-\r\nли"),
        (SECRET, SECRET.split()[0]),
    ],
)
def test_other_words_are_not(term: str, text: str) -> None:
    assert not terms(term).stand_in(text)


def test_our_own_words_excuse_a_term() -> None:
    assert terms("копия").stand_in("производная копия")
    assert not terms("копия", printed=("производная копия",)).stand_in("производная копия")


def test_a_finder_that_misses_a_term_is_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    order = RedactionOrder(frozenset(), terms=(PrivateText(SECRET),), terms_only=True, plain=True)
    assert KEPT in text_of(redact(typed(), order, LIMITS, no_finder(), NoOcr()).data)

    monkeypatch.setattr("qupia_redaction.pipeline.find_terms", lambda pages, terms, layout: ())
    with pytest.raises(RedactionRefused) as caught:
        redact(typed(), order, LIMITS, no_finder(), NoOcr())
    assert (caught.value.code, caught.value.page, caught.value.channel) == (
        RefusalCode.LEAK_FOUND, 1, Channel.TEXT.value,
    )  # fmt: skip


def test_a_text_with_a_term_does_not_leave() -> None:
    expected = Expected(1, {}, {1: PrivateText(LATIN_SECRET)}, terms=(PrivateText(LATIN_SECRET),))
    with pytest.raises(RedactionRefused):
        check_text({1: LATIN_SECRET}, expected, lambda: Report(pages=1))


def test_unseen_letters_that_stay_are_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    order = RedactionOrder(frozenset(), terms=(PrivateText("Ыбырай"),), terms_only=True, plain=True)
    hidden = redrawn(typed(), lambda pdf: pdf[0].insert_text((72, 300), f"saw {LATIN_SECRET}", color=(1, 1, 1)))
    assert LATIN_SECRET not in text_of(redact(hidden, order, LIMITS, no_finder(), NoOcr()).data)

    monkeypatch.setattr("qupia_redaction.pdf.apply.erase_unseen", lambda page, unseen, segments: None)
    with pytest.raises(RedactionRefused) as caught:
        redact(hidden, order, LIMITS, no_finder(), NoOcr())
    assert caught.value.channel == Channel.TEXT.value
