"""The finder needs no network: not to import, not to load, not to find."""

from __future__ import annotations

import subprocess
import sys

_PROGRAM = """
import socket
def refuse(*args, **kwargs):
    raise SystemExit("network touched")
class Closed(socket.socket):
    connect = connect_ex = sendto = refuse  # urllib3 makes one at import, to see whether IPv6 is there
socket.socket = Closed
socket.create_connection = refuse
socket.getaddrinfo = refuse
from qupia_redaction.detect import build_finder
from qupia_redaction.model import PageText, PrivateText, TextSource
text = "Иванов Пётр Сергеевич, a@example.kz"
page = PageText(1, PrivateText(text), (None,) * len(text), TextSource.GLYPHS, 1.0, 1.0)
finder = build_finder()
print(len(finder.find([page], [])), len(finder.versions()) > 3, finder.find([], []))
"""


def test_without_sockets() -> None:
    done = subprocess.run([sys.executable, "-c", _PROGRAM], capture_output=True, text=True, timeout=120, check=False)
    assert (done.stdout.strip(), done.returncode) == ("2 True ()", 0), done.stderr[-500:]
