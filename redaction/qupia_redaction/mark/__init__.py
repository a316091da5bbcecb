"""From plan to marked pages, and the sheets of our own."""
