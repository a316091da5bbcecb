"""Worker processes that do the redaction: started anew, limited, killed when they overstep, replaced when they die."""

from qupia_redaction.workers.pool import WorkerPool

__all__ = ["WorkerPool"]
