"""Other names in the same sentences, so that a tagger learns places and shapes of names instead of the names."""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Iterator, Sequence

from qupia_redaction.nlp.features import stem_of
from qupia_redaction.nlp.gazetteer import given_names
from qupia_redaction.nlp.keys import key
from qupia_redaction.nlp.shapes import shape

Sequence2 = tuple[list[str], list[str]]
_ROOTS = ("ов", "ев", "ова", "ева", "ұлы", "қызы", "ин", "ина", "енко", "ский", "ская", "баев", "баева", "бекова")
_PATRONYMIC = ("ұлы", "қызы", "ович", "овна", "евич", "евна")


class _Names:
    """Names of the lists by last letter, so that endings keep their harmony."""

    def __init__(self, rng: random.Random) -> None:
        self._rng = rng
        self._given: defaultdict[str, list[str]] = defaultdict(list)
        self._all: dict[bool, list[str]] = {True: [], False: []}
        for filed in given_names().payloads():
            self._given[filed.name[-1].lower()].append(filed.name)
            self._all[filed.name.isascii()].append(filed.name)

    def like(self, word: str) -> str:
        """Return another name of the same kind with the same ending."""
        if len(word) < 3 or not word[0].isupper():
            return word
        folded = key(word)
        ending = word[len(stem_of(folded)) :] if len(folded) == len(word) else ""
        core = word[: len(word) - len(ending)]
        looks = shape(word)
        base = self._pick(word.isascii())
        if looks.patronymic and not word.isascii():
            tail = next((t for t in _PATRONYMIC if core.lower().endswith(t)), self._rng.choice(_PATRONYMIC))
            return base.rstrip("аеиоуыэюяйьәіөү") + tail + ending
        if looks.surname and not word.isascii():
            return base.rstrip("аеиоуыэюяйьәіөү") + self._rng.choice(_ROOTS) + ending
        same = self._given[core[-1].lower()]
        if same and not word.isascii():
            return self._rng.choice(same) + ending
        return base

    def _pick(self, latin: bool) -> str:
        return self._rng.choice(self._all[latin])


def renamed(sequences: Sequence[Sequence2], copies: int) -> Iterator[Sequence2]:
    """Yield `copies` of each sequence that names persons, with other names."""
    rng = random.Random(7)  # noqa: S311  # variety, not a secret
    names = _Names(rng)
    for tokens, labels in sequences:
        if any(label.endswith("-PER") for label in labels):
            for _ in range(copies):
                pairs = zip(tokens, labels, strict=True)
                yield [names.like(t) if label.endswith("-PER") else t for t, label in pairs], labels
