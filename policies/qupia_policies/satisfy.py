"""Tell whether a condition can hold at all, and whether one condition follows from another.

Conditions have no arithmetic and no loops, so each attribute needs only a few values that stand for all others: the
constants it is compared with, their neighbours, a stranger, and absence. Parts that share no attribute are judged
apart. Where values cannot stand for all others (`size()`, prefixes and order of free text, a list of free words) or
would be too many, the answer is "possible": a finding is only made of what is proven.

The rules may be hostile: what all questions about one bundle cost together is bounded (`MAX_WORK`); after that the
answer is "possible".
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from itertools import combinations, product
from typing import Any, Final

from .cel_tree import Node, conjuncts, evaluate, paths, walk
from .schema import Attribute, AttributeType

MAX_TRIES: Final = 4_096
MAX_WORK: Final = 5_000_000
"""Nodes of conditions that are looked at for one bundle: some seconds."""
PAIR_WORK: Final = 100
"""What a question about two rules costs at least, in nodes."""
MAX_LIST: Final = 5
_ABSENT: Final = object()
_OPAQUE: Final = frozenset({"size", "startsWith", "endsWith", "contains"})
_ORDER: Final = frozenset({"<", "<=", ">", ">="})
_RELATIONS: Final = _ORDER | {"==", "!=", "in"}

Domain = Mapping[str, frozenset[str]]
"""Values that a rule's target leaves to an attribute, by path."""


class Solver:
    """Judge conditions against one schema; remembers what it judged.

    Args:
        attributes: attributes by path.
    """

    def __init__(self, attributes: Mapping[str, Attribute]) -> None:
        """Start without memory."""
        self._attributes = attributes
        self._known: dict[tuple[Any, ...], bool] = {}
        self._work = 0

    @property
    def spent(self) -> bool:
        """True when no question is looked into any more."""
        return self._work > MAX_WORK

    def possible(self, tree: Node, domain: Domain) -> bool:
        """Tell whether some facts inside `domain` make the condition true; True also when that is not clear."""
        return all(self._part(part, domain) for part in _components(conjuncts(tree)))

    def follows(self, tree: Node, other: Node, domain: Domain) -> bool:
        """Tell whether `other` surely holds wherever `tree` does, inside `domain`."""
        self._work += PAIR_WORK
        if self.spent:
            return False
        return all(not self._beside(tree, _denied(part), domain) for part in conjuncts(other))

    def _beside(self, tree: Node, denied: Node, domain: Domain) -> bool:
        parts = _components((*conjuncts(tree), denied))
        return self._part(next(part for part in parts if denied in part), domain)

    def _part(self, part: tuple[Node, ...], domain: Domain) -> bool:
        used = frozenset().union(*(paths(node) for node in part))
        limits = tuple(sorted((path, domain[path]) for path in used & domain.keys()))
        key = (tuple(_plain(node) for node in part), limits)
        if key not in self._known:
            self._known[key] = self._search(part, sorted(used), domain)
        return self._known[key]

    def _search(self, part: tuple[Node, ...], used: list[str], domain: Domain) -> bool:
        nodes = [node for top in part for node in walk(top)]
        self._work += len(nodes)
        texts = self._texts(used, nodes, domain)
        choices = []
        tries = 1
        for path in used:
            values = self._values(path, nodes, domain, texts)
            if values is None:
                return True
            choices.append(values)
            tries *= len(values)
        if tries > MAX_TRIES:
            return True
        for chosen in product(*choices):
            self._work += len(nodes)
            if self.spent:
                return True
            facts = {path: value for path, value in zip(used, chosen, strict=True) if value is not _ABSENT}
            if all(evaluate(node, facts) for node in part):
                return True
        return False

    def _texts(self, used: list[str], nodes: list[Node], domain: Domain) -> list[str]:
        """Return the words that some attribute may be equal to, and a stranger for each attribute."""
        found: list[Any] = [word for node in nodes if node.op == "const" for word in _flat(node.args[0])]
        for path in used:
            found += _closed(self._attributes[path], domain.get(path)) or ()
        strangers = [f"\N{BULLET}{number}" for number in range(max(2, len(used)))]
        return [*dict.fromkeys(word for word in found if isinstance(word, str)), *strangers]

    def _unclear(self, path: str, nodes: list[Node]) -> bool:
        """Tell whether no few values of an open attribute can stand for all others."""
        mine = self._attributes[path].type
        if any(node.op in _OPAQUE and node.args[0] == path for node in nodes):
            return True
        for node in nodes:
            others = [arg.args[0] for arg in node.args if arg.op == "read"] if node.op in _RELATIONS else []
            if path not in others:
                continue
            if mine is AttributeType.STRING and node.op in _ORDER:
                return True
            if any(self._attributes[other].type is not mine for other in others):
                return True
        return False

    def _values(self, path: str, nodes: list[Node], domain: Domain, texts: list[str]) -> list[Any] | None:
        """Return the values that stand for all others; None when none can."""
        attribute = self._attributes[path]
        allowed = domain.get(path)
        values = _closed(attribute, allowed)
        if values is None:
            if self._unclear(path, nodes):
                return None
            values = texts if attribute.type is AttributeType.STRING else _open(attribute, nodes)
        if values is None:
            return None
        return values if attribute.required or allowed is not None else [*values, _ABSENT]


def _closed(attribute: Attribute, allowed: frozenset[str] | None) -> list[Any] | None:
    if attribute.type is AttributeType.BOOL:
        return [True, False]
    if attribute.type is AttributeType.STRING and (allowed or attribute.values):
        return sorted(allowed or attribute.values)
    return None


def _open(attribute: Attribute, nodes: list[Node]) -> list[Any] | None:
    constants = [value for node in nodes if node.op == "const" for value in _flat(node.args[0])]
    if attribute.type is AttributeType.INT:
        numbers = {c + step for c in constants or [0] if type(c) is int for step in (-2, -1, 0, 1, 2)}
        return sorted(numbers) or [0]
    if attribute.type is AttributeType.DATE:
        return _days(c for c in constants if isinstance(c, str))
    words = [c for c in dict.fromkeys(constants) if isinstance(c, str)]
    if len(words) > MAX_LIST:
        return None
    return [chosen for count in range(len(words) + 1) for chosen in combinations(words, count)]


def _days(constants: Iterable[str]) -> list[str]:
    found = {dt.date(2000, 1, 1)}
    for text in constants:
        try:
            found.add(dt.date.fromisoformat(text))
        except ValueError:
            continue
    steps = (dt.timedelta(days=n) for n in (-2, -1, 0, 1, 2))
    return sorted({_shifted(day, step).isoformat() for step in steps for day in found})


def _shifted(day: dt.date, step: dt.timedelta) -> dt.date:
    try:
        return day + step
    except OverflowError:
        return day


def _flat(value: Any) -> tuple[Any, ...]:
    return value if isinstance(value, tuple) else (value,)


def _denied(node: Node) -> Node:
    return Node("!", (node,))


def _plain(node: Node) -> Any:
    """Return the node without its place in the text, to compare parts of different rules."""
    return (node.op, *(_plain(arg) if isinstance(arg, Node) else arg for arg in node.args))


def _components(parts: tuple[Node, ...]) -> list[tuple[Node, ...]]:
    """Group parts that share attributes; `has(x) && x == 1` is one group."""
    groups: list[tuple[set[str], list[Node]]] = []
    for part in parts:
        used = set(paths(part))
        joined = [group for group in groups if group[0] & used]
        groups = [group for group in groups if not group[0] & used]
        names = used.union(*(group[0] for group in joined))
        groups.append((names, [node for group in joined for node in group[1]] + [part]))
    return [tuple(nodes) for _, nodes in groups]
