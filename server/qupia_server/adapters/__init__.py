"""Implementations of the ports in `qupia_server.disclosure.ports`. One module per thing outside."""
