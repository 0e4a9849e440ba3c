"""Stage normalize: rows -> clean, with the labels people corrected; the inbox as a table."""
