"""Opening a table of one's own: preview, format, a use for each column."""
