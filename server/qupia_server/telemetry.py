"""Spans, counters and logs of the spine. Names, counts and kinds only: never a private value.

`Telemetry` is built once by `app.py` and handed down. Without an exporter the spans cost next to nothing.
"""

from __future__ import annotations

import json
import logging
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from types import TracebackType
from typing import TextIO

import structlog
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor, SpanExporter
from opentelemetry.trace import Status, StatusCode, Tracer
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram
from structlog.typing import EventDict

SECONDS = (0.001, 0.005, 0.02, 0.1, 0.5, 2.0, 10.0, 60.0, 300.0)
"""Buckets of step durations, seconds."""


class Telemetry:
    """Spans of each step and the metrics beside them.

    Args:
        exporter: receives finished spans; None drops them.
    """

    def __init__(self, exporter: SpanExporter | None = None) -> None:
        self._provider = TracerProvider(resource=Resource.create({"service.name": "qupia"}), shutdown_on_exit=False)
        if exporter is not None:
            self._provider.add_span_processor(SimpleSpanProcessor(exporter))
        self._tracer = None if exporter is None else self._provider.get_tracer("qupia")
        self.registry = CollectorRegistry()
        self.steps = Histogram(
            "qupia_step_seconds",
            "Wall clock of each step of the spine.",
            ["step"],
            buckets=SECONDS,
            registry=self.registry,
        )
        self._steps: dict[str, Histogram] = {}
        self.answers = Counter(
            "qupia_answers",
            "Answers by method, outcome and reason.",
            ["method", "outcome", "reason"],
            registry=self.registry,
        )
        self.candidates = Histogram(
            "qupia_decision_candidates",
            "Rules that the index showed to one decision.",
            buckets=(1, 2, 5, 10, 50, 200),
            registry=self.registry,
        )
        self.cache = Counter(
            "qupia_rendition_cache", "Look-ups in the rendition cache.", ["result"], registry=self.registry
        )
        self.calls = Counter(
            "qupia_rpc_calls", "RPCs by method and status.", ["method", "status"], registry=self.registry
        )
        self.alarms = Counter("qupia_alarms", "Things an operator must look at.", ["kind"], registry=self.registry)
        self.ledger_waiting = Gauge(
            "qupia_ledger_waiting", "Entries that were taken and are not durable yet.", registry=self.registry
        )
        self.bundle = Gauge("qupia_bundle_info", "Version of the bundle in force.", ["version"], registry=self.registry)
        # Bound once: the lazy one builds itself anew for every line.
        self.log = structlog.get_logger("qupia").bind()

    def step(self, name: str) -> AbstractContextManager[None]:
        """Time one step of the spine as a span and in the histogram.

        An exception marks the span by its class name only: messages may hold more than a trace should.
        """
        histogram = self._steps.get(name)
        if histogram is None:
            histogram = self._steps[name] = self.steps.labels(name)  # names of steps are few and ours
        timed = _Timed(histogram)
        return timed if self._tracer is None else _spanned(name, timed, self._tracer)

    def worked(self, seconds: Mapping[str, float]) -> None:
        """Add the steps that a worker process has done as spans of their own, ending now, in their order.

        Args:
            seconds: wall clock by step.
        """
        end = time.time_ns()
        begin = end - int(sum(seconds.values()) * 1e9)
        for name, took in seconds.items():
            self.steps.labels(name).observe(took)
            if self._tracer is not None:
                self._tracer.start_span(name, start_time=begin).end(end_time=begin + int(took * 1e9))
            begin += int(took * 1e9)

    def answer(self, method: str, outcome: str, reason: str) -> None:
        """Count one answer; log what was not allowed, since the line of a call tells the rest."""
        self.answers.labels(method, outcome, reason).inc()
        if outcome != "allowed":
            self.log.info("answer", method=method, outcome=outcome, reason=reason)

    def alarm(self, kind: str, **facts: str | int) -> None:
        """Raise an alarm: count it and log it as an error. `facts` are names, counts and kinds."""
        self.alarms.labels(kind).inc()
        self.log.error("alarm", kind=kind, **facts)

    def close(self) -> None:
        """Flush and stop the exporter."""
        self._provider.shutdown()


class _Timed:
    """Measures how long its block takes; six of these stand in every disclosure, so they are kept light."""

    __slots__ = ("_histogram", "_started")

    def __init__(self, histogram: Histogram) -> None:
        self._histogram = histogram
        self._started = 0.0

    def __enter__(self) -> None:
        self._started = time.perf_counter()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._histogram.observe(time.perf_counter() - self._started)


@contextmanager
def _spanned(name: str, timed: _Timed, tracer: Tracer) -> Iterator[None]:
    with timed, tracer.start_as_current_span(name, record_exception=False, set_status_on_exception=False) as span:
        try:
            yield
        except BaseException as error:
            span.set_status(Status(StatusCode.ERROR, type(error).__name__))
            raise


_ENCODER = json.JSONEncoder(ensure_ascii=False, default=lambda value: f"<{type(value).__name__}>")


def _line(event: EventDict, **_options: object) -> str:
    """Return one log line; `json.dumps` would build an encoder for each. What JSON has no form for is named by type."""
    return _ENCODER.encode(event)


def configure_logs(level: str = "INFO", stream: TextIO | None = None) -> None:
    """Log JSON lines to `stream` (standard error by default) and silence libraries that log request values."""
    out = stream or sys.stderr
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.JSONRenderer(_line),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelNamesMapping()[level]),
        logger_factory=structlog.WriteLoggerFactory(file=out),
        cache_logger_on_first_use=False,
    )
    # Library loggers may quote values of requests and rows: only their alarms pass, without arguments of ours.
    for name in ("casbin", "presidio-analyzer", "sqlalchemy", "alembic", "pikepdf", "PIL"):
        logging.getLogger(name).setLevel(logging.CRITICAL)
