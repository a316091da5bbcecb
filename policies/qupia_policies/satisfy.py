"""Tell whether a condition can hold at all, and whether one condition follows from another.

Conditions have no arithmetic and no loops, so each attribute needs only a few values that stand for all others: the
constants it is compared with, their neighbours, a stranger, and absence. Parts that share no attribute are judged
apart, and an attribute that a part holds equal to constants has only these. Values are tried attribute by attribute,
and what is false already is not tried further. Where values cannot stand for all others (prefixes and order of free
text, a list of many free words) an attribute stays open: only what is false without it is false. Where there are too
many to try, only what is said of each attribute alone is looked at, and else the answer is "possible": a finding is
only made of what is proven.

The rules may be hostile: what one question costs is bounded (`MAX_TRIES`), and all questions about one bundle together
(`MAX_WORK`); after that the answer is "possible", and `cut` tells that it was not found out.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from itertools import combinations
from typing import Any, Final

from .cel_tree import ABSENT, Node, atoms, conjuncts, partly, paths, walk
from .schema import MAX_ITEMS, MAX_TEXT, Attribute, AttributeType

MAX_TRIES: Final = 8_192
"""Choices of values that are looked at for one question."""
MAX_ATTRIBUTES: Final = 200
"""Attributes whose values are chosen for one question, one inside the other."""
MAX_WORK: Final = 3_000_000
"""Nodes of conditions that are looked at for one bundle: some seconds."""
PAIR_WORK: Final = 100
"""What a question about two rules costs at least, in nodes."""
MAX_LIST: Final = 5
_STRANGE: Final = "\N{BULLET}"
_OPAQUE: Final = frozenset({"startsWith", "endsWith", "contains"})
_ORDER: Final = frozenset({"<", "<=", ">", ">="})
_FREE: Final = frozenset({AttributeType.STRING, AttributeType.STRINGS})
_RELATIONS: Final = _ORDER | {"==", "!=", "in"}

Domain = Mapping[str, frozenset[str]]
"""Values that a rule's target leaves to an attribute, by path."""


class Solver:
    """Judge conditions against one schema; remembers what it judged.

    Args:
        attributes: attributes by path.

    Attributes:
        cut: True once an answer was "possible" because of a bound; whoever asks sets it back.
    """

    def __init__(self, attributes: Mapping[str, Attribute]) -> None:
        """Start without memory."""
        self._attributes = attributes
        self._known: dict[tuple[Any, ...], bool] = {}
        self._work = 0
        self._tries = 0
        self.cut = False

    @property
    def spent(self) -> bool:
        """True when no question is looked into any more."""
        return self._work > MAX_WORK

    def possible(self, tree: Node, domain: Domain) -> bool:
        """Tell whether some facts inside `domain` make the condition true; True also when that is not clear."""
        parts = conjuncts(tree)
        self.charge(len(parts) ** 2 // 4)  # what grouping them costs
        return self.spent or all(self._part(part, domain) for part in _components(parts))

    def follows(self, tree: Node, other: Node, domain: Domain) -> bool:
        """Tell whether `other` surely holds wherever `tree` does, inside `domain`."""
        return self.covered(tree, (other,), domain)

    def covered(self, tree: Node, others: Iterable[Node], domain: Domain) -> bool:
        """Tell whether, wherever `tree` holds inside `domain`, one of `others` surely holds."""
        denied = tuple(map(_denied, others))
        self.charge(PAIR_WORK * len(denied))
        return not self.spent and not all(self._part(part, domain) for part in _components((*conjuncts(tree), *denied)))

    def charge(self, nodes: int) -> None:
        """Count work that was done; `cut` when it is too much."""
        self._work += nodes
        self.cut = self.cut or self.spent

    def _part(self, part: tuple[Node, ...], domain: Domain) -> bool:
        used = frozenset().union(*(paths(node) for node in part))
        limits = tuple(sorted((path, domain[path]) for path in used & domain.keys()))
        key = (tuple(_plain(node) for node in part), limits)
        if key in self._known:
            return self._known[key]
        before, self.cut = self.cut, False
        found = self._search(part, sorted(used), domain)
        if not self.cut:
            self._known[key] = found
        self.cut = self.cut or before
        return found

    def _search(self, part: tuple[Node, ...], used: list[str], domain: Domain) -> bool:
        nodes = [node for top in part for node in walk(top)]
        self.charge(len(nodes))
        texts = self._texts(used, nodes, domain)
        asked = dict.fromkeys(one for top in part for one in atoms(top))
        choices: dict[str, list[Any]] = {}
        for path in used:
            values = self._pinned(path, part, domain) or self._values(path, nodes, domain, texts)
            if values is not None:
                choices[path] = self._different(path, values, asked)
        self._tries = 0
        sizes = [(node, sum(1 for _ in walk(node))) for node in part]
        found = self._branch(sizes, choices, {})
        if self.cut and not self._each_alone(part, used, domain):
            self.cut = False
            return False
        return found

    def _different(self, path: str, values: list[Any], asked: Iterable[Node]) -> list[Any]:
        """Return one value for each set of answers that the conditions give, where they ask it of nothing else."""
        mine = [(node, paths(node)) for node in asked]
        about = [node for node, named in mine if path in named]
        if any(path in named and len(named) > 1 for _, named in mine):
            return values
        self.charge(len(values) * len(about))
        return list({tuple(partly(node, {path: value}) for node in about): value for value in values}.values())

    def _branch(self, part: list[tuple[Node, int]], choices: Mapping[str, list[Any]], known: dict[str, Any]) -> bool:
        """Tell whether some choice of the values that are not known yet leaves no node false."""
        self._tries += 1
        self.charge(sum(size for _, size in part))
        if self._tries > MAX_TRIES or len(known) > MAX_ATTRIBUTES or self.spent:
            self.cut = True
            return True
        found = [(node, size, partly(node, known)) for node, size in part]
        if any(one is False for _, _, one in found):
            return False
        rest = [(node, size) for node, size, one in found if one is None]
        open_to = [sorted(p for p in paths(node) if p in choices and p not in known) for node, _ in rest]
        path = min((names for names in open_to if names), key=len, default=[""])[0]
        if not path:
            return True
        for value in choices[path]:
            known[path] = value
            if self._branch(rest, choices, known):
                return True
        del known[path]
        return False

    def _each_alone(self, part: tuple[Node, ...], used: list[str], domain: Domain) -> bool:
        """Tell whether what is said of each attribute alone can hold; True when that is not clear either."""
        if len(used) == 1:
            return True
        alone = (tuple(node for node in part if frozenset(paths(node)) == {path}) for path in used)
        return all(self._part(nodes, domain) for nodes in alone if nodes)

    def _texts(self, used: list[str], nodes: list[Node], domain: Domain) -> list[str]:
        """Return the words that some attribute may be equal to, and a stranger for each attribute."""
        found: list[Any] = [word for node in nodes if node.op == "const" for word in _flat(node.args[0])]
        for path in used:
            found += _closed(self._attributes[path], domain.get(path)) or ()
        free = [path for path in used if self._attributes[path].type in _FREE]
        strangers = [f"\N{BULLET}{number}" for number in range(max(2, len(free)))]
        if any(node.op == "size" for node in nodes):  # as many of each length: attributes may be alike, or not
            letters = [chr(ord("\N{BULLET}") + number) for number in range(len(strangers))]
            strangers += [letter * size for size in _numbers(nodes) if 0 <= size <= MAX_TEXT for letter in letters]
        return list(dict.fromkeys([*(word for word in found if isinstance(word, str)), *strangers]))

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

    def _pinned(self, path: str, part: tuple[Node, ...], domain: Domain) -> list[Any] | None:
        """Return the constants to which a part holds an open attribute equal; None when to none."""
        if self._attributes[path].values or path in domain:  # a target may leave fewer
            return None
        for node in part:
            if node.op not in {"==", "in"} or {arg.op for arg in node.args} != {"read", "const"}:
                continue
            read, constant = sorted(node.args, key=lambda arg: arg.op == "const")
            if read.args[0] == path and (node.op == "==" or node.args[0] is read):
                return list(dict.fromkeys(_flat(constant.args[0]))) or None
        return None

    def _values(self, path: str, nodes: list[Node], domain: Domain, texts: list[str]) -> list[Any] | None:
        """Return the values that stand for all others; None when none can."""
        attribute = self._attributes[path]
        allowed = domain.get(path)
        values = _closed(attribute, allowed)
        if values is None:
            if self._unclear(path, nodes):
                return None
            values = texts if attribute.type is AttributeType.STRING else _open(attribute, nodes)
            sized = any(node.op == "size" and node.args[0] == path for node in nodes)
            if values is not None and sized and attribute.type is AttributeType.STRINGS:
                values = _sized(values, nodes)
        if values is None:
            return None
        return values if attribute.required or allowed is not None else [*values, ABSENT]


def _closed(attribute: Attribute, allowed: frozenset[str] | None) -> list[Any] | None:
    if attribute.type is AttributeType.BOOL:
        return [True, False]
    if attribute.type is AttributeType.STRING and (allowed or attribute.values):
        return sorted(allowed or attribute.values)
    return None


def _sized(values: list[Any], nodes: list[Node]) -> list[Any]:
    """Make the lists as long as each number near the constants; a word may stand twice."""
    sizes = [size for size in _numbers(nodes) if 0 <= size <= MAX_ITEMS]
    longer = (one + (_STRANGE,) * (size - len(one)) for one in values for size in {len(one), *sizes})
    return list(dict.fromkeys(longer))


def _numbers(nodes: list[Node]) -> list[int]:
    """Return the numbers that stand for all others: near each constant as many as attributes may lie in a row."""
    constants = {c for node in nodes if node.op == "const" for c in _flat(node.args[0]) if type(c) is int}
    return sorted({c + step for c in constants | {0} for step in _steps(nodes)})


def _steps(nodes: list[Node]) -> range:
    """Return the steps around a constant: two at least, one for each attribute that others are compared with."""
    row = max(2, len(frozenset().union(*(paths(node) for node in nodes))))
    return range(-row, row + 1)


def _open(attribute: Attribute, nodes: list[Node]) -> list[Any] | None:
    constants = [value for node in nodes if node.op == "const" for value in _flat(node.args[0])]
    if attribute.type is AttributeType.INT:
        return list(_numbers(nodes))
    if attribute.type is AttributeType.DATE:
        return _days((c for c in constants if isinstance(c, str)), _steps(nodes))
    words = [c for c in dict.fromkeys(constants) if isinstance(c, str)]
    if len(words) > MAX_LIST:
        return None
    return [chosen for count in range(len(words) + 1) for chosen in combinations(words, count)]


def _days(constants: Iterable[str], around: Iterable[int]) -> list[str]:
    found = {dt.date(2000, 1, 1)}
    for text in constants:
        try:
            found.add(dt.date.fromisoformat(text))
        except ValueError:
            continue
    steps = (dt.timedelta(days=n) for n in around)
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
