"""Which column holds the labels and which the texts, among columns whose contents are known."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from anechoic.files.columns.names import LABEL_NAMES, SURE_LABEL_NAMES, TEXT_NAMES, Fields, named, names_a_number
from anechoic.files.columns.profiles import Profile
from anechoic.files.taxonomy import Taxonomy

LABEL_SHARE = 0.3  # of a column's fields, from which it may be the column of labels
ID_SHARE = 0.8  # the same for numbers without a name: counts and ratings hold the small ids too
NAMED_LABEL_SHARE = 0.5  # of the labels in the best column, which a column named `label` must hold to be believed
COVERAGE = 0.5  # of the taxonomy's ids, which numbers must use to be believed against a column named like labels
SURE_SHARE = 0.95  # of such numbers that must be ids
REPEATS = 0.5  # different fields of classes are at most this share of all
FEW_RECORDS = 20  # below that nothing can be said of how fields repeat
SAME_SHARE = 0.9  # of the records on which two columns must agree to say the same
TEXT_SHARE = 0.5  # fields with a letter in them, of a column that holds texts
KIND_VARIETY = (
    0.05  # different fields of a column that names a kind of thing (`email`, `web`), not messages, at most
)


@dataclass(frozen=True, kw_only=True)
class Columns:
    """The columns of a file: their names, empty where it has none, what they hold, and the records."""

    names: Fields
    profiles: Sequence[Profile]
    body: Sequence[Fields]
    taxonomy: Taxonomy

    def called(self, names: Sequence[str]) -> list[int]:
        """The columns of these names, the surest first."""
        return named(self.names, names) if self.names else []

    def is_called_otherwise(self, column: int) -> bool:
        """Whether a column's name says that it holds numbers of another kind or, where classes are known, texts."""
        if not self.names or column in self.called(LABEL_NAMES):
            return False
        is_text = bool(self.taxonomy.names) and column in self.called(TEXT_NAMES)
        return is_text or names_a_number(self.names[column])

    def numbers_records(self, column: int) -> bool:
        """Whether the fields are 1, 2, 3 ... or 0, 1, 2 ..."""
        fields = [row[column].strip() for row in self.body]
        return any(fields == [str(start + row) for row in range(len(fields))] for start in (0, 1))


def text_column(columns: Columns, label: int | None) -> int | None:
    """The column of the texts: by name where it holds any; else the one with most letters and least repetition."""
    profiles = columns.profiles
    others = [column for column in range(len(profiles)) if column != label]
    if label is None:  # a column of labels is none, however long they are
        prose = [c for c in others if profiles[c].prose and c not in columns.called(SURE_LABEL_NAMES)]
        classes = [c for c in columns.called(LABEL_NAMES) if _are_classes(profiles[c])]
        others = [c for c in prose if profiles[c].labels < ID_SHARE and c not in classes] or prose or others
    called = [column for column in columns.called(TEXT_NAMES) if column in others]
    best = max(others, key=lambda c: (profiles[c].prose * profiles[c].variety, -profiles[c].labels), default=None)
    if best is None:
        return None
    believed = [column for column in called if _holds_texts(profiles[column], profiles[best])]
    return next(iter(believed or ([] if profiles[best].prose else called)), best)


def _holds_texts(named: Profile, best: Profile) -> bool:
    """Whether a column named like texts holds them: not numbers, not few kinds of thing beside real messages."""
    if named is best:
        return True
    kinds = named.filled >= FEW_RECORDS and named.variety <= KIND_VARIETY < best.variety
    return named.numbers <= 1 - TEXT_SHARE and named.filled > 0 and not kinds


def label_column(columns: Columns, text: int | None) -> int | None:
    """The column of the labels: class names, then ids under a name, then what is named so, then what repeats."""
    profiles = columns.profiles
    others = [column for column in range(len(profiles)) if column != text]
    called = [column for column in columns.called(LABEL_NAMES) if column in others]
    if len(profiles) < 2 or not others:
        return called[0] if called else None
    holding = [c for c in others if profiles[c].labels >= LABEL_SHARE]
    ids = [c for c in holding if c in called or _are_ids(columns, c)]
    names = [c for c in holding if profiles[c].names >= LABEL_SHARE and _are_classes(profiles[c])]
    sure = [c for c in ids if c in columns.called(SURE_LABEL_NAMES) and profiles[c].labels >= ID_SHARE]
    if sure and not any(_agree(columns, c, sure[0]) and not _same(columns, c, sure[0]) for c in names):
        return sure[0]
    if names:
        best = max(profiles[c].labels for c in names)
        believed = [c for c in called if c in names and profiles[c].labels >= NAMED_LABEL_SHARE * best]
        return believed[0] if believed else max(names, key=lambda c: (profiles[c].labels, profiles[c].different))
    if called_ids := [c for c in called if c in ids]:
        return called_ids[0]
    if classes := [c for c in called if _are_classes(profiles[c])]:
        return _named_or_ids(columns, classes[0], ids)
    if ids:  # numbers that use more of the taxonomy are likelier to be its ids
        return max(ids, key=lambda c: (not columns.numbers_records(c), profiles[c].labels * profiles[c].different))
    return called[0] if called else _most_repeated(columns, others)


def _are_ids(columns: Columns, column: int) -> bool:
    """Whether a column without a label's name may hold ids: almost all are, and it counts nothing else."""
    profile = columns.profiles[column]
    flag = profile.is_flag or (profile.binary and bool(columns.names) and profile.different < 2)
    enough = profile.labels >= (ID_SHARE if columns.names else LABEL_SHARE)
    return enough and not flag and not columns.is_called_otherwise(column)


def _are_classes(profile: Profile) -> bool:
    """Whether fields repeat as classes do, or are labels but for a few."""
    return profile.filled < FEW_RECORDS or profile.variety <= REPEATS or profile.labels >= ID_SHARE


def _named_or_ids(columns: Columns, named: int, ids: Sequence[int]) -> int:
    """A column named like labels whose fields are none that we know, or numbers that must be ids, or its names."""
    profiles = columns.profiles
    if columns.taxonomy.names:
        covering = COVERAGE * len(columns.taxonomy.names)
        sure = [c for c in ids if profiles[c].labels >= SURE_SHARE and profiles[c].different >= covering]
        return sure[0] if sure and named not in columns.called(SURE_LABEL_NAMES) else named
    if profiles[named].numbers < SURE_SHARE:
        return named
    words = [c for c, each in enumerate(profiles) if each.prose and each.filled >= FEW_RECORDS]
    words = [c for c in words if _are_classes(profiles[c])]
    return next((c for c in words if _agree(columns, c, named)), named)


def _most_repeated(columns: Columns, others: Sequence[int]) -> int | None:
    """Where no label is known: the column with the fewest different fields; None where no column repeats."""
    profiles = columns.profiles
    repeating = [c for c in others if profiles[c].filled and _are_classes(profiles[c])]
    repeating = [c for c in repeating if profiles[c].dates < SURE_SHARE]
    if columns.taxonomy.names:  # numbers that are none of its ids are no labels
        repeating = [c for c in repeating if not columns.is_called_otherwise(c) and not profiles[c].is_flag]

    def rank(column: int) -> tuple[bool, bool, bool, int]:
        """Of several: no constant, nothing called a number, words or 0 and 1 before other numbers, few classes."""
        each = profiles[column]
        numbers = each.numbers >= SURE_SHARE and not each.binary
        return each.different < 2, columns.is_called_otherwise(column), numbers, each.different

    return min(repeating, key=rank, default=None)


def rivals(columns: Columns, label: int | None, text: int | None) -> list[int]:
    """Further columns that may be read as the labels and do not say the same."""
    called = columns.called(LABEL_NAMES)
    guessed = not columns.taxonomy.names and label not in called
    found = []
    for column, profile in enumerate(columns.profiles):
        repeats = profile.filled >= FEW_RECORDS and _are_classes(profile) and profile.different > 1
        holds = profile.labels >= LABEL_SHARE or (repeats and (column in called or guessed))
        if column in (label, text) or not holds:
            continue
        if label is None or not _agree(columns, column, label):
            found.append(column)
    return found


def echoes_of(columns: Columns, label: int, text: int | None) -> list[int]:
    """Further columns of classes that say the same as the labels in other words, as a code beside a name."""
    return [
        column
        for column, profile in enumerate(columns.profiles)
        if column not in (label, text) and profile.labels >= LABEL_SHARE and _agree(columns, column, label)
    ]


def _same(columns: Columns, left: int, right: int) -> bool:
    """Whether two columns name the same class of the taxonomy in nearly all records, where both name one."""
    find = columns.taxonomy.find
    pairs = [(find(row[left]), find(row[right])) for row in columns.body]
    known = [one == other for one, other in pairs if one is not None and other is not None]
    return sum(known) >= SAME_SHARE * len(known)


def _agree(columns: Columns, column: int, label: int) -> bool:
    """Whether two columns say the same in other words: each field of one goes with one field of the other."""
    pairs = Counter((row[column].strip(), row[label].strip()) for row in columns.body)
    for side in (0, 1):
        best: dict[str, int] = {}
        for pair, count in pairs.items():
            best[pair[side]] = max(best.get(pair[side], 0), count)
        if sum(best.values()) < SAME_SHARE * pairs.total():
            return False
    return True
