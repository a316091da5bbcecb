"""The sample archive through a live server, and then a search through everything it wrote: no name, no number.

Log lines of ours and of libraries at DEBUG, what workers write to their streams, metrics, spans, names of stored
objects and of all files, the ledger, error texts at clients, the temporary folder. The catalogue itself is the
exception: it is where the names live.
"""

from __future__ import annotations

import io
import logging
import tempfile
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import structlog

from qupia_client import QupiaClientError
from qupia_server.demo.asks import Ask, read_asks
from qupia_server.samples import build_archive
from qupia_server.telemetry import configure_logs
from tests.support.live import Live, live, on_behalf, prepare, settings_of
from tests.support.seeds import private_strings

pytestmark = [pytest.mark.enable_socket, pytest.mark.slow]

DECLARED = "Ищу сведения о бабушке, Ыклассеевой Зубайде"
PASSWORD = "seeded-password-7431"
EXTRA = frozenset({"ыклассеевой", "зубайде", "бабушке", PASSWORD, "person:olga", "person:timur", "person:judge-samal"})
LONGEST = 300.0


@contextmanager
def every_log_line() -> Iterator[io.StringIO]:
    """Collect the lines of our log and of every library's logger, at DEBUG."""
    stream, root = io.StringIO(), logging.getLogger()
    handler, level = logging.StreamHandler(stream), root.level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    configure_logs("DEBUG", stream)
    try:
        yield stream
    finally:
        structlog.reset_defaults()
        root.setLevel(level)
        root.removeHandler(handler)


def answer_to(server: Live, ask: Ask, **fields: Any) -> str:
    """Ask as the demo does and return what an application might log of a failure."""
    token = server.token(ask.subject, ask.role, **ask.attributes)
    service = ask.caller == "service"
    question = {"purpose": ask.purpose, "ground": ask.ground, "case_number": ask.case_number, **fields}
    behalf = on_behalf(token) if service else None
    with server.service() if service else server.bearer(token) as client:
        try:
            with client.disclose(ask.document, on_behalf_of=behalf, timeout=LONGEST, **question) as answer:
                answer.read()
                return repr((answer, answer.decision, answer.receipt))
        except QupiaClientError as error:
            return f"{error!r} {error} {error.details!r}"


def spans_of(server: Live) -> str:
    return "\n".join(span.to_json() for span in server.spans.get_finished_spans())


def metrics_of(server: Live) -> str:
    with urllib.request.urlopen(f"http://{server.ports.metrics}/metrics", timeout=LONGEST) as page:
        return str(page.read(), "utf-8")


def files_of(folder: Path, *, contents: bool) -> str:
    found = sorted(folder.rglob("*"))
    names = "\n".join(str(path.relative_to(folder)) for path in found)
    if not contents:
        return names
    return names + "".join(path.read_bytes().decode("utf-8", "replace") for path in found if path.is_file())


def test_nothing_that_the_server_writes_holds_a_private_word(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    archive, settings = tmp_path / "archive", settings_of(tmp_path / "home", log_level="DEBUG")
    build_archive(archive)
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    monkeypatch.setenv("TMPDIR", str(temporary))
    monkeypatch.setattr(tempfile, "tempdir", str(temporary))
    asks = read_asks(archive / "requests.yaml")
    with every_log_line() as log:
        prepare(settings, archive / "catalogue.jsonl")
        with live(settings) as server:
            errors = [answer_to(server, ask) for ask in asks]
            errors += [answer_to(server, ask, declared_text=DECLARED, password=PASSWORD) for ask in asks[:2]]
            written = {"spans": spans_of(server), "metrics": metrics_of(server)}
            ledger = server.entries()
    streams = capfd.readouterr()
    written |= {
        "log": log.getvalue(),
        "streams": streams.out + streams.err,
        "answers": "\n".join(errors),
        "ledger": "\n".join(entry.canonical().decode() for entry in ledger),
        "file names": files_of(settings.home, contents=False),
        "temporary folder": files_of(temporary, contents=True),
    }
    private = private_strings(archive) | EXTRA
    assert len(private) > 150
    for place, text in written.items():
        assert not [word for word in private if word in text.lower()], place
    must_be_there(written, len(asks))


def must_be_there(written: dict[str, str], asks: int) -> None:
    """See to it that the search was through something."""
    assert written["ledger"].count('"event":"transfer"') >= asks // 3
    assert written["log"].count('"event": "call"') >= asks
    assert '"event": "answer"' in written["log"]
    assert "qupia_step_seconds" in written["metrics"]
    for step in ("identify", "gather", "decide", "cache", "fetch", "redact", "record", "release"):
        assert f'"name": "{step}"' in written["spans"]
    assert "objects/masters" in written["file names"]
    assert "objects/renditions" in written["file names"]
