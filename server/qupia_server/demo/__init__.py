"""`make demo`: the main job on the embedded default, through the Python client, as a user of the gate would do it."""

from qupia_server.demo.run import run_demo

__all__ = ["run_demo"]
