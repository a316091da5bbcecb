"""Check the contract offline: buf lint and buf breaking, on an image that protoc makes.

    python protos/check.py lint
    python protos/check.py breaking
    python protos/check.py baseline     # after a release: what the next one may not break

The image comes from protoc, so buf asks no registry. `buf.yaml` beside this file says which rules hold.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from importlib.metadata import files as distribution_files
from pathlib import Path

ROOT = Path(__file__).resolve().parent
BASELINE = ROOT / "baseline.binpb"
CONFIG = ROOT / "buf.yaml"


def common_protos() -> Path:
    """Return the folder that holds `google/rpc/status.proto`; `google` is a namespace, so ask the distribution."""
    for file in distribution_files("googleapis-common-protos") or ():
        if file.as_posix().endswith("google/rpc/status.proto"):
            return Path(str(file.locate())).parents[2]
    raise RuntimeError("googleapis-common-protos holds no google/rpc/status.proto")


def write_image(root: Path, target: Path, *, comments: bool) -> None:
    """Compile every proto under `root/qupia` and its imports into a descriptor set.

    Args:
        root: folder that holds `qupia/`.
        target: file to write.
        comments: keep comments, which lint reads and breaking does not.

    Raises:
        RuntimeError: protoc refused the protos; its words went to standard error.
    """
    protos = sorted(p.relative_to(root).as_posix() for p in root.glob("qupia/**/*.proto"))
    command = [sys.executable, "-m", "grpc_tools.protoc", f"-I{root}", f"-I{common_protos()}"]
    command += ["--include_imports", *(["--include_source_info"] if comments else []), f"-o{target}", *protos]
    if subprocess.run(command, check=False).returncode != 0:  # noqa: S603  our own interpreter and paths
        raise RuntimeError("protoc refused the protos")


def run_buf(*arguments: str) -> int:
    """Run the buf of this environment and return its exit code: 0 in order, 100 found something."""
    command = [str(Path(sys.executable).parent / "buf"), *arguments, "--config", str(CONFIG)]
    return subprocess.run(command, check=False).returncode  # noqa: S603  the binary that buf-bin installed


def check(action: str, root: Path = ROOT) -> int:
    """Do one action and return its exit code; `root` is the folder whose protos are meant."""
    if action == "baseline":
        write_image(root, BASELINE, comments=False)
        return 0
    with tempfile.TemporaryDirectory() as folder:
        image = Path(folder) / "image.binpb"
        write_image(root, image, comments=action == "lint")
        against = ("--against", str(BASELINE)) if action == "breaking" else ()
        return run_buf(action, str(image), *against)


def main(arguments: list[str]) -> int:
    """Do the named actions in order, lint and breaking by default; stop at the first that fails."""
    for action in arguments or ["lint", "breaking"]:
        if action not in {"lint", "breaking", "baseline"}:
            print(f"unknown action {action!r}: lint, breaking or baseline", file=sys.stderr)
            return 2
        code = check(action)
        if code != 0:
            print(f"protos: {action} failed", file=sys.stderr)
            return code
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
