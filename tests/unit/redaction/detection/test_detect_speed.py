"""What was made quicker finds what it found before."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from presidio_analyzer import Pattern
from slovnet.exec.model import CRF, Weight

from qupia_redaction.model import Category
from qupia_redaction.nlp.fold import fold
from qupia_redaction.nlp.russian import RussianNames, likely_tags
from qupia_redaction.nlp.shown import Shown
from qupia_redaction.recognizers import classes, passages
from qupia_redaction.recognizers.pattern import CheckedPatternRecognizer, Definition
from training.papers import in_capitals, read_papers


@pytest.mark.parametrize("longest", [1, 2, 9])
def test_tags_are_those_that_slovnet_finds(longest: int) -> None:
    rng = np.random.default_rng(longest)
    scores = rng.normal(size=(4, longest, 5)).astype(np.float32)
    transitions = rng.normal(size=(5, 5)).astype(np.float32)
    mask = np.arange(longest) < np.array([longest, 1, (longest + 1) // 2, longest])[:, None]
    crf = CRF(Weight((5, 5), "float32", transitions))
    assert list(likely_tags(scores, mask, transitions)) == [tags.tolist() for tags in crf.decode(scores, mask)]


def test_a_pattern_is_searched_where_the_text_has_what_it_needs() -> None:
    patterns = (Pattern("any", "[a-z]+", 0.9), Pattern("marked", r"\w+[@#]\w+", 0.9))
    reader = CheckedPatternRecognizer(Definition("x", Category.EMAIL, patterns[1:], needs={"marked": ("@", "#")}))
    assert [(r.start, r.end) for r in reader.analyze("ab a@b", [Category.EMAIL.value])] == [(3, 6)]
    assert [(r.start, r.end) for r in reader.analyze("ab a#b", [Category.EMAIL.value])] == [(3, 6)]
    never = CheckedPatternRecognizer(Definition("x", Category.EMAIL, patterns[:1], needs={"any": ("@",)}))
    assert never.analyze("ab", [Category.EMAIL.value]) == []


def test_layers_give_the_scores_of_slovnet_but_for_the_last_digits() -> None:
    infer = RussianNames()._infer
    words = [["Үлгілі", "Сынақбек", "приехал", "в", "Москву", ",", "1950"], ["да"], ["Нет", "и", "нет"]]
    [inputs] = infer.encoder(words)
    expected = infer.model(inputs.word_id, inputs.shape_id, inputs.pad_mask)
    assert np.allclose(infer._layers.scores(inputs), expected, atol=1e-3)


def test_passages_are_found_as_with_all_words_in_one_pattern(monkeypatch: pytest.MonkeyPatch) -> None:
    texts = [fold(text).text for paper in read_papers()[::8] for text in (paper.text, in_capitals(paper.text))]
    shown = [[*passages.passages(text, [], [], Shown(text))] for text in texts]
    rules, guards = passages._rules()
    assert any(rule.told != rule.whole for rule in rules)
    whole = tuple(replace(rule, told=rule.whole) for rule in rules)
    monkeypatch.setattr(passages, "_rules", lambda: (whole, guards))
    assert shown == [[*passages.passages(text, [], [], Shown(text))] for text in texts]
    assert sum(map(len, shown)) > 100


def test_classes_are_told_as_by_searching_for_each() -> None:
    lines = [line for paper in read_papers()[::4] for line in fold(paper.text).text.splitlines()]
    asked = [[c for c, words in classes._words() if words.search(line)] for line in lines]
    assert [list(classes._told(line)) for line in lines] == asked
    assert sum(map(bool, asked)) > 200
