"""What must be true of a finished document, as the plan of the redaction tells."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from qupia_redaction.check.sight import Sight
from qupia_redaction.model import Corners, Mark, PrivateText


@dataclass(frozen=True, slots=True)
class Expected:
    """What must be true of the output.

    Attributes:
        pages: how many.
        secrets: hidden texts by page.
        kept: the text that stays, by page; the stamp included.
        covered: rectangles that must be dark on pages that became pixels, and over pictures.
        sights: pages that are looked at, for what was hidden on them is pixels.
        labels: words that the library itself prints, on marks of any page, as often as it likes.
        no_codes: bar codes must be gone.
        terms: texts that may stand nowhere as whole words, kept or not.
        printed: what the library itself prints: labels, stamp, legend; it excuses a term.
        unseen: lines that the master draws and nobody sees, by page: they must be gone as well.
        around: pages that stay text: where the master had what was hidden; it is looked for there in pixels.
        tokens: marks in lines of text, by page: they must be dark and of one colour.
    """

    pages: int
    secrets: Mapping[int, Sequence[PrivateText]] = field(default_factory=dict)
    kept: Mapping[int, PrivateText] = field(default_factory=dict, repr=False)
    covered: Sequence[Mark] = ()
    sights: Mapping[int, Sight] = field(default_factory=dict, repr=False)
    labels: Sequence[str] = ()
    no_codes: bool = False
    terms: Sequence[PrivateText] = ()
    printed: Sequence[str] = ()
    unseen: Mapping[int, Sequence[PrivateText]] = field(default_factory=dict, repr=False)
    around: Mapping[int, Sight] = field(default_factory=dict, repr=False)
    tokens: Mapping[int, Sequence[Corners]] = field(default_factory=dict, repr=False)
