"""The taxonomy as labels are looked up in it: by id or by name, in any case, spaces or not."""

import re
import unicodedata
from collections import Counter
from dataclasses import dataclass
from functools import cached_property

from rapidfuzz import fuzz, process

from anechoic.project.schema import Labels
from anechoic.text.empty_messages import is_no_value

ID = re.compile(r"(-?\d{1,17})(?:[.,]0+)?")  # a missing value turns a column of ids into 7.0
NEAR_RATIO = 60  # similarity of two labels, 0 to 100, from which one may be a misspelling of the other
SHOWN = 20  # classes that a message names
ID_AND_NAME = re.compile(r"(-?\d{1,17})\s*[:.)=-]?\s*(\S.*)")
# What parts several labels in one field: what stands in no name, and what stands in some.
SURE_BREAK = re.compile(r"\s*[;|\n]+\s*")
ANY_BREAK = re.compile(r"\s*[,/&+;|\n]+\s*|\s+(?:and|und|y|et|e|en)\s+", re.IGNORECASE)
AROUND_LIST = "[](){}\"' "  # a list as Python or JSON writes it, and the quotes of its items
WORD_BREAK = re.compile(r"(?<=\w)[\s_-]+(?=\w)")


@dataclass(frozen=True)
class Taxonomy:
    """Names by the user's id of each class. Empty: nothing is known yet."""

    names: dict[int, str]

    @classmethod
    def of(cls, labels: Labels) -> "Taxonomy":
        """The taxonomy of params.yaml."""
        return cls(labels.names())

    @cached_property
    def _by_key(self) -> dict[str, int]:
        """Ids by what is left of a name without case, spaces and marks, where that is one class's alone."""
        keys = {label_id: _key(name) for label_id, name in self.names.items()}
        counts = Counter(keys.values())
        unique = {key: label_id for label_id, key in keys.items() if key and counts[key] == 1}
        return unique | {_folded(name): label_id for label_id, name in self.names.items()}

    def find(self, given: str) -> int | None:
        """A label field -> the id, where it holds an id, a name or both (`7 price`); None where it has none."""
        given = given.strip()
        if not given:
            return None
        if (number := ID.fullmatch(given.strip(AROUND_LIST))) and int(number[1]) in self.names:
            return int(number[1])
        by_name = self._by_key.get(_folded(given), self._by_key.get(_key(given)))
        if by_name is None and (both := ID_AND_NAME.fullmatch(given)):
            label_id = int(both[1])
            return label_id if self._by_key.get(_key(both[2])) == label_id else None
        return by_name

    def is_id(self, given: str) -> bool:
        """Whether a label field holds an id alone, which is no name as well."""
        return bool(ID.fullmatch(given.strip())) and self.holds(given) and _folded(given) not in self._by_key

    def lacks(self, given: str) -> bool:
        """Whether a label field holds no label: blank, or what programs write for none and no class is called."""
        return not given.strip() or (not self.holds(given) and is_no_value(given))

    def several(self, given: str) -> tuple[int, ...]:
        """A label field of several labels (`price; lead time`) -> the ids it holds in order, once each, or none.

        Parted by `;` or `|` one of the parts must be a label, by what may stand in a name all of them.
        """
        if self.holds(given):
            return ()
        for between, parts in parts_of(given):
            ids = [label_id for part in parts if (label_id := self.find(part)) is not None]
            if ids and (between is SURE_BREAK or len(ids) == len(parts)):
                return tuple(dict.fromkeys(ids))
        return ()

    def holds(self, given: str) -> bool:
        """Whether a field is a label."""
        return self.find(given) is not None

    def advice(self, given: str) -> str:
        """What somebody may have meant by a label that is none, and what there is."""
        near = self.nearest(given)
        guess = "" if near is None else f"did you mean {near} {self.names[near]}? "
        return f"label {given!r} is outside the taxonomy: {guess}params.yaml labels has {self.known}"

    def is_near(self, given: str) -> bool:
        """Whether a field may be a misspelled label."""
        return self.nearest(given) is not None

    def nearest(self, given: str, ratio: int = NEAR_RATIO) -> int | None:
        """The class whose name is most like a label, where one is as like it, 0 to 100."""
        keys = {label_id: _key(name) for label_id, name in self.names.items()}
        near = process.extractOne(_key(given), keys, scorer=fuzz.ratio, score_cutoff=ratio)
        return None if near is None else int(near[2])

    @cached_property
    def known(self) -> str:
        """All classes on one line, cut where there are many."""
        shown = [f"{label_id} {name}" for label_id, name in self.names.items()]
        more = f" and {len(shown) - SHOWN} more" if len(shown) > SHOWN else ""
        return ", ".join(shown[:SHOWN]) + more


def parts_of(given: str) -> list[tuple[re.Pattern[str], list[str]]]:
    """A field -> the ways to part it into two labels or more, the surest first: what parts them, and the parts."""
    inner = given.strip().strip(AROUND_LIST)
    ways = []
    for between in (SURE_BREAK, ANY_BREAK):
        parts = [stripped for part in between.split(inner) if (stripped := part.strip(AROUND_LIST))]
        # one label twice (`price; price`) is told by a sure break alone: "no/no" may be a name
        if len(parts) > 1 and (between is SURE_BREAK or len({spelling(part) for part in parts}) > 1):
            ways.append((between, parts))
    return ways


def spelling(name: str) -> str:
    """What is alike in all spellings of one label: case, Unicode form, spaces and hyphens between words are not."""
    number = ID.fullmatch(name.strip())
    return str(int(number[1])) if number else WORD_BREAK.sub("", _folded(name))


def _folded(name: str) -> str:
    """A name in one Unicode form and in small letters."""
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", name.strip()).casefold())


def _key(name: str) -> str:
    """Letters, digits and the marks that belong to letters (the vowels of Hindi or Thai), without the rest."""
    return "".join(char for char in _folded(name) if char.isalnum() or unicodedata.category(char)[0] == "M")
