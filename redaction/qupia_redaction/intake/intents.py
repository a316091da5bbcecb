"""Read for which device a document was made: its output intent, by whose profile viewers show plain colours, and units.

Attack: names, notices and links beside the profile, and in it. Only the profile of the first intent is taken, which is
the one that viewers follow; the rebuild reduces it as it does every profile (`rebuild.profiles`). Of units only numbers
that viewers follow are taken: pages are read, marked and written in their own units, whatever these measure.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field

import pikepdf

_SPACES = {b"GRAY": 1, b"RGB ": 3, b"CMYK": 4}
_FAULTS = (pikepdf.PdfError, RuntimeError, ValueError, TypeError, KeyError, IndexError, AttributeError)
_LEAST_UNIT, _MOST_UNIT = 0.01, 100.0


@dataclass(frozen=True, slots=True)
class Intent:
    """A profile as the master has it; untrusted.

    Attributes:
        profile: its bytes.
        components: of the colours that it describes.
    """

    profile: bytes = field(repr=False)
    components: int


@dataclass(frozen=True, slots=True)
class Device:
    """For which device a document was made.

    Attributes:
        intent: for which its colours were made; None when it does not say.
        units: of pages whose unit is not 1/72 inch, in 1/72 inches.
    """

    intent: Intent | None = None
    units: Mapping[int, float] = field(default_factory=dict)


def read_device(pdf: pikepdf.Pdf) -> Device:
    """Return for which device an open document was made."""
    units = {number: unit_of(page) for number, page in enumerate(pdf.pages, 1) if "/UserUnit" in page.obj}
    return Device(read_intent(pdf), {number: unit for number, unit in units.items() if unit != 1})


def unit_of(page: pikepdf.Page) -> float:
    """Return the unit of a page in 1/72 inches; 1 for what viewers would not follow."""
    try:
        unit = float(page.obj.get("/UserUnit", 1))
    except (TypeError, ValueError, OverflowError):
        return 1.0
    return unit if math.isfinite(unit) and _LEAST_UNIT <= unit <= _MOST_UNIT else 1.0


def read_intent(pdf: pikepdf.Pdf) -> Intent | None:
    """Return the output intent of an open document; None for none, or one that says nothing."""
    try:
        intents = pdf.Root.get("/OutputIntents")
        if not isinstance(intents, pikepdf.Array) or not len(intents):
            return None
        profile = intents[0].get("/DestOutputProfile")
        if not isinstance(profile, pikepdf.Stream):
            return None
        data = profile.read_bytes()
    except _FAULTS:
        return None
    components = _SPACES.get(data[16:20])
    return None if components is None else Intent(data, components)
