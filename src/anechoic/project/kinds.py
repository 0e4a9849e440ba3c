"""The values that the tables' columns of kinds may hold."""

ROLES = ("raw", "exam")
INBOX_ROLE = "inbox"  # of a record in data/inbox/, where tables hold such beside rows
PLACED = ("projected", "beside")
KINDS = ("exact", "near", "rephrase", "opposite", "neighbour")
ECHO_KINDS = ("exact", "near", "rephrase")
SIDES = ("train", "validation", "test")
SPLITS = (*SIDES, "exam", "excluded")
ANSWERS = ("same", "different", "relabel", "drop")
OUTCOMES = (*SPLITS, "quarantined", "echo")
