"""The check: another reader looks for what must be gone. Never PyMuPDF, never the finder's code."""

from qupia_redaction.check.channels import Channel
from qupia_redaction.check.checker import check
from qupia_redaction.check.expectation import Expected
from qupia_redaction.check.sight import Place, Sight
from qupia_redaction.check.text import check_text

__all__ = ["Channel", "Expected", "Place", "Sight", "check", "check_text"]
