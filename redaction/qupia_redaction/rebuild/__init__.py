"""Build the output: a new document that receives allowed things only (pikepdf; never PyMuPDF)."""

from qupia_redaction.rebuild.document import Built, build
from qupia_redaction.rebuild.outline import with_guide

__all__ = ["Built", "build", "with_guide"]
