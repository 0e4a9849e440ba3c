"""What the echoes amount to: effective rows, what each drop brought, how well labels agree."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import polars as pl

from anechoic.echoes.classifier.judge import Judge
from anechoic.echoes.drop_matching import Link
from anechoic.echoes.labels.agreement import agreement_apart
from anechoic.echoes.labels.label_quality import LabelQuality
from anechoic.echoes.labels.precision_here import precision_here
from anechoic.echoes.schema import Detector, DropEchoes, DropLink, EchoesReport, EchoOf, Missed, NearMisses
from anechoic.numeric.intervals import share_interval
from anechoic.project.kinds import KINDS
from anechoic.review.decisions import outcome

REWORDED = ("light", "medium", "strong")  # strengths of planted rewordings


@dataclass(frozen=True)
class Findings:
    """What the stage found, before it is summed up."""

    clean: pl.DataFrame
    pairs: pl.DataFrame
    groups: pl.DataFrame
    links: Sequence[Link]  # what the drops say of each other, numbered as in `drops`
    drops: Sequence[str]
    broken_chains: int


@dataclass(frozen=True)
class Measured:
    """How the judge does on texts that were planted into these rows."""

    missed: Sequence[Missed] = ()
    near_misses: NearMisses | None = None


def summarize(
    findings: Findings,
    judge: Judge,
    encoder: str,
    *,
    labels: LabelQuality,
    measured: Measured,
    decisions: pl.DataFrame,
) -> EchoesReport:
    """What the stage found, and who judged -> reports/echoes.json, on raw rows alone."""
    raw = findings.clean.join(findings.groups, on="row_id", maintain_order="left").filter(pl.col("role") == "raw")
    sizes = raw.group_by("group_id").len()["len"].to_list()
    ids, pairs = raw["row_id"].implode(), findings.pairs
    kinds = Counter(pairs.filter(pl.col("left").is_in(ids), pl.col("right").is_in(ids))["kind"])
    here = precision_here(pairs, dict(raw.select("row_id", "label_id").iter_rows()))
    believed = (
        judge
        if here is None
        else judge.model_copy(update={"precision_low": min(judge.precision_low, here.precision_low)})
    )
    low, high = _effective_interval(raw.height, len(sizes), kinds["exact"], believed, measured.missed)
    links = [_drop_link(link, findings.drops) for link in findings.links]
    retold = {frozenset((link.drop, link.of)) for link in links if link.verdict == "retold"}
    apart = agreement_apart(raw, pairs, retold)
    agreed_low, agreed_high = share_interval(labels.agreeing, labels.in_groups)
    return EchoesReport(
        rows=raw.height,
        effective_rows=len(sizes),
        effective_rows_low=low,
        effective_rows_high=high,
        missed=list(measured.missed),
        near_misses=measured.near_misses,
        groups=sum(size > 1 for size in sizes),
        largest_group=max(sizes, default=0),
        broken_chains=findings.broken_chains,
        pairs={kind: kinds[kind] for kind in KINDS},
        conflicts=raw.group_by("group_id").agg(pl.col("label_id").n_unique() > 1)["label_id"].sum(),
        sure_conflicts=raw.filter("contradiction")["group_id"].n_unique(),
        drops=_drops(raw),
        links=links,
        label_agreement=labels.agreeing / labels.in_groups if labels.in_groups else 1.0,
        label_agreement_low=agreed_low,
        label_agreement_high=agreed_high,
        pairs_apart=apart.pairs,
        pairs_agreeing=apart.agreeing,
        **_label_errors(labels),
        decisions=outcome(decisions),
        detector=Detector(**judge.model_dump(include=set(Detector.model_fields)) | {"encoder": encoder}),
        precision_here=here,
    )


def _label_errors(labels: LabelQuality) -> dict[str, float | int | None]:
    """Fields of the report: labels in doubt, suggestions and their measured worth, how many labels are wrong."""
    asked, errors = labels.asked(), labels.errors
    limit = errors.suggestion
    low, high = share_interval(limit.right, limit.measured)
    allowed = limit.allowed
    return {
        "label_doubts": asked.height,
        "label_suggestions": asked.filter("certain").height,
        "label_errors": errors.rows,
        "label_errors_low": errors.low,
        "label_errors_high": errors.high,
        "suggestion_precision": limit.right / limit.measured if allowed else None,
        "suggestion_precision_low": low if allowed else None,
        "suggestion_precision_high": high if allowed else None,
        "suggestion_recall": errors.recall if allowed else None,
    }


def _drop_link(link: Link, names: Sequence[str]) -> DropLink:
    shares = {"share": link.share, "share_low": link.low, "share_high": link.high}
    return DropLink(drop=names[link.echo], of=names[link.source], **shares, verdict=link.verdict)


def _effective_interval(
    rows: int, effective: int, copies: int, judge: Judge, missed: Sequence[Missed]
) -> tuple[int, int]:
    """Effective rows, allowing for false and missed echoes; copies are certain.

    The lower end takes the worse recall of gold and of the planted rewordings, these pooled. The upper end takes
    the worse precision of gold and of what these rows' labels tell, and misses nothing: an echo too well hidden to
    be found says nothing of itself, so that none need be there.
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
