"""What is kept of a bundle's rules, so that a change of one rule does not read ten thousand anew.

A rules file is a list; where each element begins a line with `- `, the text between two such lines is one rule, and
the same text means the same rule under the same schema and obligations. A file that is laid out otherwise, and
anything at fault, is read whole and anew: what is remembered never decides what is admitted.
"""

from __future__ import annotations

import hashlib
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final

from .rules import Rule

_DASH: Final = b"\n- "
_OTHERWISE: Final = re.compile(rb"\r(?!\n)|\xc2\x85|\xe2\x80[\xa8\xa9]|^(?:\.\.\.|---|%)", re.MULTILINE)
"""What YAML reads as a line's or a document's end and a split at `- ` does not see."""


@dataclass(frozen=True, slots=True)
class RuleMemory:
    """Rules that were admitted, by what they were made of.

    Attributes:
        by_text: rule by digest of its text.
        by_file: rules by name and digest of their file.
    """

    by_text: Mapping[bytes, Rule] = field(default_factory=dict)
    by_file: Mapping[tuple[str, bytes], tuple[Rule, ...]] = field(default_factory=dict)


def digest(data: bytes) -> bytes:
    """Return a short digest that nobody can make two texts share."""
    return hashlib.blake2b(data, digest_size=20).digest()


def split(data: bytes) -> list[tuple[int, bytes]] | None:
    """Return the elements of a list as line (from 1) and text; None when the file is laid out otherwise."""
    if _OTHERWISE.search(data):
        return None
    if not data.startswith(b"- "):
        head, dash, _ = data.partition(_DASH)
        if not dash or any(line.strip() and not line.lstrip().startswith(b"#") for line in head.splitlines()):
            return None
        data = data[len(head) + 1 :]
        line = head.count(b"\n") + 2
    else:
        line = 1
    found: list[tuple[int, bytes]] = []
    for number, part in enumerate(data.split(_DASH)):
        text = part if number == 0 else b"- " + part
        found.append((line, text))
        line += text.count(b"\n") + 1
    return found


def remembered(files: Mapping[str, bytes], rules: Iterable[Rule]) -> RuleMemory:
    """Return what to keep of rules that were read whole and without fault."""
    of_file: dict[str, list[Rule]] = defaultdict(list)
    for rule in rules:
        of_file[rule.file].append(rule)
    by_text: dict[bytes, Rule] = {}
    by_file: dict[tuple[str, bytes], tuple[Rule, ...]] = {}
    for name, found in of_file.items():
        by_file[name, digest(files[name])] = tuple(found)
        parts = split(files[name]) if name.startswith("rules/") else None
        if parts is not None and [line for line, _ in parts] == [rule.line for rule in found]:
            by_text |= {digest(text): rule for (_, text), rule in zip(parts, found, strict=True)}
    return RuleMemory(by_text, by_file)
