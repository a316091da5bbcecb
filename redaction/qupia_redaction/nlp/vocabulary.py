"""Whether a word is one of the languages' own: in the Russian dictionary, or met in small letters when training."""

from __future__ import annotations

from qupia_redaction.nlp.features import small_words, stem_of
from qupia_redaction.nlp.keys import key
from qupia_redaction.nlp.morphology import Meaning, meaning

_NOTHING = Meaning()


def is_word(word: str) -> bool:
    """Tell whether letters make a word that is known in Kazakh, Russian or English; names often are not."""
    return meaning(word) != _NOTHING or stem_of(key(word)) in small_words()
