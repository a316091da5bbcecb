"""Which names of one document are forms of one name: `Е. Сарыбаев` and `Сарыбаеву` of `Сарыбаев Ерлан Маратович`.

Pure. A form belongs to the fullest name that has all its words, each case ending aside, and begins its other words
with the form's initials; where two such names differ, the form stands for itself: two persons under one pseudonym
would be a false statement. Limit: a wife who is named by her surname alone, where only her husband's whole name is
told, counts as him; nothing is compared between documents.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from qupia_redaction.terms.fold import fold
from qupia_redaction.terms.forms import base

_BROKEN = re.compile(r"[-\u00ad\u2010]\s*\n\s*")
_MOST_NAMESAKES = 200
"""Names with one word in common, more of which are not compared: the form stands for itself."""


@dataclass(frozen=True, slots=True, order=True)
class _Form:
    """The words of a name without their endings, and its initials; both sorted."""

    words: tuple[str, ...]
    initials: tuple[str, ...]

    def fits(self, fuller: _Form) -> bool:
        """Tell whether this may be a shorter form of another one."""
        rest = Counter(fuller.words)
        rest.subtract(self.words)
        if min(rest.values()) < 0:
            return False
        firsts = Counter(word[0] for word in rest.elements())
        firsts.update(fuller.initials)
        firsts.subtract(self.initials)
        return min(firsts.values(), default=0) >= 0

    def key(self) -> str:
        """Return what a pseudonym is made of."""
        return " ".join(sorted((*self.words, *self.initials)))


class Namesakes:
    """The names of one document.

    Args:
        names: as they are written, broken over lines or not.
    """

    def __init__(self, names: Iterable[str] = ()) -> None:
        self._having: defaultdict[str, list[_Form]] = defaultdict(list)
        for form in sorted(set(map(_form, names))):
            for word in set(form.words):
                self._having[word].append(form)
        self._keys: dict[_Form, str] = {}

    def key_of(self, name: str) -> str:
        """Return the same text for every form of a name, and another one for another name.

        Args:
            name: one of the document's names, or any.
        """
        form = _form(name)
        if form not in self._keys:
            self._keys[form] = self._fullest(form).key()
        return self._keys[form]

    def _fullest(self, form: _Form) -> _Form:
        near = min((self._having.get(word, []) for word in form.words), key=len, default=[])
        if not near or len(near) > _MOST_NAMESAKES:
            return form
        fuller = [other for other in near if form.fits(other)]
        fullest = [one for one in fuller if not any(one != other and one.fits(other) for other in fuller)]
        return fullest[0] if len(fullest) == 1 else form


def _form(name: str) -> _Form:
    written = re.findall(r"\w+", _BROKEN.sub("", name))
    folded = [(word, fold(word)) for word in written]
    return _Form(
        tuple(sorted(base(word) for word, plain in folded if len(plain) > 1)),
        tuple(sorted(plain for _, plain in folded if len(plain) == 1)),
    )
