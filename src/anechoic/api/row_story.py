"""What became of a row of the project, and what two texts are to each other: the answer first, in one sentence."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import polars as pl

from anechoic.api.echo_groups import echo_groups
from anechoic.api.named_rows import ROW_ID, find_rows, is_place_or_id, named_row
from anechoic.numeric.arrays import matrix
from anechoic.project import io
from anechoic.project.errors import DataError
from anechoic.project.kinds import ECHO_KINDS
from anechoic.project.tables import CLEAN, EMBEDDINGS, GROUPS, PAIRS, PREDICTIONS
from anechoic.split.summary import DETAILS
from anechoic.text.repair import canonicalize, numbers_of
from anechoic.text.shown import shown, shown_record

Row = Mapping[str, Any]
KINDS = {
    "exact": "a copy",
    "near": "the same words",
    "rephrase": "rephrased",
    "opposite": "the same words but for a fact",
    "neighbour": "alike, no more",
}
RECORDS = {"raw", "meta"}  # facts that hold whole records
HIDDEN = ("lines", "detail", "probabilities")  # columns of a row that its facts leave out


@dataclass(frozen=True)
class Story:
    """An answer in one sentence; facts: name -> value; pairs: kind, score, place, row_id, text, label, evidence.

    texts: the two that were compared, in canonical form.
    """

    answer: str
    facts: dict[str, object]
    pairs: pl.DataFrame
    texts: tuple[str, ...] = ()


def row_story(row: Row, rows: pl.DataFrame) -> Story:
    """A row of `project_rows` -> what became of it: kept, an echo, kept out or set aside, and beside which rows."""
    facts: dict[str, object] = {name: value for name, value in row.items() if name not in HIDDEN}
    for table in (CLEAN, GROUPS, PREDICTIONS):
        if io.exists(table) and (part := io.read(table).filter(pl.col("row_id") == row["row_id"])).height:
            facts |= {name: value for name, value in part.row(0, named=True).items() if name not in HIDDEN}
    facts["numbers"] = numbers_of(str(facts.get("canonical", "")))  # those of personal data are not told
    records = {*RECORDS, "text"} if row["outcome"] == "quarantined" else RECORDS
    for name, value in facts.items():
        if isinstance(value, str):
            facts[name] = shown_record(value, len(value)) if name in records else shown(value)
    pairs = _pairs_of(row["row_id"], rows)
    return Story(_became(row, facts, rows, pairs), facts, pairs)


def _became(row: Row, facts: Mapping[str, Any], rows: pl.DataFrame, pairs: pl.DataFrame) -> str:
    outcome, reason, place = row["outcome"], row["reason"], row["place"]
    if outcome == "quarantined":
        why = f"{reason} ({shown(row['detail'])})"
        return f"This record is set aside: {why}. It is trained and tested on nowhere. ({place})"
    size = facts.get("group_size", 1)
    others = "alone: no other row says the same" if size == 1 else f"one of {size} rows that say the same"
    conflict = "" if not facts.get("conflict") else f" Their labels differ: {_labels_of(row, rows)}."
    if outcome == "excluded":
        return f"This row is kept out ({reason}: {DETAILS.get(reason, 'as params.yaml says')}). ({place})"
    if outcome == "echo":
        used = rows.filter(pl.col("group_id") == row["group_id"], pl.col("outcome") != "echo")
        echoed = f"an echo of {used['place'][0]}{_how(pairs, used['row_id'][0])}" if used.height else "an echo"
        lost = " and its label is not the one they go by" if reason == "label_conflict" else ""
        return f"This row is {echoed}{lost}: the same comment counts once, so it is not used.{conflict} ({place})"
    side = "held for the exam" if outcome == "exam" else f"kept, in {outcome}"
    counted = "" if size == 1 else ", and the one of them that counts"
    return f"This row is {side}, {others}{counted}.{conflict} ({place})"


def _labels_of(row: Row, rows: pl.DataFrame) -> str:
    return ", ".join(sorted(set(rows.filter(pl.col("group_id") == row["group_id"])["label"].drop_nulls())))


def _how(pairs: pl.DataFrame, other: str) -> str:
    direct = pairs.filter(pl.col("row_id") == other, pl.col("kind").is_in(list(ECHO_KINDS)))
    if direct.is_empty():
        return " (by way of a third row)"
    return f" ({KINDS[direct['kind'][0]]}, score {direct['score'][0]:.2f})"


def _pairs_of(row_id: str, rows: pl.DataFrame) -> pl.DataFrame:
    """The judged pairs of a row, echoes first and the surest first, each with the other row."""
    pairs = io.read(PAIRS).filter((pl.col("left") == row_id) | (pl.col("right") == row_id))
    other = pl.when(pl.col("left") == row_id).then("right").otherwise("left")
    pairs = pairs.with_columns(row_id=other, kind=pl.col("kind").cast(pl.String))
    pairs = pairs.join(rows.select("row_id", "place", "text", "label"), on="row_id", how="left")
    pairs = pairs.sort(~pl.col("kind").is_in(list(ECHO_KINDS)), -pl.col("score"), -pl.col("cosine"), "row_id")
    texts = pl.Series("text", [shown(text or "") for text in pairs["text"]], dtype=pl.String)
    return pairs.select("kind", "score", "cosine", "place", "row_id", texts, "label", "evidence")


def compare(references: tuple[str, str], rows: pl.DataFrame) -> Story:
    """Two rows of the project, or texts -> whether they are the same comment; texts are judged among the rows.

    Raises DataError where a reference names several rows or a file's line that holds none.
    """
    sides = [_side(reference, rows) for reference in references]
    if aside := [side["place"] for side in sides if side.get("outcome") == "quarantined"]:
        raise DataError(f"{' and '.join(aside)}: set aside, so nothing compared it. `anechoic trace` says why.")
    if sides[0].get("row_id") and sides[0].get("row_id") == sides[1].get("row_id"):
        raise DataError(f"Both name one row: {sides[0]['place']}. Name two.")
    verdict = _known(sides) if all("row_id" in side for side in sides) else _judged(sides)
    facts: dict[str, object] = {}
    for name, side in zip(("one", "other"), sides, strict=True):
        facts[name] = f"{side['place']} [{side['label'] or 'no label'}] {shown(side['text'])!r}"
    facts |= {"cosine": f"{verdict['cosine']:.3f}", "why": verdict["evidence"]}
    texts = tuple(canonicalize(side["text"]) for side in sides)
    return Story(_sentence(verdict, sides), facts, pl.DataFrame(), texts)


def _side(reference: str, rows: pl.DataFrame) -> Row:
    """The one row a reference names, by place, id or its whole text; any other text is itself meant."""
    if not is_place_or_id(reference):
        rows = rows.filter(pl.col("text") == reference)
    found = find_rows(reference, rows)
    if found.height == 1 or (found.height and ROW_ID.fullmatch(reference.strip())):
        return named_row(reference, rows)
    return {"text": reference, "label": None, "place": "your text"}


def _sentence(verdict: Row, sides: list[Row]) -> str:
    kind, score = verdict["kind"], verdict["score"]
    labels = [side["label"] for side in sides]
    differ = (
        f" Their labels differ: {labels[0]} and {labels[1]}."
        if None not in labels and labels[0] != labels[1]
        else ""
    )
    if verdict["same"]:
        how = f"{KINDS[kind]}, score {score:.2f}" if kind in ECHO_KINDS else "by way of other rows"
        return f"These two are the same comment ({how}): counted once.{differ}"
    how = KINDS.get(kind, "not alike")
    return f"These two are not the same comment ({how}, cosine {verdict['cosine']:.2f}): both count."


def _known(sides: list[Row]) -> Row:
    """What the last run decided about two rows of the project."""
    ids = [side["row_id"] for side in sides]
    pair = io.read(PAIRS).filter(pl.col("left").is_in(ids), pl.col("right").is_in(ids))
    vectors = io.read(EMBEDDINGS)
    one, other = (matrix(vectors.filter(pl.col("row_id") == each)["vector"])[0] for each in ids)
    groups = io.read(GROUPS).filter(pl.col("row_id").is_in(ids))["group_id"]
    verdict = {"kind": "", "score": 0.0, "evidence": "no pair that was judged alike", "cosine": float(one @ other)}
    if pair.height:
        verdict |= pair.select("kind", "score", "evidence").row(0, named=True)
    return verdict | {"same": groups.n_unique() == 1}


def _judged(sides: list[Row]) -> Row:
    """What the pipeline's judge says of two texts beside all rows of the project."""
    texts = [canonicalize(side["text"]) for side in sides]
    if not all(texts):
        raise DataError("A text is empty: there is nothing to compare.")
    clean = io.read(CLEAN).filter(pl.col("role") == "raw", ~pl.col("canonical").is_in(texts))
    asked = pl.DataFrame(
        {
            "text": [side["text"] for side in sides],
            "canonical": texts,
            "numbers": [numbers_of(each) for each in texts],
        },
        schema={"text": pl.String, "canonical": pl.String, "numbers": pl.List(pl.String)},
    )
    rows = pl.concat([clean.select(asked.columns), asked])
    found = echo_groups(rows, labels=pl.Series(["-"] * rows.height))
    names = found.rows["row_id"][-2:].to_list()
    pair = found.pairs.filter(pl.col("left").is_in(names), pl.col("right").is_in(names))
    one, other = matrix(found.rows["vector"][-2:])
    verdict = {"kind": "", "score": 0.0, "evidence": "not judged alike", "cosine": float(one @ other)}
    if pair.height:
        verdict |= pair.select("kind", "score", "evidence").row(0, named=True)
    return verdict | {"same": found.rows["group_id"][-2:].n_unique() == 1}
