"""The use cases: identify is done, everything from *gather* to *release* is here. Pure but for its ports."""
