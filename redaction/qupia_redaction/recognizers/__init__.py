"""One file per kind of private detail; patterns that need no code of their own are in `patterns.yaml`."""
