"""The worker process: load models, say so, then one job after the other until the pipe closes.

Runs as `python -m qupia_redaction.workers.main`. Its standard output carries frames only; what libraries print goes
nowhere, because it may quote the document. It ignores interrupts, dies with its parent and cannot take more memory
than its limit.
"""

from __future__ import annotations

import gc
import importlib
import os
import resource
import signal
import sys
from collections.abc import Callable
from typing import BinaryIO

from qupia_redaction.errors import RedactionRefused, RefusalCode
from qupia_redaction.memory import give_back
from qupia_redaction.model import Limits
from qupia_redaction.ocr.link import die_with_parent
from qupia_redaction.ocr.tesseract import TesseractOcr
from qupia_redaction.ports import DetailFinder, Ocr
from qupia_redaction.workers.frames import HEADER, Done, Job, JobKind, Ready, Refused, Step, body_size, packed, unpacked

DEFAULT_FINDER = "qupia_redaction.detect:build_finder"
_HEADROOM = 512 << 20


def main() -> None:
    """Serve jobs from standard input."""
    die_with_parent()
    if os.getppid() == 1 and len(sys.argv) > 2 and sys.argv[2] != "1":
        return  # the parent ended before the call above
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    source, target = _private_streams()
    finder = _build(sys.argv[1] if len(sys.argv) > 1 else DEFAULT_FINDER)
    ocr = TesseractOcr()
    from qupia_redaction.engines import engine_versions  # noqa: PLC0415 - after the streams are safe

    gc.collect()
    gc.freeze()  # the models live as long as the process: walking them costs a tenth of a second each time
    _send(target, Ready(dict(engine_versions(finder, ocr))))
    while (job := _receive(source)) is not None:
        _send(target, _run(job, finder, ocr, _teller(target) if job.tell else None))
        give_back()


def _teller(target: BinaryIO) -> Callable[[str], None]:
    def tell(name: str) -> None:
        _send(target, Step(name))

    return tell


def _run(job: Job, finder: DetailFinder, ocr: Ocr, tell: Callable[[str], None] | None) -> Done | Refused:
    from qupia_redaction import pipeline  # noqa: PLC0415 - after the streams are safe

    _limit_memory(job.limits)
    try:
        redactor = pipeline.Redactor(finder, ocr, tell)
        work = redactor.find if job.kind is JobKind.DETECT else redactor.redact
        return Done(work(job.master, job.order, job.limits))
    except RedactionRefused as refusal:
        return Refused(refusal.code, refusal.page, refusal.channel)
    except MemoryError:
        return Refused(RefusalCode.MEMORY_LIMIT, None)
    except RecursionError:
        return Refused(RefusalCode.DAMAGED, None)
    except Exception:  # noqa: BLE001 - the process edge: any fault of an engine is a refusal that tells nothing
        return Refused(RefusalCode.ENGINE_ERROR, None)


def _limit_memory(limits: Limits) -> None:
    most = limits.max_memory + _HEADROOM
    hard = resource.getrlimit(resource.RLIMIT_DATA)[1]
    resource.setrlimit(resource.RLIMIT_DATA, (most if hard == resource.RLIM_INFINITY else min(most, hard), hard))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _private_streams() -> tuple[BinaryIO, BinaryIO]:
    """Keep the pipe to the pool for frames and send everything else to nowhere."""
    source = os.fdopen(os.dup(0), "rb")
    target = os.fdopen(os.dup(1), "wb")
    nowhere = os.open(os.devnull, os.O_RDWR)
    for stream in (0, 1, 2):
        os.dup2(nowhere, stream)
    return source, target


def _build(path: str) -> DetailFinder:
    module, _, name = path.partition(":")
    finder: DetailFinder = getattr(importlib.import_module(module), name)()
    return finder


def _receive(source: BinaryIO) -> Job | None:
    head = source.read(HEADER.size)
    if len(head) < HEADER.size:
        return None
    job = unpacked(source.read(body_size(head)))
    return job if isinstance(job, Job) else None


def _send(target: BinaryIO, message: object) -> None:
    target.write(packed(message))
    target.flush()


if __name__ == "__main__":
    main()
