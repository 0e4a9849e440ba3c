"""One answer as people write it -> the decision it stands for."""

import re
from collections.abc import Mapping

from rapidfuzz import fuzz, process

from anechoic.project.errors import DataError
from anechoic.project.schema import Labels
from anechoic.text.shown import shown

RELABEL = "relabel:"
DROPPED = "drop leaves out the first text of the question, left_text"
WORDS = f"same, different, relabel:<name> or drop ({DROPPED}); y takes the suggestion"
SHORT = {
    "s": "same",
    "same": "same",
    "d": "different",
    "diff": "different",
    "different": "different",
    "x": "drop",
    "drop": "drop",
}
AGREED = {"y", "yes"}
OPPOSITE = {"same": "different", "different": "same"}  # what `no` to a suggestion means, where that is one thing
REFUSED = {"n", "no"}
QUOTES = " \t\"'`\u201c\u201d\u201e\u2018\u2019"  # programs turn straight quotes into these
RELABEL_TO = re.compile(r"(?:relabel|label)(?:\s+(?:to|as))?(?:\s*[:=]\s*|\s+)(.+)", re.IGNORECASE)
LIKE_A_NAME = 60  # rapidfuzz ratio from which a name is proposed for one that is not there


def read_answer(where: str, row: Mapping[str, str], labels: Labels) -> str:
    """A question with its answer -> same, different, drop or relabel:<name>, the name as the taxonomy writes it.

    Case, quotes, spaces and a closing stop mean nothing; y takes the suggestion, n its opposite where it has one; a
    class is named by its name or its id, with or without `relabel:`. Raises DataError, naming where, for an answer
    that nobody can obey.
    """
    given, told = row["decision"], shown(row["decision"])
    asked = given.strip(QUOTES).rstrip(".!;,").strip(QUOTES)
    word = asked.casefold()
    if word in AGREED | REFUSED:
        suggested = row["suggested"] if word in AGREED else OPPOSITE.get(row["suggested"], "")
        if not suggested:
            raise DataError(f"{where}: {told!r} says not what else. Write {WORDS}.")
        return read_answer(where, {**row, "decision": suggested, "suggested": ""}, labels)
    if decision := SHORT.get(word):
        if decision != "drop" and not row["right"]:
            raise DataError(f"{where}: {told!r} is no decision (same and different need two rows). Write {WORDS}.")
        return decision
    relabels = RELABEL_TO.fullmatch(asked)
    named = relabels[1].strip(QUOTES) if relabels else asked
    if name := _names(labels).get(_key(named)):
        return f"{RELABEL}{name}"
    if not relabels and not word.startswith("relabel"):
        raise DataError(f"{where}: {told!r} is no decision. Write {WORDS}.{_guess(named, labels, 80)}")
    guess = _guess(named, labels, LIKE_A_NAME) or f" The names are {', '.join(labels.names().values())}."
    raise DataError(f"{where}: {told!r} names no class.{guess}")


def _guess(named: str, labels: Labels, least: int) -> str:
    near = process.extractOne(_key(named), list(_names(labels)), scorer=fuzz.ratio, score_cutoff=least)
    return f" Did you mean relabel:{_names(labels)[near[0]]}?" if near else ""


def _names(labels: Labels) -> dict[str, str]:
    """The name of each class by its id, by id and name, and by its name; names win."""
    names = labels.names().items()
    by_id = {str(label_id): name for label_id, name in names}
    both = {_key(f"{label_id} {name}"): name for label_id, name in names}
    return by_id | both | {_key(name): name for _, name in names}


def _key(name: str) -> str:
    return " ".join(name.casefold().split()).strip(QUOTES).rstrip(".!;,")
