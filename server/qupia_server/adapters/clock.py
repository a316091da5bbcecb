"""System time and randomness behind their ports."""

from __future__ import annotations

import datetime as dt
import secrets
import uuid
from zoneinfo import ZoneInfo

_ALMATY = ZoneInfo("Asia/Almaty")


class SystemClock:
    """The machine's clock."""

    def now(self) -> dt.datetime:
        """Return the current instant, aware, UTC."""
        return dt.datetime.now(dt.UTC)

    def today(self) -> dt.date:
        """Return the current day in Asia/Almaty, by which terms are counted."""
        return dt.datetime.now(_ALMATY).date()


class RandomIds:
    """Ids and salts from the system's random source."""

    def entry_id(self) -> str:
        """Return a random UUID: 36 characters that tell nothing, not even order."""
        return str(uuid.uuid4())

    def salt(self) -> str:
        """Return 16 random bytes as hex."""
        return secrets.token_hex(16)
