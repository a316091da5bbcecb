"""The contract of Qupia; see `qupia.v1`."""
