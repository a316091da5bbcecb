"""Names that OCR misread: a word of a scan that is one or two letters away from a name found in the same document.

Only words that look like nothing else are taken: long, with a capital, in no dictionary and not seen in small letters.
What keys already fold (look-alikes, Kazakh letters) counts as no difference. The owner stays open: doubt hides.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from qupia_redaction.model import Category
from qupia_redaction.nlp.features import small_words, stem_of
from qupia_redaction.nlp.keys import key
from qupia_redaction.nlp.morphology import meaning
from qupia_redaction.nlp.shapes import shape
from qupia_redaction.nlp.words import Word
from qupia_redaction.recognizers.finding import Finding

_SHORTEST = 6  # letters of a stem that may hold one wrong letter
_LONG = 10  # letters of a stem that may hold two


def misread_names(words: Sequence[Word], names: Sequence[str]) -> Iterator[Finding]:
    """Yield the words that are misread names.

    Args:
        words: of the document.
        names: words of names found in it, as they stand.
    """
    stems = {stem for stem in map(_stem, names) if len(stem) >= _SHORTEST}
    for word in words if stems else ():
        if _is_strange(word.text):
            stem = _stem(word.text)
            if stem not in stems and any(_near(stem, other) for other in stems):
                yield Finding(word.start, word.end, Category.PERSON, 0.6, "misread_name")


def _stem(word: str) -> str:
    return stem_of(key(word))


def _is_strange(word: str) -> bool:
    """Tell whether a word can be a misread name: long, with a capital, and nothing that is known."""
    if len(word) < _SHORTEST or not word[0].isupper() or shape(word).stop:
        return False
    known = meaning(word)
    return not (known.common or known.place) and _stem(word) not in small_words()


def _near(one: str, other: str) -> bool:
    """Tell whether so few letters differ that OCR may have made the one of the other."""
    most = 2 if min(len(one), len(other)) >= _LONG else 1
    if abs(len(one) - len(other)) > most or min(len(one), len(other)) < _SHORTEST:
        return False
    return _distance(one, other) <= most


def _distance(one: str, other: str) -> int:
    """Return how many letters must be changed, added or taken away."""
    row = list(range(len(other) + 1))
    for at, letter in enumerate(one, 1):
        before, row[0] = row[0], at
        for place, right in enumerate(other, 1):
            before, row[place] = row[place], min(before + (letter != right), row[place] + 1, row[place - 1] + 1)
    return row[-1]
