"""Read fields of bundle files and collect findings instead of stopping at the first fault."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import lru_cache
from typing import Final, TypeVar

from .errors import Finding
from .words import LANGUAGES, Words
from .yamldoc import YamlList, YamlMap, YamlRefused, read_list, read_yaml

VOICES: Final = ("officer", "requester")
MAX_FINDINGS: Final = 200
_IN_EACH: Final = frozenset(LANGUAGES)
_EITHER: Final = frozenset(VOICES)

Word = TypeVar("Word", bound=StrEnum)


@dataclass(slots=True)
class Faults:
    """Findings of one bundle; stops collecting at `MAX_FINDINGS`."""

    found: list[Finding] = field(default_factory=list)

    def add(self, finding: Finding) -> None:
        """Keep a finding."""
        if len(self.found) < MAX_FINDINGS:
            self.found.append(finding)


@dataclass(slots=True)
class Fields:
    """The fields of one mapping, read with findings.

    Attributes:
        data: the mapping.
        file: file it stands in.
        rule: rule or case id for findings, may be set later.
        faults: where findings go.
    """

    data: YamlMap
    file: str
    faults: Faults
    rule: str = ""

    def fault(self, key: str, code: str, advice: str) -> None:
        """Report a fault at a key's line."""
        self.faults.add(Finding(self.file, self.rule, self.line_of(key), code, advice))

    def line_of(self, key: str) -> int:
        """Return a key's line, or the mapping's own."""
        return self.data.lines.get(key, self.data.line)

    def known(self, keys: Iterable[str]) -> None:
        """Report keys that the format does not have."""
        allowed = _named(tuple(keys))
        if self.data.keys() <= allowed:
            return
        for key in self.data:
            if key not in allowed:
                self.fault(key, "UNKNOWN_KEY", f"Remove '{key[:60]}'; known are {', '.join(sorted(allowed))}.")

    def text(self, key: str, *, need: bool = True, limit: int = 2_000) -> str:
        """Read a text; empty when absent or wrong."""
        value = self.data.get(key)
        if value is None and not need:
            return ""
        if not isinstance(value, str) or not value.strip() or len(value) > limit:
            self.fault(key, "MISSING_TEXT", f"Give '{key}' a text of at most {limit} characters.")
            return ""
        return value.strip()

    def flag(self, key: str) -> bool:
        """Read a boolean; False when absent or wrong."""
        value = self.data.get(key, False)
        if not isinstance(value, bool):
            self.fault(key, "WRONG_TYPE", f"Write true or false for '{key}'.")
            return False
        return value

    def number(self, key: str, low: int, high: int, *, default: int) -> int:
        """Read a whole number between two bounds; `default` when absent or wrong."""
        value = self.data.get(key, default)
        if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
            self.fault(key, "WRONG_TYPE", f"Give '{key}' a whole number from {low} to {high}.")
            return default
        return value

    def day(self, key: str, *, need: bool = False) -> str:
        """Read a day `YYYY-MM-DD`; empty when absent or wrong."""
        value = self.data.get(key)
        if value is None and not need:
            return ""
        try:
            if isinstance(value, str) and dt.date.fromisoformat(value).isoformat() == value:
                return value
        except ValueError:
            pass
        self.fault(key, "WRONG_TYPE", f"Give '{key}' a day like 2026-01-31.")
        return ""

    def words(self, key: str, *, need: bool = True) -> tuple[str, ...]:
        """Read a list of texts; a single text counts as a list of one."""
        value = self.data.get(key)
        if value is None:
            if need:
                self.fault(key, "MISSING_TEXT", f"Give '{key}' at least one word.")
            return ()
        items = [value] if isinstance(value, str) else value
        if not isinstance(items, list) or not all(isinstance(item, str) for item in items):
            self.fault(key, "WRONG_TYPE", f"Give '{key}' a list of words.")
            return ()
        if need and not items:
            self.fault(key, "MISSING_TEXT", f"Give '{key}' at least one word.")
        return tuple(dict.fromkeys(items))

    def enums(self, key: str, kind: type[Word], code: str, *, need: bool = True) -> tuple[Word, ...]:
        """Read words of a closed vocabulary; unknown ones are reported with `code`."""
        good: list[Word] = []
        for word in self.words(key, need=need):
            try:
                good.append(kind(word))
            except ValueError:
                self.fault(key, code, f"Replace {_seen(word[:60])} by one of {', '.join(kind)}.")
        return tuple(good)

    def translations(self, key: str, extra: tuple[str, ...] = ()) -> Mapping[str, str]:
        """Read a text in all languages; each missing one is a finding. `extra` keys may stand beside them."""
        value = self.data.get(key)
        if isinstance(value, YamlMap) and value.keys() == _IN_EACH and all(map(_is_text, value.values())):
            return Words(*(str(value[code]).strip() for code in LANGUAGES))
        if not isinstance(value, YamlMap):
            self.fault(key, "MISSING_TRANSLATION", f"Give '{key}' in {', '.join(LANGUAGES)}.")
            return {}
        inner = Fields(value, self.file, self.faults, self.rule)
        inner.known((*LANGUAGES, *extra))
        missing = [code for code in LANGUAGES if not _is_text(value.get(code))]
        for code in missing:
            self.fault(key, "MISSING_TRANSLATION", f"Add '{key}' in language '{code}'.")
        return {} if missing else Words(*(str(value[code]).strip() for code in LANGUAGES))

    def voices(self, key: str) -> tuple[Mapping[str, str], Mapping[str, str]]:
        """Read a text in two voices, officer's and requester's; without voices both hear the same words."""
        value = self.data.get(key)
        if not isinstance(value, YamlMap) or _EITHER.isdisjoint(value):
            same = self.translations(key)
            return same, same
        inner = Fields(value, self.file, self.faults, self.rule)
        inner.known(VOICES)
        return inner.translations("officer"), inner.translations("requester")

    def child(self, key: str, *, need: bool = True) -> Fields | None:
        """Read an inner mapping."""
        value = self.data.get(key)
        if value is None and not need:
            return None
        if not isinstance(value, YamlMap):
            self.fault(key, "WRONG_TYPE", f"Give '{key}' a mapping.")
            return None
        return Fields(value, self.file, self.faults, self.rule)

    def items(self, key: str) -> list[Fields]:
        """Read a list of mappings; anything else in it is a finding."""
        value = self.data.get(key)
        if not isinstance(value, YamlList):
            self.fault(key, "WRONG_TYPE", f"Give '{key}' a list.")
            return []
        return _mappings(value, self.file, self.faults)


@lru_cache(maxsize=256)
def _named(keys: tuple[str, ...]) -> frozenset[str]:
    return frozenset(keys)


def _seen(word: str) -> str:
    """Quote a word; one with letters that may only look like others is spelt out."""
    return f"'{word}'" if word.isascii() else f"'{word}' ({ascii(word)[1:-1]})"


def _is_text(value: object) -> bool:
    return isinstance(value, str) and bool(value.strip())


def read_mapping(files: Mapping[str, bytes], name: str, faults: Faults) -> Fields | None:
    """Read a file whose top is a mapping; report it when it is absent or otherwise."""
    value = _read(files, name, faults)
    if isinstance(value, YamlMap):
        return Fields(value, name, faults)
    if value is not None:
        faults.add(Finding(name, "", 1, "WRONG_TYPE", "Begin the file with a mapping."))
    return None


def read_items(files: Mapping[str, bytes], name: str, faults: Faults) -> Iterator[Fields]:
    """Read a file whose top is a list of mappings, one at a time: a file is never held whole in values."""
    try:
        for item, line in read_list(files[name]):
            if isinstance(item, YamlMap):
                yield Fields(item, name, faults)
            else:
                faults.add(Finding(name, "", line, "WRONG_TYPE", "Make each element of the list a mapping."))
    except YamlRefused as error:
        faults.add(error.finding(name))


def _mappings(items: YamlList, file: str, faults: Faults) -> list[Fields]:
    good = []
    for item, line in zip(items, items.lines, strict=True):
        if isinstance(item, YamlMap):
            good.append(Fields(item, file, faults))
        else:
            faults.add(Finding(file, "", line, "WRONG_TYPE", "Make each element of the list a mapping."))
    return good


def _read(files: Mapping[str, bytes], name: str, faults: Faults) -> object:
    data = files.get(name)
    if data is None:
        faults.add(Finding(name, "", 0, "MISSING_FILE", f"Add {name} to the bundle."))
        return None
    try:
        value = read_yaml(data)
    except YamlRefused as error:
        faults.add(error.finding(name))
        return None
    if value is None:
        faults.add(Finding(name, "", 0, "EMPTY_FILE", "Fill the file or remove it."))
    return value
