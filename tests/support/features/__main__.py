"""Write the documents into a folder: python -m tests.support.features FOLDER."""

from __future__ import annotations

import sys
from pathlib import Path

from tests.support.features import FEATURES

for name, make in FEATURES.items():
    Path(sys.argv[1], f"{name}.pdf").write_bytes(make())
