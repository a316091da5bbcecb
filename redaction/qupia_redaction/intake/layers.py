"""Optional content as a viewer shows it by default: which layers are off, and content streams without their content.

Attack: text on a layer that is switched off stays in the file. What is off is removed; afterwards no layer is left.
A membership that we cannot evaluate refuses: showing it could show a secret, hiding it could hide a page. Limits:
expressions `_DEPTH` deep, `_WIDTH` wide.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pikepdf

from qupia_redaction.errors import RedactionRefused, RefusalCode

Instruction = pikepdf.ContentStreamInstruction | pikepdf.ContentStreamInlineImage
_PAINT = frozenset("S s f F f* B B* b b* sh Do Tj TJ ' \" EI".split()) | {"INLINE IMAGE"}
_DEPTH, _WIDTH = 4, 12
_PATH_PAINT = frozenset("S s f F f* B B* b b*".split())


@dataclass(frozen=True, slots=True)
class HiddenLayers:
    """The layers that are off by default.

    Attributes:
        ids: object numbers of their dictionaries.
    """

    ids: frozenset[tuple[int, int]]

    def hides(self, thing: pikepdf.Object) -> bool:
        """Tell whether an annotation, a form or an image belongs to a hidden layer."""
        membership = thing.get("/OC")
        return membership is not None and self.off(membership)

    def off(self, membership: pikepdf.Object) -> bool:
        """Evaluate a layer or a membership dictionary; a visibility expression goes before a policy.

        Raises:
            RedactionRefused: UNKNOWN_CONTENT for an expression that means nothing.
        """
        if not isinstance(membership, pikepdf.Dictionary):
            return False
        if membership.get("/Type") != "/OCMD":
            return membership.objgen in self.ids
        if "/VE" in membership:
            return not self._shows(membership["/VE"], 0)
        groups = membership.get("/OCGs", pikepdf.Array())
        listed = list(groups) if isinstance(groups, pikepdf.Array) else [groups]
        off = [group.objgen in self.ids for group in listed if isinstance(group, pikepdf.Dictionary)]
        return bool(off) and _off_by_policy(str(membership.get("/P", "/AnyOn")), off)

    def _shows(self, expression: pikepdf.Object, depth: int) -> bool:
        if isinstance(expression, pikepdf.Dictionary):
            return expression.objgen not in self.ids
        parts: list[object] = list(expression) if isinstance(expression, pikepdf.Array) else []
        if depth > _DEPTH or not 1 < len(parts) <= _WIDTH:
            raise RedactionRefused(RefusalCode.UNKNOWN_CONTENT)
        shown = [self._shows(part, depth + 1) for part in parts[1:] if isinstance(part, pikepdf.Object)]
        match str(parts[0]):
            case "/And":
                return all(shown)
            case "/Or":
                return any(shown)
            case "/Not" if len(shown) == 1:
                return not shown[0]
            case _:
                raise RedactionRefused(RefusalCode.UNKNOWN_CONTENT)


def _off_by_policy(policy: str, off: Sequence[bool]) -> bool:
    match policy:
        case "/AllOn":
            return any(off)
        case "/AnyOff":
            return not any(off)
        case "/AllOff":
            return not all(off)
        case _:
            return all(off)


def hidden_layers(pdf: pikepdf.Pdf) -> HiddenLayers:
    """Read the default configuration of a document's layers."""
    properties = pdf.Root.get("/OCProperties")
    if not isinstance(properties, pikepdf.Dictionary):
        return HiddenLayers(frozenset())
    config = properties.get("/D", pikepdf.Dictionary())
    every = _ids(properties.get("/OCGs"))
    base = every if config.get("/BaseState") == "/OFF" else frozenset()
    return HiddenLayers((base - _ids(config.get("/ON"))) | _ids(config.get("/OFF")))


def _ids(groups: pikepdf.Object | None) -> frozenset[tuple[int, int]]:
    if not isinstance(groups, pikepdf.Array):
        return frozenset()
    return frozenset(group.objgen for group in groups if isinstance(group, pikepdf.Dictionary))


def shown(instructions: Sequence[Instruction], resources: pikepdf.Object, hidden: HiddenLayers) -> list[Instruction]:
    """Drop what hidden layers paint, keeping the drawing state that follows."""
    kept: list[Instruction] = []
    stack: list[bool] = []
    for instruction in instructions:
        operator = str(instruction.operator)
        if operator in {"BDC", "BMC"}:
            stack.append(operator == "BDC" and _is_hidden(instruction, resources, hidden))
        elif operator == "EMC":
            if stack:
                stack.pop()
        elif any(stack) and operator in _PAINT:
            if operator in _PATH_PAINT:
                kept.append(pikepdf.ContentStreamInstruction([], pikepdf.Operator("n")))
        elif operator == "Do" and _do_hidden(instruction, resources, hidden):
            continue
        else:
            kept.append(instruction)
    return kept


def _is_hidden(instruction: Instruction, resources: pikepdf.Object, hidden: HiddenLayers) -> bool:
    operands = list(instruction.operands)
    if len(operands) != 2 or operands[0] != "/OC" or not isinstance(operands[1], pikepdf.Name):
        return False
    membership = resources.get("/Properties", pikepdf.Dictionary()).get(str(operands[1]))
    return membership is not None and hidden.off(membership)


def _do_hidden(instruction: Instruction, resources: pikepdf.Object, hidden: HiddenLayers) -> bool:
    names = [operand for operand in instruction.operands if isinstance(operand, pikepdf.Name)]
    target = resources.get("/XObject", pikepdf.Dictionary()).get(str(names[0])) if names else None
    return target is not None and hidden.hides(target)
