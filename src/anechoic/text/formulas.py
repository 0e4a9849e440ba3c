"""Fields that a spreadsheet takes for formulas: disarmed where we write them, as they were where we read them."""

import re

DISARMED = re.compile(r"'+[=+\-@\t\r]")
ARMED = re.compile(r"'*[=+\-@\t\r]")


def disarm(field: str) -> str:
    """A field -> one that no spreadsheet takes for a formula: an apostrophe before what starts one."""
    return f"'{field}" if ARMED.match(field) else field


def rearm(field: str) -> str:
    """A disarmed field -> the field as it was before; any other as it is."""
    return field[1:] if DISARMED.match(field) else field
