"""Check the text of a condition before CEL compiles it.

Accepted is a typed subset of CEL: text, whole numbers, booleans, lists of constants, attributes of the schema,
`has()`, `size()`, `startsWith`, `endsWith`, `contains`, `== != < <= > >= in`, `! && ||` and brackets. Every
accepted text is CEL and means the same there; the check adds what the binding lacks: static types, closed
vocabularies, and a proof that an attribute which may be absent is read only where `has()` held.

The text may be hostile: at most 2,000 characters, 400 tokens and 20 brackets deep, no functions but the four
above, no loops (macros), no arithmetic, no escapes in literals; so that its cost is bounded by its length.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, NamedTuple

from .cel_tree import Node
from .equal_access import meaning_of_value
from .letters import of_one_alphabet
from .schema import ARCHIVE_ID, ARCHIVE_PATH, SIDES, Attribute, AttributeType
from .sharing import shared

MAX_LENGTH: Final = 2_000
MAX_TOKENS: Final = 400
MAX_DEPTH: Final = 20

_TOKEN = re.compile(
    r"(?P<space>[ \t\r\n]+)"
    r"|(?P<string>'[^'\\\r\n]*'|\"[^\"\\\r\n]*\")"
    r"|(?P<int>-?(?:0|[1-9][0-9]{0,17})(?![0-9A-Za-z_.]))"
    r"|(?P<name>[A-Za-z_][A-Za-z0-9_]*)"
    r"|(?P<op>&&|\|\||==|!=|<=|>=|[<>!()\[\],.])"
)
_RELATIONS: Final = frozenset({"==", "!=", "<", "<=", ">", ">=", "in"})
_TEXT_CALLS: Final = frozenset({"startsWith", "endsWith", "contains"})
_ROOTS: Final = {
    AttributeType.STRING: "text",
    AttributeType.BOOL: "bool",
    AttributeType.INT: "int",
    AttributeType.DATE: "text",
    AttributeType.STRINGS: "list of text",
}

Paths = frozenset[str]
_NONE: Paths = frozenset()


class ConditionRefused(Exception):
    """Refuse a condition's text, with a code and a sentence on what to do."""

    def __init__(self, code: str, advice: str) -> None:
        """Keep code and advice."""
        super().__init__(code)
        self.code, self.advice = code, advice


@dataclass(frozen=True, slots=True)
class Checked:
    """What the check learnt.

    Attributes:
        text: the condition.
        paths: attributes that it reads or tests.
        tree: the condition as a tree.
        parts: the trees of the conjuncts.
    """

    text: str
    paths: Paths
    tree: Node
    parts: tuple[Node, ...]


class _Token(NamedTuple):
    kind: str
    text: str
    start: int
    end: int


class _Term(NamedTuple):
    """A part of the expression: its type, and what is present when it is true or false."""

    type: str
    node: Node
    when_true: Paths = _NONE
    when_false: Paths = _NONE
    attribute: Attribute | None = None
    constants: tuple[str, ...] = ()


def check_condition(text: str, attributes: Mapping[str, Attribute]) -> Checked:
    """Check a condition against the schema.

    Args:
        text: the condition as written.
        attributes: attributes by path.

    Raises:
        ConditionRefused: outside the subset, unknown attribute, wrong type, unguarded optional attribute.
    """
    if len(text) > MAX_LENGTH:
        raise ConditionRefused("CONDITION_TOO_LONG", f"Keep a condition below {MAX_LENGTH} characters.")
    return _Parser(text, attributes).run()


def _tokens(text: str) -> list[_Token]:
    found, at = [], 0
    while at < len(text):
        match = _TOKEN.match(text, at)
        if match is None:
            raise ConditionRefused("CONDITION_SYNTAX", f"Character {at + 1} does not belong to a condition.")
        if match.lastgroup != "space":
            found.append(_Token(match.lastgroup or "", match.group(), at, match.end()))
        at = match.end()
    if len(found) > MAX_TOKENS:
        raise ConditionRefused("CONDITION_TOO_LONG", f"Keep a condition below {MAX_TOKENS} words.")
    found.append(_Token("end", "", len(text), len(text)))
    return found


class _Parser:
    """Recursive descent over the tokens; depth is bounded by `MAX_DEPTH`."""

    def __init__(self, text: str, attributes: Mapping[str, Attribute]) -> None:
        self.text, self.attributes = text, attributes
        self.tokens, self.at, self.depth = _tokens(text), 0, 0
        self.paths: set[str] = set()

    def run(self) -> Checked:
        cuts: list[int] = []
        term = self._or(_NONE, cuts)
        if self._peek().kind != "end":
            raise self._syntax()
        self._need(term, "bool")
        edges = [0, *(edge for cut in cuts for edge in (cut, cut + 2)), len(self.text)]
        spans = list(zip(edges[::2], edges[1::2], strict=True))
        return Checked(self.text, frozenset(self.paths), term.node, _parts(term.node, spans))

    def _peek(self) -> _Token:
        return self.tokens[self.at]

    def _next(self) -> _Token:
        token = self.tokens[self.at]
        self.at += token.kind != "end"
        return token

    def _take(self, text: str) -> bool:
        token = self._peek()
        if token.kind in {"op", "name"} and token.text == text:
            self.at += 1
            return True
        return False

    def _expect(self, text: str) -> None:
        if not self._take(text):
            raise self._syntax()

    def _syntax(self) -> ConditionRefused:
        where = self._peek().start + 1
        return ConditionRefused("CONDITION_SYNTAX", f"Correct the condition at character {where}.")

    @staticmethod
    def _need(term: _Term, kind: str) -> None:
        if term.type != kind:
            raise ConditionRefused("WRONG_TYPE", f"Use {kind} where {term.type} stands now.")

    def _or(self, known: Paths, cuts: list[int]) -> _Term:
        left = self._and(known, cuts)
        while self._take("||"):
            cuts.clear()
            right = self._and(known | left.when_false, [])
            self._need(left, "bool")
            self._need(right, "bool")
            node = _joined("||", left.node, right.node)
            left = _Term("bool", node, left.when_true & right.when_true, left.when_false | right.when_false)
        return left

    def _and(self, known: Paths, cuts: list[int]) -> _Term:
        left = self._relation(known)
        while self._peek().text == "&&" and self._peek().kind == "op":
            cuts.append(self._next().start)
            right = self._relation(known | left.when_true)
            self._need(left, "bool")
            self._need(right, "bool")
            node = _joined("&&", left.node, right.node)
            left = _Term("bool", node, left.when_true | right.when_true, left.when_false & right.when_false)
        return left

    def _relation(self, known: Paths) -> _Term:
        left = self._unary(known)
        token = self._peek()
        if token.text not in _RELATIONS or token.kind not in {"op", "name"}:
            return left
        self._next()
        right = self._unary(known)
        _check_relation(token.text, left, right)
        return _Term("bool", Node(token.text, (left.node, right.node), left.node.start, right.node.end))

    def _unary(self, known: Paths) -> _Term:
        start = self._peek().start
        if not self._take("!"):
            return self._primary(known)
        self._deeper()
        term = self._unary(known)
        self.depth -= 1
        self._need(term, "bool")
        return _Term("bool", Node("!", (term.node,), start, term.node.end), term.when_false, term.when_true)

    def _deeper(self) -> None:
        self.depth += 1
        if self.depth > MAX_DEPTH:
            raise ConditionRefused("CONDITION_TOO_DEEP", f"Nest at most {MAX_DEPTH} levels.")

    def _primary(self, known: Paths) -> _Term:
        token = self._next()
        if token.kind == "string":
            text = token.text[1:-1]
            text = sys.intern(text)
            return _Term("text", Node("const", shared((text,)), token.start, token.end), constants=(text,))
        if token.kind == "int":
            node = Node("const", (int(token.text),), token.start, token.end)
            return _Term("int", node, constants=(token.text,))
        if token.kind == "op" and token.text == "(":
            self._deeper()
            term = self._or(known, [])
            self.depth -= 1
            self._expect(")")
            return term._replace(node=term.node._replace(start=token.start, end=self._last()))
        if token.kind == "op" and token.text == "[":
            return self._list(token.start)
        if token.kind == "name":
            return self._named(token, known)
        self.at -= token.kind != "end"
        raise self._syntax()

    def _last(self) -> int:
        """Return where the token just taken ends."""
        return self.tokens[self.at - 1].end

    def _list(self, start: int) -> _Term:
        kinds: list[str] = []
        items: list[str | int] = []
        while True:
            token = self._next()
            if token.kind not in {"string", "int"}:
                raise ConditionRefused("CONDITION_SYNTAX", "Put only constants into a list.")
            kinds.append("text" if token.kind == "string" else "int")
            items.append(token.text[1:-1] if token.kind == "string" else int(token.text))
            if self._take("]"):
                break
            self._expect(",")
        if len(set(kinds)) > 1:
            raise ConditionRefused("WRONG_TYPE", "Put constants of one type into a list.")
        node = Node("const", (tuple(items),), start, self._last())
        return _Term(f"list of {kinds[0]}", node, constants=tuple(map(str, items)))

    def _named(self, token: _Token, known: Paths) -> _Term:
        start = token.start
        if token.text in {"true", "false"}:
            return _Term("bool", Node("const", (token.text == "true",), start, token.end))
        if token.text == "has":
            self._expect("(")
            attribute = self._path(self._next())
            self._expect(")")
            return _Term(
                "bool", Node("has", shared((attribute.path,)), start, self._last()), frozenset({attribute.path})
            )
        if token.text == "size":
            self._expect("(")
            path = self._path(self._next())
            term = self._read(path, known, start)
            self._expect(")")
            if term.type not in {"text", "list of text"}:
                raise ConditionRefused("WRONG_TYPE", "Use size() on text or on a list.")
            return _Term("int", Node("size", shared((path.path,)), start, self._last()))
        return self._method(self._path(token), known, start)

    def _method(self, attribute: Attribute, known: Paths, start: int) -> _Term:
        term = self._read(attribute, known, start)
        if not self._take("."):
            return term
        call = self._next()
        self._expect("(")
        argument = self._next()
        self._expect(")")
        if call.text not in _TEXT_CALLS or argument.kind != "string":
            raise ConditionRefused("CONDITION_SYNTAX", "Call only startsWith, endsWith, contains with a text.")
        _check_letters(attribute, argument.text[1:-1])
        _check_word(attribute, argument.text[1:-1])
        self._need(term, "text")
        return _Term("bool", Node(call.text, (attribute.path, argument.text[1:-1]), start, self._last()))

    def _path(self, token: _Token) -> Attribute:
        if token.kind != "name" or token.text not in SIDES:
            raise ConditionRefused("UNKNOWN_ATTRIBUTE", f"Begin attributes with one of {', '.join(SIDES)}.")
        self._expect(".")
        name = self._next()
        path = f"{token.text}.{name.text}"
        attribute = self.attributes.get(path)
        if attribute is None or name.kind != "name":
            raise ConditionRefused("UNKNOWN_ATTRIBUTE", f"Declare '{path[:80]}' in schema.yaml or correct it.")
        self.paths.add(path)
        return attribute

    def _read(self, attribute: Attribute, known: Paths, start: int) -> _Term:
        if not attribute.required and attribute.path not in known:
            raise ConditionRefused(
                "UNGUARDED_ATTRIBUTE",
                f"'{attribute.path}' may be absent: write has({attribute.path}) && ... before it.",
            )
        node = Node("read", shared((attribute.path,)), start, self._last())
        return _Term(_ROOTS[attribute.type], node, attribute=attribute)


def _parts(tree: Node, spans: list[tuple[int, int]]) -> tuple[Node, ...]:
    """Return the trees of the conjuncts; brackets at the top were joined into one chain and are parted again."""
    if len(spans) == 1:
        return (tree,)
    found = []
    for start, end in spans:
        inside = tuple(node for node in tree.args if start <= node.start and node.end <= end)
        found.append(inside[0] if len(inside) == 1 else Node("&&", inside, start, end))
    return tuple(found)


def texts_of(text: str, parts: tuple[Node, ...]) -> tuple[str, ...]:
    """Return the texts that `&&` joins at the top; the whole text when there is none."""
    return tuple(text[part.start : part.end].strip() for part in parts)


def _joined(op: str, left: Node, right: Node) -> Node:
    """Join two nodes; a chain of one operator becomes one node."""
    return Node(op, (*left.args, right) if left.op == op else (left, right), left.start, right.end)


def _check_relation(operator: str, left: _Term, right: _Term) -> None:
    if operator == "in":
        if right.type != f"list of {left.type}":
            raise ConditionRefused("WRONG_TYPE", f"'in' needs a list of {left.type}, not {right.type}.")
    elif left.type != right.type:
        raise ConditionRefused("WRONG_TYPE", f"Compare {left.type} with {left.type}, not with {right.type}.")
    elif left.type.startswith("list") or (left.type == "bool" and operator not in {"==", "!="}):
        raise ConditionRefused("WRONG_TYPE", f"'{operator}' does not compare {left.type}.")
    if left.attribute is not None and right.attribute is not None:
        _check_equal_access(left.attribute, right.attribute)
    for attribute, constants in ((left.attribute, right.constants), (right.attribute, left.constants)):
        if attribute is not None:
            _check_constants(attribute, constants)


def _check_equal_access(left: Attribute, right: Attribute) -> None:
    """Refuse to ask whether a requester shares what a document says of people: nationality, faith, sex."""
    for asked, held in ((left, right), (right, left)):
        if asked.side != "resource" and held.side == "resource" and held.forbidden is not None:
            told = f"{held.path}, which tells {held.forbidden.value}"
            raise ConditionRefused("EQUAL_ACCESS", f"Do not compare {asked.path} with {told} (NAF Art. 1-1).")


def _check_word(attribute: Attribute, constant: str) -> None:
    """Refuse to ask a requester for a word that names people by what equal access forbids."""
    found = None if attribute.side == "resource" else meaning_of_value(constant)
    if found is not None:
        shown = f"{attribute.path} with '{constant[:60]}', which tells {found.value}"
        raise ConditionRefused("EQUAL_ACCESS", f"Do not compare {shown} (NAF Art. 1-1).")


def _check_letters(attribute: Attribute, constant: str) -> None:
    if not attribute.plain and not of_one_alphabet(constant):
        shown = ascii(constant[:60])
        raise ConditionRefused("LOOKS_ALIKE", f"Write {shown} with the letters of one alphabet that it shows.")


def _check_constants(attribute: Attribute, constants: tuple[str, ...]) -> None:
    for constant in constants:
        if attribute.values and constant not in attribute.values:
            raise ConditionRefused(
                "UNKNOWN_VALUE", f"'{constant[:60]}' is no value of {attribute.path} in schema.yaml."
            )
        if attribute.plain and not attribute.accepts(constant):
            raise ConditionRefused("UNKNOWN_VALUE", f"'{constant[:60]}' cannot be the id of a place: see 'Overlays'.")
        if attribute.path == ARCHIVE_PATH and not ARCHIVE_ID.fullmatch(constant):
            raise ConditionRefused("UNKNOWN_VALUE", f"'{constant[:60]}' cannot be the id of an archive.")
        _check_letters(attribute, constant)
        _check_word(attribute, constant)
        if attribute.type is AttributeType.DATE and not attribute.accepts(constant):
            raise ConditionRefused("WRONG_TYPE", f"Compare {attribute.path} with a date like 2026-01-31.")
