"""Run protoc on every build, editable builds too, so generated code cannot drift."""

from __future__ import annotations

import os
import sys
from importlib.metadata import files as distribution_files
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


def _common_protos() -> Path:
    """Return the folder that holds `google/rpc/status.proto`.

    `google` is a namespace package, so its own path is not a folder: ask the distribution.
    """
    for file in distribution_files("googleapis-common-protos") or ():
        if file.as_posix().endswith("google/rpc/status.proto"):
            return Path(str(file.locate())).parents[2]
    raise RuntimeError("googleapis-common-protos holds no google/rpc/status.proto")


def _well_known_protos() -> Path:
    """Return the folder of google/protobuf/*.proto inside grpcio-tools."""
    import grpc_tools

    return Path(grpc_tools.__file__).parent / "_proto"


class ProtocHook(BuildHookInterface[Any]):
    """Compile `qupia/v1/*.proto` beside their sources."""

    PLUGIN_NAME = "custom"

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:  # noqa: ARG002  hatchling's signature
        """Generate messages, services and their stubs; raise RuntimeError when protoc refuses a proto."""
        from grpc_tools import protoc

        root = Path(self.root)
        protos = sorted(p.relative_to(root).as_posix() for p in root.glob("qupia/**/*.proto"))
        if not protos:
            return
        scripts = str(Path(sys.executable).parent)
        os.environ["PATH"] = scripts + os.pathsep + os.environ.get("PATH", "")
        code = protoc.main(
            [
                "protoc",
                f"-I{root}",
                f"-I{_common_protos()}",
                f"-I{_well_known_protos()}",
                f"--python_out={root}",
                f"--grpc_python_out={root}",
                f"--mypy_out={root}",
                f"--mypy_grpc_out={root}",
                *protos,
            ]
        )
        if code != 0:
            raise RuntimeError(f"protoc failed with code {code}")
