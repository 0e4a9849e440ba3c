"""What the echoes amount to: effective rows, what each drop brought, how well labels agree."""

from collections import Counter
from collections.abc import Sequence

import polars as pl
from pydantic import Field

from anechoic.echoes.drops import Link
from anechoic.echoes.judge import Judge
from anechoic.normalize.schema import Decided
from anechoic.numeric.intervals import share_interval
from anechoic.project.schema import Report
from anechoic.project.tables import KINDS

REWORDED = ("light", "medium", "strong")  # strengths of planted rewordings


class EchoOf(Report):
    """How much of a drop repeats one drop."""

    drop: str = Field(description="the drop that is repeated; may be the drop itself")
    rows: int = Field(description="rows that echo an earlier row there")
    share: float = Field(ge=0, le=1, description="those rows, as a share of the drop")
    share_low: float = Field(ge=0, le=1, description="lower end, 95 %, Wilson")
    share_high: float = Field(ge=0, le=1, description="upper end, 95 %, Wilson")


class DropEchoes(Report):
    """What a drop brought that was not there before."""

    drop: str = Field(description="path of the file below data/raw/")
    rows: int = Field(description="valid rows of the drop")
    new_meanings: int = Field(description="echo groups whose first row lies in the drop")
    echo_rows: int = Field(description="rows that echo an earlier row, of this drop or another")
    echo_of: list[EchoOf] = Field(description="the drops it repeats, most rows first")


class DropLink(Report):
    """What two drops as wholes say of each other, judged without labels and without single pairs."""

    drop: str = Field(description="the drop that may be a retelling")
    of: str = Field(description="the drop that it may retell")
    share: float = Field(description="share of its rows that stand out as retellings (Storey, 2002)")
    share_low: float = Field(description="lower end, 95 %, normal")
    share_high: float = Field(description="upper end, 95 %, normal")
    verdict: str = Field(description="retold, unrelated, or cannot tell (fewer than 20 rows)")


class Detector(Report):
    """Who judged, and how good it is on pairs whose truth is known."""

    encoder: str = Field(description="the encoder of the vectors")
    threshold: float = Field(description="probability from which a pair is an echo")
    fitted_on: str = Field(description="the gold pairs, and how the judge was scored on them")
    precision: float = Field(description="share of found pairs that are gold pairs")
    precision_low: float = Field(description="lower end, 95 %, bootstrap over gold groups")
    precision_high: float = Field(description="upper end, 95 %, bootstrap over gold groups")
    recall: float = Field(description="share of gold pairs that are found")
    recall_low: float = Field(description="lower end, 95 %, bootstrap over gold groups")
    recall_high: float = Field(description="upper end, 95 %, bootstrap over gold groups")
    f1: float = Field(description="harmonic mean of precision and recall")
    f1_low: float = Field(description="lower end, 95 %, bootstrap over gold groups")
    f1_high: float = Field(description="upper end, 95 %, bootstrap over gold groups")


class Missed(Report):
    """How many planted echoes of one strength the detector finds."""

    strength: str = Field(description="what was done to the planted rows: copy, typo, light, medium or strong")
    planted: int = Field(description="rows planted, each an echo of one raw row")
    found: int = Field(description="of them, found to echo that row")
    recall: float = Field(ge=0, le=1, description="found / planted; 1 where nothing could be planted")
    recall_low: float = Field(ge=0, le=1, description="lower end, 95 %, Wilson")
    recall_high: float = Field(ge=0, le=1, description="upper end, 95 %, Wilson")


class EchoesReport(Report):
    """reports/echoes.json: how much of the raw data is the same data. Raw rows only."""

    rows: int = Field(description="valid raw rows")
    effective_rows: int = Field(description="echo groups found, single rows included: what the data is worth")
    effective_rows_low: int = Field(
        description="lower end: as many echoes missed as the lower recall allows, on gold or on planted rewordings"
    )
    effective_rows_high: int = Field(
        description="upper end: no echo missed, and as many false ones as the lower precision on gold allows"
    )
    missed: list[Missed] = Field(description="recall on echoes planted into these rows, by strength")
    groups: int = Field(description="echo groups of two rows or more")
    largest_group: int = Field(description="rows of the largest group")
    broken_chains: int = Field(description="chains of echoes broken up because their ends are no echoes")
    pairs: dict[str, int] = Field(description="pairs judged, by kind")
    conflicts: int = Field(description="groups whose rows carry different labels")
    drops: list[DropEchoes] = Field(description="each drop, in the order of names")
    links: list[DropLink] = Field(description="what each two drops, exam drops included, say of each other")
    label_agreement: float = Field(
        description="share of rows in groups that carry their group's most frequent label: a bound on any accuracy"
    )
    label_agreement_low: float = Field(description="lower end, 95 %, Wilson")
    label_agreement_high: float = Field(description="upper end, 95 %, Wilson")
    label_doubts: int = Field(description="rows whose label the rest of the data contradicts, out of fold")
    decisions: Decided = Field(description="what became of the answers in data/review/")
    detector: Detector = Field(description="who judged, and how well")


def measure(
    clean: pl.DataFrame,
    pairs: pl.DataFrame,
    groups: pl.DataFrame,
    broken_chains: int,
    judge: Judge,
    encoder: str,
    links: Sequence[Link],
    names: Sequence[str],
    doubtful: pl.DataFrame,
    agreed: tuple[int, int],
    decided: Decided,
    missed: Sequence[Missed],
) -> EchoesReport:
    """The report of the stage, on raw rows alone.

    links: what the drops say of each other, numbered as in `names`; doubtful: row_id, log_odds; agreed: rows in
    groups of two or more, and those that carry their group's most frequent label.
    """
    raw = clean.join(groups, on="row_id", maintain_order="left").filter(pl.col("role") == "raw")
    sizes = raw.group_by("group_id").len()["len"].to_list()
    ids = raw["row_id"].implode()
    kinds = Counter(pairs.filter(pl.col("left").is_in(ids), pl.col("right").is_in(ids))["kind"])
    low, high = _effective_interval(raw.height, len(sizes), kinds["exact"], judge, missed)
    agreed_low, agreed_high = share_interval(agreed[1], agreed[0])
    return EchoesReport(
        rows=raw.height,
        effective_rows=len(sizes),
        effective_rows_low=low,
        effective_rows_high=high,
        missed=list(missed),
        groups=sum(size > 1 for size in sizes),
        largest_group=max(sizes, default=0),
        broken_chains=broken_chains,
        pairs={kind: kinds[kind] for kind in KINDS},
        conflicts=raw.group_by("group_id").agg(pl.col("label_id").n_unique() > 1)["label_id"].sum(),
        drops=_drops(raw),
        links=[
            DropLink(drop=names[each.echo], of=names[each.source], **_shares(each), verdict=each.verdict)
            for each in links
        ],
        label_agreement=agreed[1] / agreed[0] if agreed[0] else 1.0,
        label_agreement_low=agreed_low,
        label_agreement_high=agreed_high,
        label_doubts=doubtful.filter(pl.col("log_odds") < 0).height,
        decisions=decided,
        detector=Detector(**judge.model_dump(include=set(Detector.model_fields)) | {"encoder": encoder}),
    )


def _shares(link: Link) -> dict[str, float]:
    return {"share": link.share, "share_low": link.low, "share_high": link.high}


def _effective_interval(
    rows: int, effective: int, copies: int, judge: Judge, missed: Sequence[Missed]
) -> tuple[int, int]:
    """Effective rows, allowing for false and missed echoes; copies are certain.

    The lower end takes the worse recall of gold and of the planted rewordings, these pooled. The upper end misses
    nothing: an echo too well hidden to be found says nothing of itself, so that none need be there.
    """
    planted = [each for each in missed if each.strength in REWORDED]
    pooled = share_interval(sum(each.found for each in planted), sum(each.planted for each in planted))[0]
    recall = min(judge.recall_low, pooled) if any(each.planted for each in planted) else judge.recall_low
    found = rows - copies - effective
    least = rows - copies - round(found * judge.precision_high / max(recall, 0.01))
    most = rows - copies - round(found * judge.precision_low)
    return max(min(least, effective), 1), max(most, effective)


def _drops(raw: pl.DataFrame) -> list[DropEchoes]:
    """For each drop its new meanings and what the other rows echo: the drop of their group's first row."""
    firsts = raw.unique("group_id", keep="first", maintain_order=True)
    first_drop = firsts.select("group_id", pl.col("drop").alias("of"), pl.col("row_id").alias("first"))
    placed = raw.join(first_drop, on="group_id", maintain_order="left")
    found = []
    for (drop,), part in placed.group_by(["drop"], maintain_order=True):
        echoes = part.filter(pl.col("row_id") != pl.col("first"))
        counts = sorted(Counter(echoes["of"]).items(), key=lambda item: (-item[1], item[0]))
        echo_of = []
        for of, count in counts:
            low, high = share_interval(count, part.height)
            share = count / part.height
            echo_of.append(EchoOf(drop=of, rows=count, share=share, share_low=low, share_high=high))
        found.append(
            DropEchoes(
                drop=str(drop),
                rows=part.height,
                new_meanings=part.height - echoes.height,
                echo_rows=echoes.height,
                echo_of=echo_of,
            )
        )
    return found
