"""The Qupia server: the gate in front of an archive's document storage."""
