"""What is kept of a bundle's rules, so that a change of one rule does not read ten thousand anew.

A rules file is a list; where each element begins a line with `- `, the text between two such lines is one rule, and
the same text means the same rule under the same schema and obligations. A file that is laid out otherwise, and
anything at fault, is read whole and anew: what is remembered never decides what is admitted.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final

from .letters import hidden_at
from .rules import Rule
from .yamldoc import YamlRefused, read_yaml

_DASH: Final = b"\n- "
_OTHERWISE: Final = (b"\n...", b"\n---", b"\n%")
"""Lines at which YAML may end a document, which a split at `- ` does not see."""


@dataclass(frozen=True, slots=True)
class FileMemory:
    """The rules of one file.

    Attributes:
        rules: in the order of lines.
        by_text: rule by digest of its text; empty for a file that is laid out otherwise.
    """

    rules: tuple[Rule, ...]
    by_text: Mapping[bytes, Rule]


@dataclass(frozen=True, slots=True)
class RuleMemory:
    """Rules that were admitted, by what they were made of.

    Attributes:
        by_file: what is known of each file, by its name and the digest of its bytes.
        by_text: rule by digest of its text, over all files.
    """

    by_file: Mapping[tuple[str, bytes], FileMemory] = field(default_factory=dict)
    by_text: Mapping[bytes, Rule] = field(default_factory=dict)


def digest(data: bytes) -> bytes:
    """Return a short digest that nobody can make two texts share."""
    return hashlib.blake2b(data, digest_size=20).digest()


def split(data: bytes) -> list[tuple[int, bytes]] | None:
    """Return the elements of a list as line (from 1) and text; None when the file is laid out otherwise."""
    if data.startswith((b"...", b"---", b"%")) or any(mark in data for mark in _OTHERWISE) or _hides(data):
        return None
    if not data.startswith(b"- "):
        head, dash, _ = data.partition(_DASH)
        if not dash or not _says_nothing(head):
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


def _says_nothing(head: bytes) -> bool:
    """Tell whether what stands before the first element is YAML, and nothing but comments."""
    try:
        return read_yaml(head + b"\n") is None
    except YamlRefused:
        return False


def _hides(data: bytes) -> bool:
    try:
        return hidden_at(data.decode("utf-8")) is not None
    except UnicodeDecodeError:
        return True


def remembered(files: Mapping[str, bytes], rules: Iterable[Rule], before: RuleMemory | None = None) -> RuleMemory:
    """Return what to keep of rules that were read whole and without fault.

    Args:
        files: the bundle's files.
        rules: its rules.
        before: what is known of the bundle before it; files that it knows are not taken apart again.
    """
    of_file: dict[str, list[Rule]] = defaultdict(list)
    for rule in rules:
        of_file[rule.file].append(rule)
    known = before.by_file if before else {}
    by_file = {}
    by_text: dict[bytes, Rule] = {}
    for name, found in of_file.items():
        key = name, digest(files[name])
        by_file[key] = known.get(key) or _file(name, files[name], found)
        by_text.update(by_file[key].by_text)
    return RuleMemory(by_file, by_text)


def _file(name: str, data: bytes, rules: list[Rule]) -> FileMemory:
    parts = split(data) if name.startswith("rules/") else None
    if parts is None or [line for line, _ in parts] != [rule.line for rule in rules]:
        return FileMemory(tuple(rules), {})
    return FileMemory(tuple(rules), {digest(text): rule for (_, text), rule in zip(parts, rules, strict=True)})
