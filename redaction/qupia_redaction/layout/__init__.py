"""Where everything stands once something is hidden, so that no place and no width tells it. Pure; no engine."""
