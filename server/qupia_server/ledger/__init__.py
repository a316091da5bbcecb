"""The log's arithmetic: entries, leaf hashes, tree, receipts. Pure: no database, no clock."""
