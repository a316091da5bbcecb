"""Tell a certificate that is not accepted from a server that is away: gRPC reports both as UNAVAILABLE.

A server that asks for certificates closes the connection after the handshake when it does not take the client's,
before any call. So the client knocks once more by itself, with the same files: a server that lets it in speaks at
once (HTTP/2 settings), one that turns it away closes without a byte or says so by a TLS alert.

Hostile input: at most one byte is read, within a few seconds; what it is does not matter.
"""

from __future__ import annotations

import re
import socket
import ssl
from typing import Final

from qupia_client.connection import Credentials
from qupia_client.errors import ConfigurationFault, ErrorDetails, QupiaClientError, Unauthenticated, Unavailable

SECONDS: Final = 3.0
_HOST_AND_PORT: Final = re.compile(r"(?:dns:(?:///)?)?(?:\[(?P<v6>[^\]]+)\]|(?P<host>[^\s:/]+)):(?P<port>\d{1,5})")
_REFUSED: Final = "The server did not accept your certificate: it is missing, expired, or of a CA not trusted there."
_UNTRUSTED: Final = "The server's certificate cannot be verified: check the CA file and the host name."


def explained(error: QupiaClientError, target: str, credentials: Credentials) -> QupiaClientError:
    """Return what is behind a failed call: the same error, or why the handshake failed.

    Args:
        error: what gRPC's status said.
        target: where the call went; anything but `host:port` is not looked into.
        credentials: what the call was made with.
    """
    place = _HOST_AND_PORT.fullmatch(target)
    # An answer of a server has a reason; only a connection that never came about has none.
    if place is None or error.reason or not isinstance(error, Unavailable):
        return error
    try:
        turned_away = _turned_away(place["v6"] or place["host"], int(place["port"]), credentials)
    except ssl.SSLCertVerificationError:
        return ConfigurationFault(_UNTRUSTED) if credentials.ca_file is not None else error
    except ssl.SSLError as alert:
        turned_away = "ALERT" in (alert.reason or "") and re.search("CERT|UNKNOWN_CA", alert.reason or "") is not None
    except (OSError, OverflowError, UnicodeError):
        return error
    return Unauthenticated(_REFUSED, ErrorDetails(code="UNAUTHENTICATED")) if turned_away else error


def _turned_away(host: str, port: int, credentials: Credentials) -> bool:
    """Knock: True when the server closes after the handshake without a word.

    Raises:
        OSError: there is no connection, or the handshake failed.
    """
    context = ssl.create_default_context(cafile=credentials.ca_file)
    context.set_alpn_protocols(["h2"])
    if credentials.certificate_file is not None:
        context.load_cert_chain(credentials.certificate_file, credentials.key_file)
    with socket.create_connection((host, port), timeout=SECONDS) as plain:
        family, address = plain.family, plain.getpeername()
    # Wrapped before it connects: a server that is killed inside `wrap_socket` would lose a connected socket.
    with context.wrap_socket(socket.socket(family), server_hostname=host) as secure:
        secure.settimeout(SECONDS)
        secure.connect(address)
        return secure.recv(1) == b""
