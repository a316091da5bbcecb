"""Compile conditions with the CEL binding and evaluate them; the only user of `cel`.

The binding takes the size of a text in UTF-8 bytes, where CEL says characters (a Kazakh letter is two bytes) and lets
nobody put another `size` in its place: it is given the text with `characters(x)` for `size(x)` of a text.

Facts are converted once a request (`Activation`) and shared by all conditions of that request.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

import cel

from .cel_check import Checked, ConditionRefused, check_condition, texts_of
from .cel_tree import JOINS, Node, evaluate, walk
from .cel_tree import paths as named
from .model import Facts, Value
from .schema import SIDES, Attribute, AttributeType
from .sharing import shared

_CHARACTERS: Final = "characters"
ALWAYS: Final = "true"
"""The text of a condition that always holds."""


class ConditionError(Exception):
    """A condition failed while it ran; the decision must refuse."""


class Activation:
    """The facts of one request, by path and in CEL's own form. Says nothing about itself.

    Args:
        facts: the facts; the engine's own attributes are added.
        needed: attributes that the conditions of this request read; None: all. CEL is given no more, since what a
            decision costs is mostly their conversion.
    """

    __slots__ = ("_context", "_needed", "flat")

    def __init__(self, facts: Facts, needed: frozenset[str] | None = None) -> None:
        """Collect the facts."""
        given = facts.attributes
        self.flat = {f"{side}.{name}": value for side in SIDES for name, value in given.get(side, {}).items()}
        self.flat["resource.kind"] = facts.kind
        self.flat["resource.archive"] = facts.archive
        if facts.ground is not None:
            self.flat["purpose.ground"] = facts.ground.value
        self._needed = needed
        self._context: cel.Context | None = None

    @property
    def lacks_nothing(self) -> bool:
        """True when every attribute that the conditions of this request read is there."""
        return self._needed is not None and self._needed <= self.flat.keys()

    @property
    def context(self) -> cel.Context:
        """The facts in CEL's own form, converted when first asked for."""
        if self._context is None:
            sides: dict[str, dict[str, object]] = {} if self._needed is not None else {side: {} for side in SIDES}
            for path in self.flat if self._needed is None else self._needed:
                side, _, name = path.partition(".")
                inside = sides.setdefault(side, {})
                value = self.flat.get(path)
                if value is not None:
                    inside[name] = list(value) if isinstance(value, tuple) else value
            self._context = cel.Context(sides)
            self._context.add_function(_CHARACTERS, len)
        return self._context

    def __str__(self) -> str:
        """Say nothing."""
        return "Activation(…)"

    __repr__ = __str__


@dataclass(frozen=True, slots=True)
class Condition:
    """One compiled condition.

    Attributes:
        text: as written.
        paths: attributes it reads or tests.
        tree: the condition as a tree, for what looks at rules; the engine decides by CEL.
    """

    text: str
    paths: frozenset[str]
    tree: Node = field(repr=False, compare=False)
    _parts: tuple[Node, ...] = field(repr=False, compare=False)
    _asked: tuple[tuple[str, ...], ...] = field(repr=False, compare=False)
    _program: cel.Program = field(repr=False, compare=False)

    @property
    def conjuncts(self) -> tuple[str, ...]:
        """Return the parts that `&&` joins at the top, as written."""
        return texts_of(self.text, self._parts)

    def holds(self, activation: Activation) -> bool:
        """Evaluate on the facts of a request.

        Raises:
            ConditionError: the evaluation failed or did not end in a boolean.
        """
        return _run(self._program, activation)

    def failed(self, activation: Activation) -> tuple[str, ...]:
        """Return the parts that do not hold, as written; for explanations, so without CEL."""
        flat = activation.flat
        return tuple(text for text, part in zip(self.conjuncts, self._parts, strict=True) if not _true(part, flat))

    def failed_reading(self, activation: Activation) -> tuple[frozenset[str], ...]:
        """Return what each part that does not hold reads or tests, by attributes."""
        parts = zip(self._asked, self._parts, strict=True)
        return tuple(frozenset(asked) for asked, part in parts if not _true(part, activation.flat))

    def distance(self, activation: Activation) -> tuple[int, frozenset[str]]:
        """Tell how near the condition is to holding.

        Returns:
            What keeps it from holding, counted: one absent fact counts once, however many parts ask for it; and the
            attributes that the failed parts name and the facts lack.
        """
        flat = activation.flat
        lacking = self._lacking(flat)
        whole = sum(
            not _true(part, flat)
            for part, asked in zip(self._parts, self._asked, strict=True)
            if all(path in flat for path in asked)
        )
        return whole + len(lacking), frozenset().union(*lacking)

    def lacking(self, activation: Activation) -> frozenset[str]:
        """Return the attributes that the failed parts name and the facts lack; cheaper than `distance`."""
        return frozenset().union(*self._lacking(activation.flat))

    def _lacking(self, flat: Mapping[str, Value]) -> set[tuple[str, ...]]:
        found: set[tuple[str, ...]] = set()
        lacking = self.paths - flat.keys()
        if not lacking:
            return found
        for part, asked in zip(self._parts, self._asked, strict=True):
            absent = tuple([path for path in asked if path in lacking])
            # A part that joins nothing reads or tests what is absent, so it fails.
            if absent and (part.op not in JOINS or not _true(part, flat)):
                found.add(absent)
        return found


def _run(program: cel.Program, activation: Activation) -> bool:
    try:
        result = program.execute(activation.context)
    except Exception as error:  # noqa: BLE001 - the binding maps CEL errors to many Python types
        # Its texts can quote values of facts: only the type's name goes on, and the cause is cut off.
        raise ConditionError(type(error).__name__) from None
    if result is True or result is False:
        return bool(result)
    raise ConditionError("not a boolean")


def _true(part: Node, flat: Mapping[str, Value]) -> bool:
    """Evaluate one part for an explanation only; one that reads what is absent counts as not holding."""
    try:
        return bool(evaluate(part, flat))
    except KeyError:
        return False


def _for_binding(checked: Checked, attributes: Mapping[str, Attribute]) -> str:
    """Return the text in which sizes of texts are asked for by the name that counts characters."""
    text = checked.text
    sizes = (node for node in walk(checked.tree) if node.op == "size")
    texts = [node.start for node in sizes if attributes[node.args[0]].type is not AttributeType.STRINGS]
    for start in sorted(texts, reverse=True):
        at = text.index("size", start)  # brackets may stand before it
        text = text[:at] + _CHARACTERS + text[at + len("size") :]
    return text


def compile_condition(text: str, attributes: Mapping[str, Attribute]) -> Condition:
    """Check a text against the schema, then compile it.

    Raises:
        ConditionRefused: see `cel_check.check_condition`; also when CEL itself refuses.
    """
    checked: Checked = check_condition(text, attributes)
    try:
        program = cel.compile(_for_binding(checked, attributes))
    except Exception as error:  # the binding maps parse faults to several Python types
        raise ConditionRefused("CONDITION_SYNTAX", "CEL does not accept this condition.") from error
    asked = tuple(shared(tuple(sorted(named(part)))) for part in checked.parts)
    return Condition(checked.text, shared(checked.paths), checked.tree, checked.parts, shared(asked), program)
