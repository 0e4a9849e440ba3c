"""The reports in words and pictures: one page, one README."""
