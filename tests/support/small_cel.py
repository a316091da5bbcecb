"""The conditions of `policies/docs/format.md`, parsed and evaluated from that page alone."""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

Tree = tuple[Any, ...]
_TOKEN: Final = re.compile(
    r"\s*(?:(?P<text>'[^']*'|\"[^\"]*\")|(?P<number>-?[0-9]+)|(?P<name>[A-Za-z_]\w*)"
    r"|(?P<sign>==|!=|<=|>=|&&|\|\||[<>!().,\[\]]))"
)
_RELATIONS: Final[Mapping[str, Callable[[Any, Any], bool]]] = {
    "==": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
    "in": lambda one, many: one in many,
}
_CALLS: Final = {"startsWith": str.startswith, "endsWith": str.endswith, "contains": str.__contains__}


class Absent(Exception):
    """An attribute was read that the facts do not have."""


class _Parser:
    def __init__(self, text: str) -> None:
        self.tokens: list[tuple[str, str]] = []
        at, text = 0, text.rstrip()
        while at < len(text):
            found = _TOKEN.match(text, at)
            if found is None:
                raise SyntaxError(text[at:])
            self.tokens.append((str(found.lastgroup), found[str(found.lastgroup)]))
            at = found.end()
        self.tokens.append(("end", ""))
        self.at = 0

    def sees(self, *words: str) -> bool:
        kind, word = self.tokens[self.at]
        return kind in {"sign", "name"} and word in words

    def take(self, word: str = "") -> tuple[str, str]:
        if word and not self.sees(word):
            raise SyntaxError(word)
        self.at += 1
        return self.tokens[self.at - 1]

    def chain(self, sign: str, below: Callable[[], Tree]) -> Tree:
        parts = [below()]
        while self.sees(sign):
            self.take()
            parts.append(below())
        return parts[0] if len(parts) == 1 else (sign, parts)

    def whole(self) -> Tree:
        return self.chain("||", lambda: self.chain("&&", self.relation))

    def relation(self) -> Tree:
        left = self.denied()
        if not self.sees(*_RELATIONS):
            return left
        return ("relation", self.take()[1], left, self.denied())

    def denied(self) -> Tree:
        if self.sees("!"):
            self.take()
            return ("!", self.denied())
        return self.member()

    def member(self) -> Tree:
        tree = self.primary()
        while self.sees("."):
            self.take()
            name = self.take()[1]
            tree = ("call", name, tree, self.bracketed()) if self.sees("(") else ("read", f"{tree[1]}.{name}")
        return tree

    def bracketed(self) -> Tree:
        self.take("(")
        tree = self.whole()
        self.take(")")
        return tree

    def primary(self) -> Tree:
        if self.sees("("):
            return ("brackets", self.bracketed())
        kind, word = self.take()
        if word == "[":
            items = [self.primary()[1]]
            while self.sees(","):
                self.take()
                items.append(self.primary()[1])
            self.take("]")
            return ("constant", items)
        if kind in {"text", "number"}:
            return ("constant", word[1:-1] if kind == "text" else int(word))
        if word in {"true", "false"}:
            return ("constant", word == "true")
        return (word, self.bracketed()) if word in {"has", "size"} else ("read", word)


def parse(text: str) -> Tree:
    """Return the tree of a condition."""
    parser = _Parser(text)
    tree = parser.whole()
    if parser.tokens[parser.at][0] != "end":
        raise SyntaxError(text)
    return tree


def holds(tree: Tree, flat: Mapping[str, Any]) -> Any:  # noqa: PLR0911 - one return for each kind of node
    """Evaluate from the left; raise Absent for an attribute that is not there."""
    kind = tree[0]
    if kind in {"&&", "||"}:
        return (all if kind == "&&" else any)(holds(part, flat) for part in tree[1])
    if kind == "!":
        return not holds(tree[1], flat)
    if kind == "brackets":
        return holds(tree[1], flat)
    if kind == "constant":
        return tree[1]
    if kind == "has":
        return tree[1][1] in flat
    if kind == "size":
        return len(holds(tree[1], flat))
    if kind == "call":
        return _CALLS[tree[1]](holds(tree[2], flat), holds(tree[3], flat))
    if kind == "relation":
        return _RELATIONS[tree[1]](holds(tree[2], flat), holds(tree[3], flat))
    if tree[1] not in flat:
        raise Absent(tree[1])
    return flat[tree[1]]


def names(tree: Tree) -> Iterator[str]:
    """Yield the attributes that a condition names."""
    if tree[0] == "read":
        yield tree[1]
    for part in tree[1:]:
        for below in part if isinstance(part, list) else (part,):
            if isinstance(below, tuple):
                yield from names(below)


def parts(tree: Tree) -> list[Tree]:
    """Return what `&&` joins outside of any brackets."""
    return list(tree[1]) if tree[0] == "&&" else [tree]
