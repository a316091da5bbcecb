"""The sample archive: seventeen invented documents of two invented archives, made by a script.

`build_archive(folder)` writes the PDFs, `catalogue.jsonl`, `gold.jsonl` and `requests.yaml`. Nobody in it
lives or lived; identifiers are synthetic (births in 2099, a bank code that no bank has).
"""

from qupia_server.samples.build import build_archive, requests_file

__all__ = ["build_archive", "requests_file"]
