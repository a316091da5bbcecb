"""What is private in the sample archive: the words and numbers that must not turn up where they have no business."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

SHORTEST_WORD = 5
SHORTEST_NUMBER = 8


def private_strings(archive: Path) -> frozenset[str]:
    """Return names, identifiers and hidden phrases of a built sample archive, in lower case.

    Short words are left out: they turn up inside others by chance.
    """
    found: set[str] = set()
    for row in read_lines(archive / "catalogue.jsonl"):
        if row["type"] == "person":
            found |= {word for name in row["names"] for word in words(name)}
            found |= {row["iin"]} if row.get("iin") else set()
        if row["type"] in {"kinship", "permission"}:
            found |= {str(value) for value in row.values() if str(value).startswith("person:")}
    for row in read_lines(archive / "gold.jsonl"):
        for phrase in row["hide"]:
            found |= telling(phrase)
    return frozenset(one.lower() for one in found)


def telling(phrase: str) -> set[str]:
    """Return what gives a hidden phrase away: the whole of it, or the names in it."""
    if re.search(r"\d", phrase):
        return numbers(phrase)
    return {phrase} if "@" in phrase else {word for word in words(phrase) if word[0].isupper()}


def words(text: str) -> Iterator[str]:
    """Yield the words of a name that are long enough to be nobody else's."""
    yield from (word for word in re.findall(r"[^\W\d_]+", text) if len(word) >= SHORTEST_WORD)


def numbers(phrase: str) -> set[str]:
    """Return a phrase with digits if it has enough of them to be found by."""
    return {phrase} if sum(map(str.isdigit, phrase)) >= SHORTEST_NUMBER else set()


def read_lines(file: Path) -> Iterator[Mapping[str, Any]]:
    """Yield the rows of a JSON-lines file."""
    for line in file.read_text(encoding="utf-8").splitlines():
        yield json.loads(line)
