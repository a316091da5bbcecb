"""Letters that hide: what a reader of a bundle does not see, or takes for another letter.

Whoever approves a bundle reads its text, so what it does must be what it shows. Attacks: invisible and reordering
characters, line ends that editors show as none (a rule inside a comment), control codes for terminals in titles, words
that mix alphabets (`сourt` with a Cyrillic letter is another word than `court`), two values that look alike.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache
from itertools import groupby
from typing import Final

from .places import LOOKALIKES

_UNSEEN: Final = (
    "\u00ad\u034f\u061c\u070f\u08e2\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u2028-\u202e\u2060-\u206f"
    "\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff0-\uffff\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff"
)
_HIDDEN: Final = re.compile(f"[\x7f-\x9f{_UNSEEN}]|\r(?!\n)")
_CONTROL: Final = re.compile("[\x00-\x08\x0b-\x1f]")
_MORE_ALIKE: Final = str.maketrans("αεικνορτυχѕјԁԛԝյսօհᴏɑı", "aeikvoptuxsjdqwjuohoai")
_WHATEVER: Final = frozenset({"MODIFIER", "MASCULINE", "FEMININE", "MICRO"})


def hidden_at(text: str) -> int | None:
    """Return where the first character stands that readers of a file do not see; None when there is none.

    A byte order mark at the beginning is not one, and neither are blanks, tabs and the usual ends of lines.
    """
    found = _HIDDEN.search(text, 1 if text.startswith("\ufeff") else 0)
    return found.start() if found else None


def hides(text: str) -> bool:
    """Tell whether a value of a file, its escapes resolved, holds characters that nobody sees or that steer screens."""
    return bool(_HIDDEN.search(text) or _CONTROL.search(text))


@lru_cache(maxsize=4_096)
def of_one_alphabet(text: str) -> bool:
    """Tell whether letters that stand side by side are of one alphabet, and nothing is hidden between them."""
    if text.isascii():
        return text.isprintable()
    runs = ("".join(run) for is_letter, run in groupby(text, str.isalpha) if is_letter)
    return not hides(text) and all(len({_alphabet(letter) for letter in run} - _WHATEVER) <= 1 for run in runs)


def is_plain_word(text: str) -> bool:
    """Tell whether a word of a vocabulary is what it looks like.

    Not so are letters of two alphabets side by side, unseen characters, other blanks than U+0020, accents apart from
    their letter, and other ways to write a letter or digit (not NFKC).
    """
    if not of_one_alphabet(text) or not text.isprintable():
        return False
    return unicodedata.normalize("NFKC", text) == text.replace("№", "No")


def _alphabet(letter: str) -> str:
    return unicodedata.name(letter, "?").partition(" ")[0]


def look_alike(words: Iterable[str]) -> tuple[str, str] | None:
    """Return two words of a vocabulary that readers would take for one; None when there are none."""
    seen: dict[str, str] = {}
    for word in words:
        look = unicodedata.normalize("NFKC", word).casefold().translate(LOOKALIKES).translate(_MORE_ALIKE)
        if seen.setdefault(look, word) != word:
            return seen[look], word
    return None
