"""What columns are called that hold labels, texts, or numbers which are neither."""

import re
from collections import Counter
from collections.abc import Sequence

Fields = tuple[str, ...]

# In the order of how surely a column of that name is meant.
LABEL_NAMES = (
    *("label", "labels", "labelid", "class", "classid", "intent", "reason", "category", "target", "tag", "topic"),
    *("grund", "kategorie", "klasse", "motivo", "categoria", "categoría", "razón", "motif", "raison", "catégorie"),
    *("subcategory", "sentiment", "emotion"),
)
SURE_LABEL_NAMES = LABEL_NAMES[:3]  # nobody calls anything else so
TEXT_NAMES = (
    *("text", "comment", "comments", "message", "body", "description", "utterance", "sentence", "query"),
    *("feedback", "remark", "remarks", "content", "review", "note", "notes", "tweet", "kommentar", "nachricht"),
    *("beschreibung", "texto", "comentario", "mensaje", "texte", "commentaire", "testo", "tekst", "opmerking"),
)
# Numbers that may happen to be ids of classes and are none.
NUMBER_NAMES = frozenset(
    "id row nr no num number index idx turn age star stars rating ratings score scores count quantity qty amount "
    "price priority annotator rater coder worker agent user customer year month day date week hour minute time "
    "fold split page version confidence vote votes like likes helpful level rank nps csat satisfaction "
    "bewertung sterne punkte anzahl menge jahr monat puntuación valoración estrellas étoiles stelle".split()
)
NAME_WORDS, NAME_CHARACTERS = 3, 40  # at most, of a cell that reads like a column's name
COLUMN_NAME = re.compile(rf"(?=.*[^\W\d])[\w ./()#-]{{1,{NAME_CHARACTERS}}}")


def folded(cell: str) -> str:
    """A column's name as it is looked up."""
    return cell.strip().strip("\ufeff").casefold()


def named(cells: Fields, names: Sequence[str]) -> list[int]:
    """The columns whose name is, or else ends in, one of the known names (or its plural), the surest first."""
    keys = [re.sub(r"[\W_]", "", folded(cell)) for cell in cells]
    words = [re.split(r"[\W_]+", folded(cell)) for cell in cells]
    exact = [column for name in names for column, key in enumerate(keys) if key in (name, f"{name}s")]
    last = [
        column
        for name in names
        for column, each in enumerate(words)
        if 1 < len(each) <= NAME_WORDS and each[-1] in (name, f"{name}s")
    ]
    return list(dict.fromkeys(exact + last))


def names_a_number(cell: str) -> bool:
    """Whether a column is called like a count, a rating, a place in a list: no label, whatever it holds."""
    return any(word in NUMBER_NAMES for word in re.split(r"[\W_]+", folded(cell)))


def names_columns(fields: Fields) -> bool:
    """Whether a record names both a label and a text column: then it is a header."""
    return bool(named(fields, LABEL_NAMES) and named(fields, TEXT_NAMES))


def reads_like_a_name(cell: str) -> bool:
    """A name of a column: one to three words of letters, digits and underscores, no sentence."""
    return bool(COLUMN_NAME.fullmatch(cell.strip())) and len(cell.split()) <= NAME_WORDS


def unique(cells: Fields) -> Fields:
    """Names for all columns: given ones, numbered where they stand twice or are empty."""
    seen = Counter[str]()
    names: list[str] = []
    for number, cell in enumerate(cells, start=1):
        name = cell.strip().strip("\ufeff") or f"column_{number}"
        seen[name] += 1
        names.append(name if seen[name] == 1 else f"{name}_{seen[name]}")
    if len(set(names)) == len(names):
        return tuple(names)
    return tuple(f"{name}#{column}" for column, name in enumerate(names))  # `a, a, a_2` became `a, a_2, a_2`
