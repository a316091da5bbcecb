"""Read for which device a document's plain colours were made (its output intent): viewers show them by its profile.

Attack: names, notices and links beside the profile, and in it. Only the profile of the first intent is taken, which is
the one that viewers follow; the rebuild reduces it as it does every profile (`rebuild.profiles`).
"""

from __future__ import annotations

from dataclasses import dataclass, field

import pikepdf

_SPACES = {b"GRAY": 1, b"RGB ": 3, b"CMYK": 4}
_FAULTS = (pikepdf.PdfError, RuntimeError, ValueError, TypeError, KeyError, IndexError, AttributeError)


@dataclass(frozen=True, slots=True)
class Intent:
    """A profile as the master has it; untrusted.

    Attributes:
        profile: its bytes.
        components: of the colours that it describes.
    """

    profile: bytes = field(repr=False)
    components: int


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
