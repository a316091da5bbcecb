"""The document that is being written, with what its parts share: each colour profile is written once."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import pikepdf

from qupia_redaction.rebuild.profiles import bare_profile

_PLAIN = {1: "/DeviceGray", 3: "/DeviceRGB", 4: "/DeviceCMYK"}


@dataclass(slots=True)
class Target:
    """Makes objects of the new document.

    Attributes:
        pdf: the new document.
    """

    pdf: pikepdf.Pdf
    _profiles: dict[bytes, pikepdf.Object] = field(default_factory=dict)

    def make_stream(self, data: bytes, **keys: Any) -> pikepdf.Stream:
        """Return a stream of the document."""
        return self.pdf.make_stream(data, **keys)

    def make_indirect(self, thing: pikepdf.Object) -> pikepdf.Object:
        """Return a numbered object of the document."""
        return self.pdf.make_indirect(thing)

    def profiled(self, data: bytes, components: int) -> pikepdf.Object:
        """Return the colour space of a profile: reduced, or the plain one of as many components."""
        bare = bare_profile(data, components)
        if bare is None:
            return pikepdf.Name(_PLAIN[components])
        if bare not in self._profiles:
            stream = self.make_stream(bare, N=components, Alternate=pikepdf.Name(_PLAIN[components]))
            self._profiles[bare] = self.make_indirect(pikepdf.Array([pikepdf.Name.ICCBased, stream]))
        return self._profiles[bare]
