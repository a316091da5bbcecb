"""Where in an archive a rule applies: fonds, opis, item, and everything below.

The ids in facts may be hostile or merely typed otherwise. Compatibility forms, other cases, dashes, blanks, and letters
of Latin and Cyrillic that look alike are read as one. What else could look alike is refused: other alphabets and
digits, accents, invisible characters. Reading can only make more places equal, and rules with a place can only refuse
or tighten, so a trick with letters never leads out of a restriction.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from functools import lru_cache
from typing import Final

from .model import Value

LEVELS: Final = ("fonds", "opis", "item")
"""Levels below an archive, outermost first; each is an optional text attribute of `resource`."""

_LETTERS: Final = "abcdefghijklmnopqrstuvwxyzабвгдежзийклмнопрстуфхцчшщъыьэюяёәғқңөұүһі0123456789"
_COMPARED: Final = frozenset(_LETTERS + "-./")
_IGNORED: Final = frozenset(" ,;:_()[]\"'«»#*+&")
"""What people write around an id; it is left out of comparisons."""
_DASHES: Final = dict.fromkeys((*range(0x2010, 0x2016), 0x2212), "-")
LOOKALIKES: Final = str.maketrans("авекмнорстухіһёүұз0", "abekmhopctyxiheyy3o")
"""Letters that look like others, and which; applied to small letters."""

Place = tuple[str, ...]
"""Folded ids from the fonds inwards; empty for the whole archive."""


def _spelt(name: str) -> str:
    return unicodedata.normalize("NFKC", name.replace("№", "")).casefold().translate(_DASHES)


@lru_cache(maxsize=4_096)
def plainly_written(name: str) -> bool:
    """Tell whether an id holds nothing that another id could hide behind; facts and places with more are refused."""
    return _COMPARED.union(_IGNORED).issuperset(_spelt(name))


def can_be_named(name: str) -> bool:
    """Tell whether a document may lie under an id: facts that hold it are read, and a place can be set apart by it."""
    return plainly_written(name) and bool(folded(name))


@lru_cache(maxsize=4_096)
def folded(name: str) -> str:
    """Return the id in the one form in which ids are compared."""
    return "".join(c for c in _spelt(name) if c in _COMPARED).translate(LOOKALIKES)


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
