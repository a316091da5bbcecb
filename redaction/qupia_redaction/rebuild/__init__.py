"""Build the output: a new document that receives allowed things only (pikepdf; never PyMuPDF)."""

from qupia_redaction.rebuild.document import Built, Doubts, build
from qupia_redaction.rebuild.outline import with_guide

__all__ = ["Built", "Doubts", "build", "with_guide"]
