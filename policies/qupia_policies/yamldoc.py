"""Read YAML of a bundle into plain values that remember their lines.

The text may be hostile. Attacks and limits: anchors and aliases ("billion laughs") are refused outright,
nesting stops at 20 levels, a document at 2,000,000 nodes; characters that readers do not see are refused, written
out or escaped (a line end that editors do not show would hide a rule inside a comment); tags are refused, so nothing
but text, numbers, booleans, lists and mappings can come out; a key given twice is refused. Only `true`, `false`,
`null` and decimal integers are special: `no` and `2026-01-01` stay text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import yaml

from .errors import Finding
from .letters import hidden_at, hides

MAX_DEPTH = 20
MAX_NODES = 2_000_000

_INT = re.compile(r"-?(0|[1-9][0-9]{0,17})")
_WORDS: dict[str, bool | None] = {"true": True, "false": False, "null": None, "": None}
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class YamlMap(dict[str, object]):
    """A mapping with the line of itself (`line`) and of each key (`lines`)."""

    def __init__(self, line: int) -> None:
        """Start empty at a line counted from 1."""
        super().__init__()
        self.line = line
        self.lines: dict[str, int] = {}


class YamlList(list[object]):
    """A list with the line of itself (`line`) and of each element (`lines`)."""

    def __init__(self, line: int) -> None:
        """Start empty at a line counted from 1."""
        super().__init__()
        self.line = line
        self.lines: list[int] = []


class YamlRefused(Exception):
    """Carry the one fault that stopped the reading of a file."""

    def __init__(self, line: int, code: str, advice: str) -> None:
        """Keep line, code and advice."""
        super().__init__(code)
        self.line, self.code, self.advice = line, code, advice

    def finding(self, file: str) -> Finding:
        """Return the fault as a finding of `file`."""
        return Finding(file, "", self.line, self.code, self.advice)


class _Builder:
    """Build values from parser events without recursion.

    Args:
        escapes: whether the text can hold escapes: characters that nobody sees may come out of them.
    """

    def __init__(self, *, escapes: bool) -> None:
        self.root: object = None
        self.stack: list[YamlMap | YamlList] = []
        self.keys: list[tuple[str, int] | None] = []
        self.nodes = 0
        self.documents = 0
        self.escapes = escapes

    def feed(self, event: yaml.Event) -> None:
        mark = event.start_mark
        line = mark.line + 1 if mark else 0
        self.nodes += 1
        if self.nodes > MAX_NODES:
            raise YamlRefused(line, "FILE_TOO_LARGE", f"Keep a file below {MAX_NODES} values.")
        if isinstance(event, yaml.ScalarEvent):
            _check_bare(event, line)
            self._scalar(event, line)
        elif isinstance(event, yaml.CollectionStartEvent):
            _check_bare(event, line)
            self._open(YamlMap(line) if isinstance(event, yaml.MappingStartEvent) else YamlList(line), line)
        elif isinstance(event, yaml.CollectionEndEvent):
            self.stack.pop()
            self.keys.pop()
        elif isinstance(event, yaml.AliasEvent):
            raise _alias(line)
        elif isinstance(event, yaml.DocumentStartEvent):
            self.documents += 1
            if self.documents > 1:
                raise YamlRefused(line, "MANY_DOCUMENTS", "Keep one YAML document in a file.")

    def _open(self, holder: YamlMap | YamlList, line: int) -> None:
        if len(self.stack) >= MAX_DEPTH:
            raise YamlRefused(line, "TOO_DEEP", f"Nest at most {MAX_DEPTH} levels.")
        self._place(holder, line)
        self.stack.append(holder)
        self.keys.append(None)

    def _scalar(self, event: yaml.ScalarEvent, line: int) -> None:
        value = event.value
        top = self.stack[-1] if self.stack else None
        if isinstance(top, YamlMap) and self.keys[-1] is None:
            if value in top:
                raise YamlRefused(line, "DUPLICATE_KEY", f"Remove one of the two keys '{value[:60]}'.")
            self.keys[-1] = (value, line)
            return
        if self.escapes and event.style == '"' and hides(value):
            raise YamlRefused(line, "HIDDEN_CHARACTER", "Remove the escapes of characters that nobody sees.")
        self._place(_plain(value) if event.implicit[0] else value, line)

    def _place(self, value: object, line: int) -> None:
        if not self.stack:
            self.root = value
            return
        top = self.stack[-1]
        if isinstance(top, YamlList):
            top.append(value)
            top.lines.append(line)
            return
        key = self.keys[-1]
        if key is None:
            raise YamlRefused(line, "BAD_KEY", "Use plain words as keys.")
        top[key[0]] = value
        top.lines[key[0]] = key[1]
        self.keys[-1] = None


def _check_bare(event: yaml.ScalarEvent | yaml.CollectionStartEvent, line: int) -> None:
    if event.anchor:
        raise _alias(line)
    if event.tag:
        raise YamlRefused(line, "TAG", "Remove the tag: only plain values are read.")


def _alias(line: int) -> YamlRefused:
    return YamlRefused(line, "ALIAS", "Write the value out: anchors and aliases are not read.")


def _plain(text: str) -> object:
    """Read what stands without quotes."""
    if text in _WORDS:
        return _WORDS[text]
    return int(text) if text[0] in "-0123456789" and _INT.fullmatch(text) else text


def _events(text: str) -> Iterator[yaml.Event]:
    try:
        yield from yaml.parse(text, Loader=_LOADER)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        # What cannot stand in YAML at all has no mark, but an offset: in bytes, as libyaml counts.
        line = mark.line + 1 if mark else text.encode()[: getattr(error, "position", 0)].count(b"\n") + 1
        raise YamlRefused(line, "NOT_YAML", "Correct the YAML at this line.") from error


def read_yaml(data: bytes) -> object:
    """Read one document.

    Args:
        data: UTF-8 bytes of the file.

    Returns:
        A `YamlMap`, a `YamlList`, a str, int, bool or None.

    Raises:
        YamlRefused: not UTF-8, not YAML, or beyond a limit named in the module's docstring.
    """
    text = _text(data)
    builder = _Builder(escapes="\\" in text)
    for event in _events(text):
        builder.feed(event)
    return builder.root


def read_list(data: bytes) -> Iterator[tuple[object, int]]:
    """Read one document that is a list, an element at a time, with the line where each begins.

    Raises:
        YamlRefused: as `read_yaml`, when the fault is come to; also when there is nothing, or no list.
    """
    text = _text(data)
    builder = _Builder(escapes="\\" in text)
    for event in _events(text):
        builder.feed(event)
        top = builder.root
        if len(builder.stack) == 1 and isinstance(top, YamlList) and top:
            yield top.pop(), top.lines.pop()
    if builder.root is None:
        raise YamlRefused(0, "EMPTY_FILE", "Fill the file or remove it.")
    if not isinstance(builder.root, YamlList):
        raise YamlRefused(1, "WRONG_TYPE", "Begin the file with a list.")


def _text(data: bytes) -> str:
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise YamlRefused(0, "NOT_UTF8", "Save the file as UTF-8.") from error
    at = hidden_at(text)
    if at is not None:
        advice = f"Remove the character U+{ord(text[at]):04X} from this line: readers do not see it."
        raise YamlRefused(text.count("\n", 0, at) + 1, "HIDDEN_CHARACTER", advice)
    return text
