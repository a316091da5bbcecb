"""Build the output: a new document that receives allowed things only (pikepdf; never PyMuPDF)."""

from qupia_redaction.rebuild.document import Built, build

__all__ = ["Built", "build"]
