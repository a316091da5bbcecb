"""The tree of an admitted condition, and a reading of it without CEL.

The engine decides by CEL alone. The tree serves what looks at conditions: which part failed, which rule can never
match, what a mutant of a condition is. `evaluate` is a second, independent meaning; tests hold it against CEL.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final, NamedTuple

from .model import Value


class Node(NamedTuple):
    """One node.

    Attributes:
        op: `&&`, `||`, `!`, a relation (`==`, `in`, ...), `has`, `size`, `read`, `const`, or a text call's name.
        args: nodes below; for `has`, `size`, `read` the attribute's path; for `const` its value; for a text call
            path and argument.
        start: first character in the condition's text.
        end: character after the last.
    """

    op: str
    args: tuple[Any, ...]
    start: int = 0
    end: int = 0


Facts = Mapping[str, Value]
"""Facts by path, e.g. `subject.role`; an absent one is left out."""

_RELATIONS: Final[Mapping[str, Callable[[Any, Any], bool]]] = {
    "==": lambda a, b: a == b,
    "!=": lambda a, b: a != b,
    "<": lambda a, b: a < b,
    "<=": lambda a, b: a <= b,
    ">": lambda a, b: a > b,
    ">=": lambda a, b: a >= b,
    "in": lambda a, b: a in b,
}
_CALLS: Final[Mapping[str, Callable[[str, str], bool]]] = {
    "startsWith": str.startswith,
    "endsWith": str.endswith,
    "contains": lambda text, part: part in text,
}
JOINS: Final = frozenset({"&&", "||", "!"})
"""Operators over conditions; every other node of a bool is a condition that joins nothing."""


def evaluate(node: Node, facts: Facts) -> Any:  # noqa: PLR0911 - one return for each kind of node
    """Evaluate on facts by path.

    Raises:
        KeyError: an absent fact was read; an admitted condition reads only what is there.
    """
    op, args = node.op, node.args
    if op == "&&":
        return all(evaluate(arg, facts) for arg in args)
    if op == "||":
        return any(evaluate(arg, facts) for arg in args)
    if op == "!":
        return not evaluate(args[0], facts)
    if op == "const":
        return args[0]
    if op == "read":
        return facts[args[0]]
    if op == "has":
        return args[0] in facts
    if op == "size":
        return len(facts[args[0]])  # type: ignore[arg-type]
    if op in _CALLS:
        return _CALLS[op](str(facts[args[0]]), args[1])
    return _RELATIONS[op](evaluate(args[0], facts), evaluate(args[1], facts))


ABSENT: Final = object()
"""Stands for a fact that is known to be absent, where facts that are not listed are not known yet."""


def partly(node: Node, known: Mapping[str, Any]) -> bool | None:
    """Evaluate a condition of which only some facts are known; None where the others still decide.

    False and True hold whatever the other facts are. An admitted condition reads only behind `has()`, and this is
    false of an absent fact, so no absent fact is read.
    """
    op, args = node.op, node.args
    if op in {"&&", "||"}:
        return _joined(args, known, ends=op == "||")
    if op == "!":
        inner = partly(args[0], known)
        return None if inner is None else not inner
    if op == "has":
        return None if args[0] not in known else known[args[0]] is not ABSENT
    if op == "const":
        return bool(args[0])
    needed = [arg.args[0] for arg in args if arg.op != "const"] if op in _RELATIONS else args[:1]
    if any(path not in known or known[path] is ABSENT for path in needed):
        return None
    return bool(evaluate(node, known))


def _joined(args: tuple[Any, ...], known: Mapping[str, Any], *, ends: bool) -> bool | None:
    """Join parts from the left; the value that ends a join ends it whatever is not known."""
    found: bool | None = not ends
    for arg in args:
        one = partly(arg, known)
        if one is ends:
            return ends
        if one is None:
            found = None
    return found


def walk(node: Node) -> Iterator[Node]:
    """Yield a node and all below it."""
    yield node
    for arg in node.args:
        if isinstance(arg, Node):
            yield from walk(arg)


def paths(node: Node) -> frozenset[str]:
    """Return the attributes that a node reads or tests."""
    named = (n.args[0] for n in walk(node) if n.op in {"read", "has", "size"} or n.op in _CALLS)
    return frozenset(named)


def atoms(node: Node) -> Iterator[Node]:
    """Yield the boolean parts that hold no `&&`, `||` or `!` themselves, in the order of the text."""
    if node.op in JOINS:
        for arg in node.args:
            yield from atoms(arg)
    else:
        yield node


def conjuncts(node: Node) -> tuple[Node, ...]:
    """Return the nodes that `&&` joins at the top, brackets looked through."""
    if node.op == "&&":
        return tuple(part for arg in node.args for part in conjuncts(arg))
    return (node,)
