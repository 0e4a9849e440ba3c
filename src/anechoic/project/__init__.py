"""The ground everything stands on: errors, tables and report bases, and the only modules that touch the disk."""
