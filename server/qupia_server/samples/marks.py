"""Gold marks inside the sample texts: what must go, what must stay, said where it is written.

A text carries its own gold, so that text and gold cannot drift apart:

- `{...}` must be hidden under profile R3 (names, identifiers, dates of birth, addresses);
- `[...]` must be kept (dates of the record, institutions, articles of law, ciphers);
- `<...>` is a special-category passage (R2): health, adoption, offences, party, nationality;
- `~...~` may go either way: officials' names, bare years of birth, signatures.

Marks do not nest. A marked phrase with a digit is one string and never breaks over lines;
one without (a name) is recorded word by word, because each word alone would give the person away.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

_MARK = re.compile(r"\{([^{}]*)\}|\[([^\[\]]*)\]|<([^<>]*)>|~([^~]*)~")
_GLUE = "\u00a0"


@dataclass(slots=True)
class Gold:
    """Strings of one document by what must happen to them; compare after collapsing white space.

    Attributes:
        hide: must be gone from an R3 rendition.
        keep: must still be readable in it.
        special: special-category passages; gone where those are detected.
        either: no demand.
    """

    hide: set[str] = field(default_factory=set)
    keep: set[str] = field(default_factory=set)
    special: set[str] = field(default_factory=set)
    either: set[str] = field(default_factory=set)

    def take(self, text: str) -> str:
        """Record the marks of `text` and return it without them, unbreakable phrases glued."""
        return _MARK.sub(self._record, text)

    def _record(self, match: re.Match[str]) -> str:
        hide, keep, special, either = match.groups()
        if hide is not None:
            return self._hidden(hide)
        if keep is not None:
            self.keep.add(keep)
            return keep
        if special is not None:
            self.special.add(special)
            return special
        self.either.add(either)
        return either

    def _hidden(self, phrase: str) -> str:
        if any(sign.isdigit() for sign in phrase):
            self.hide.add(phrase)
            return phrase.replace(" ", _GLUE)
        self.hide.update(word.strip(",;") for word in phrase.split())
        return phrase

    def row(self, document_id: str) -> dict[str, object]:
        """Return the line of `gold.jsonl`."""
        return {
            "document": document_id,
            "hide": sorted(self.hide),
            "keep": sorted(self.keep),
            "special": sorted(self.special),
            "either": sorted(self.either),
        }
