"""Where in an archive a rule applies: fonds, opis, item, and everything below.

The ids in facts may be hostile or merely typed otherwise: compatibility forms, other cases, blanks, Latin letters
for Cyrillic ones. They are folded before they are compared. Folding can only make more places equal, and rules with
a place can only refuse or tighten, so a trick with letters never leads out of a restriction.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from functools import lru_cache
from typing import Final

from .model import Value

LEVELS: Final = ("fonds", "opis", "item")
"""Levels below an archive, outermost first; each is an optional text attribute of `resource`."""

_LOOKALIKES: Final = str.maketrans("авекмнорстухіһё0", "abekmhopctyxiheo")

Place = tuple[str, ...]
"""Folded ids from the fonds inwards; empty for the whole archive."""


@lru_cache(maxsize=4_096)
def folded(name: str) -> str:
    """Return the id in the one form in which ids are compared."""
    plain = unicodedata.normalize("NFKC", name).casefold()
    kept = "".join(c for c in plain if c.isalnum() or c in "-./")
    return kept.translate(_LOOKALIKES)


def place_of(resource: Mapping[str, Value]) -> Place:
    """Return where a document lies, as deep as the facts say without a gap."""
    found: list[str] = []
    for level in LEVELS:
        value = resource.get(level)
        name = folded(value) if isinstance(value, str) else ""
        if not name:
            break
        found.append(name)
    return tuple(found)


def may_lie_in(place: Place, restricted: Place) -> bool:
    """Tell whether a document at `place` is inside `restricted`, or may be: a level not known counts as inside."""
    return all(mine == theirs for mine, theirs in zip(place, restricted, strict=False))
