"""What stands on a page, as values: lines, frames, slopes, cells, the shapes of letters. Pure; no engine."""
