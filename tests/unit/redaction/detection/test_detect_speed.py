"""What was made quicker finds what it found before."""

from __future__ import annotations

import numpy as np
import pytest
from presidio_analyzer import Pattern
from slovnet.exec.model import CRF, Weight

from qupia_redaction.model import Category
from qupia_redaction.nlp.russian import likely_tags
from qupia_redaction.recognizers.pattern import CheckedPatternRecognizer, Definition


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
