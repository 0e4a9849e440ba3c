"""Bytes of a dropped file become records: encoding, dialect, columns, labels."""
