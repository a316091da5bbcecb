"""Tell whether a picture's inks are all seen. Pure.

Attack: a name in an ink that the function of its space passes over, or maps to nearly one colour. It can be told of one
ink that is mixed in a straight way, and of inks that are some of the four of printers; pictures of others make pixels.
"""

from __future__ import annotations

import pikepdf

_INKS = frozenset({"/Separation", "/DeviceN"})
_INTERPOLATES, _CALCULATES = 2, 4
_PRINTED = 4
_DEEPEST = 0.5
_UNUSED = frozenset({"/None"})


def hides_inks(space: pikepdf.Object | None) -> bool:
    """Tell whether a colour space, or the one of its table, may show samples that differ as the same."""
    if not isinstance(space, pikepdf.Array):
        return False
    if str(space[0]) == "/Indexed":
        return hides_inks(space[1])
    return str(space[0]) in _INKS and not _shows(space)


def _shows(space: pikepdf.Array) -> bool:
    names = [str(name) for name in space[1].as_list()] if isinstance(space[1], pikepdf.Array) else [str(space[1])]
    function = space[3]
    if set(names) & _UNUSED:
        return False
    if isinstance(function, pikepdf.Stream):
        return str(space[2]) == "/DeviceCMYK" and _passes_on(function, len(names))
    if len(names) != 1 or not isinstance(function, pikepdf.Dictionary):
        return False
    if int(function["/FunctionType"]) != _INTERPOLATES or float(function["/N"]) != 1 or not _plain_domain(function):
        return False
    first, last = ([float(x) for x in function.get(key, [plain])] for key, plain in (("/C0", 0), ("/C1", 1)))
    return max(abs(a - b) for a, b in zip(first, last, strict=True)) >= _DEEPEST


def _passes_on(function: pikepdf.Stream, inks: int) -> bool:
    """Tell whether a function gives each ink as one of a printer's, and none of the rest."""
    if int(function["/FunctionType"]) != _CALCULATES or not _plain_domain(function):
        return False
    rest = bytes(function.read_bytes()).strip().removeprefix(b"{").removesuffix(b"}").split()
    return set(rest) <= {b"0"} and inks + len(rest) == _PRINTED


def _plain_domain(function: pikepdf.Object) -> bool:
    """Tell whether a function takes all that a sample may be, and gives all that it works out."""
    domain = [float(bound) for bound in function["/Domain"].as_list()]
    bounds = [float(bound) for bound in function["/Range"].as_list()] if "/Range" in function else []
    return all(bound == at % 2 for at, bound in enumerate(domain)) and all(
        bound == at % 2 for at, bound in enumerate(bounds)
    )
