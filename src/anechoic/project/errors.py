"""The three things that can be wrong: the data, a table between stages, the parameters."""


class AnechoicError(Exception):
    """Anything a user can mend; its message says what, where, how often and what to do."""


class DataError(AnechoicError):
    """A file somebody dropped in breaks a promise: file, line, rule, what to do."""


class ContractError(AnechoicError):
    """A table between two stages broke its schema: a fault of the code or of a hand-edited table."""


class ParamsError(AnechoicError):
    """`params.yaml` holds a value that cannot be: the knob, the value, what it may be."""
