"""The rules for what cannot be read as a record: reading found it (`Record.problem`), these give it its name."""

from anechoic.validate.registry import Seen, rule


def _detail_of(problem: str, seen: Seen) -> str:
    return seen.parsed.detail if seen.parsed.problem == problem else ""


@rule("reject", fixed=True)
def unreadable_file(seen: Seen) -> str:
    """The file cannot be opened, is damaged or is no table of text."""
    return _detail_of("unreadable_file", seen)


@rule("reject", fixed=True)
def broken_record(seen: Seen) -> str:
    """The record is no well-formed CSV or JSON: a quote that never closes, half an object."""
    return _detail_of("broken_record", seen)


@rule("reject", fixed=True)
def ragged_record(seen: Seen) -> str:
    """The record has more or fewer fields than the file."""
    return _detail_of("ragged_record", seen)


@rule("reject", fixed=True)
def repeated_header(seen: Seen) -> str:
    """The header stands among the data once more, as where files were joined."""
    return _detail_of("repeated_header", seen)


@rule("reject", fixed=True)
def no_data_row(seen: Seen) -> str:
    """The line is no record: a title above the table, a second header line, sums or a note below."""
    return _detail_of("no_data_row", seen)
