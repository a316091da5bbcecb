"""Why a word is hidden, and why another one stays."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from qupia_redaction import jsonl
from qupia_redaction.detect import Finder
from qupia_redaction.listed import LABEL, with_lists
from qupia_redaction.model import ListKind
from qupia_redaction.recognizers.explain import NotHidden
from qupia_redaction.terms.wordlists import word_list

TEXT = "Судья Образцов П.Л. прочёл дело Ф. 12 Оп. 3 Д. 45. Гр. Үлгіев Сынақ, тел. 5-12-34, живёт в Караганде и 1-22-33."


@pytest.mark.parametrize(
    ("word", "reason"),
    [
        ("Образцов", NotHidden.OFFICIAL),
        ("45", NotHidden.CIPHER),
        ("тел", NotHidden.NOTHING_SEEN),
        ("Караганде", NotHidden.OTHER_KIND),
    ],
)
def test_a_word_that_stays_has_a_reason(finder: Finder, word: str, reason: NotHidden) -> None:
    kept = {TEXT[k.start : k.end]: k for k in finder.explain(TEXT).kept}
    assert kept[word].reason is reason


def test_a_weak_look_is_told_with_its_score(finder: Finder) -> None:
    text = "на складе 1-22-33 мешка"
    kept = next(k for k in finder.explain(text).kept if text[k.start : k.end].startswith("1-22"))
    assert (kept.reason, kept.by) == (NotHidden.BELOW_THRESHOLD, "phone")
    assert 0 < kept.best < 0.5


def test_what_is_hidden_is_not_kept(finder: Finder) -> None:
    told = finder.explain(TEXT)
    assert not {"Үлгіев", "Сынақ", "5-12-34"} & {TEXT[k.start : k.end] for k in told.kept}
    assert "phone" in told.looked


def test_a_word_nearby_raises_a_score(finder: Finder) -> None:
    text = "звонить 5-12-34"
    look = next(s for s in finder.explain(text).seen if s.recognizer == "phone")
    assert (look.before, look.score, look.context) == (0.2, 0.7, "звонить")


def test_the_command_tells_no_text(finder: Finder) -> None:
    shown = json.dumps(jsonl._not_hidden(finder.explain(TEXT), ()), ensure_ascii=False)
    assert "Образцов" not in shown
    assert "OFFICIAL" in shown


def test_a_word_list_adds_and_frees_and_says_so(finder: Finder, tmp_path: Path) -> None:
    files = {kind: tmp_path / f"{kind.value}.txt" for kind in ListKind}
    files[ListKind.HIDE].write_text("Караганда\n", encoding="utf-8")
    files[ListKind.KEEP].write_text("Үлгіев Сынақ\n", encoding="utf-8")
    found, left = with_lists(TEXT, finder.entities(TEXT), tuple(word_list(kind, file) for kind, file in files.items()))
    hidden = {(e.label, TEXT[e.start : e.end]) for e in found if e.private}
    assert (LABEL, "Караганде") in hidden
    assert not any("Үлгіев" in text for _, text in hidden)
    kept = jsonl._not_hidden(finder.explain(TEXT), left)["kept"]
    freed = [TEXT[k["start"] : k["end"]] for k in kept if k["reason"] == "WORD_LIST"]
    assert [text.strip(" .") for text in freed] == ["Үлгіев Сынақ"]
