"""The knobs of the stage echoes and the shape of reports/echoes.json."""

from collections.abc import Iterator
from typing import Literal

from pydantic import Field

from anechoic.project.kinds import ECHO_KINDS
from anechoic.project.schema import Params, Report
from anechoic.project.wording import first_lines
from anechoic.review.schema import Decided
from anechoic.text.shown import ShownText


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

    def sentence(self) -> str:
        """How much of the file is new, and what the rest repeats, on one line."""
        repeated = ", ".join(
            f"{each.rows:,} echo {'earlier rows of itself' if each.drop == self.drop else each.drop}"
            for each in self.echo_of
        )
        return f"data/raw/{self.drop}: {self.rows:,} rows, {self.new_meanings:,} new" + (
            f"; {repeated}" if repeated else ""
        )


class DropLink(Report):
    """What two drops as wholes say of each other, judged without labels and without single pairs."""

    drop: str = Field(description="the drop that may be a retelling")
    of: str = Field(description="the drop that it may retell")
    share: float = Field(description="share of its rows that stand out as match_one_to_one (Storey, 2002)")
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


class PrecisionHere(Report):
    """How many of the echoes found in these very rows are true, as their labels tell."""

    pairs: int = Field(description="echoes that are no copies, the surest of each row")
    across_labels: int = Field(description="of them, those between rows of different labels: almost surely false")
    neighbours_across: float = Field(
        description="share across labels among each row's nearest that is no echo: so much of the false is seen"
    )
    precision: float = Field(
        ge=0, le=1, description="share of the echoes that are true: 1 - across_labels / pairs / neighbours_across"
    )
    precision_low: float = Field(ge=0, le=1, description="lower end, 95 %, Wilson of both shares")
    precision_high: float = Field(ge=0, le=1, description="upper end, 95 %, Wilson of both shares")


class Missed(Report):
    """How many planted echoes of one strength the detector finds."""

    strength: str = Field(description="what was done to the planted rows: copy, typo, light, medium or strong")
    planted: int = Field(description="rows planted, each an echo of one raw row")
    found: int = Field(description="of them, found to echo that row")
    recall: float = Field(ge=0, le=1, description="found / planted; 1 where nothing could be planted")
    recall_low: float = Field(ge=0, le=1, description="lower end, 95 %, Wilson")
    recall_high: float = Field(ge=0, le=1, description="upper end, 95 %, Wilson")


class NearMiss(Report):
    """A planted text that says something else than the row it shares much with, and was called its echo."""

    text: ShownText = Field(description="the planted text")
    made_from: ShownText = Field(description="the row whose echo it was called")
    kind: str = Field(
        description="what it shares with that row: the topic (what is spoken of), or half of its words"
    )


class NearMisses(Report):
    """How many of the texts that share much with a row, and say something else, are called its echoes."""

    planted: int = Field(description="texts planted, each made of a part of one raw row and the rest of another")
    called: int = Field(description="of them, called an echo of the row they share that part with: false")
    share: float = Field(ge=0, le=1, description="called / planted; tells how the judge errs here, not how often")
    share_low: float = Field(ge=0, le=1, description="lower end, 95 %, Wilson")
    share_high: float = Field(ge=0, le=1, description="upper end, 95 %, Wilson")
    examples: list[NearMiss] = Field(description="some of those called")


class EchoesReport(Report):
    """reports/echoes.json: how much of the raw data is the same data. Raw rows only."""

    rows: int = Field(description="valid raw rows")
    effective_rows: int = Field(description="echo groups found, single rows included: what the data is worth")
    effective_rows_low: int = Field(
        description="lower end: as many echoes missed as the lower recall allows, on gold or on planted rewordings"
    )
    effective_rows_high: int = Field(
        description="upper end: no echo missed, and as many false as the lower precision allows, on gold or here"
    )
    missed: list[Missed] = Field(description="recall on echoes planted into these rows, by strength")
    near_misses: NearMisses | None = Field(
        default=None,  # reports of earlier versions have none
        description="false echoes among texts planted into these rows; null where none could be made of them",
    )
    groups: int = Field(description="echo groups of two rows or more")
    largest_group: int = Field(description="rows of the largest group")
    broken_chains: int = Field(description="chains of echoes broken up because their ends are no echoes")
    pairs: dict[str, int] = Field(description="pairs judged, by kind")
    conflicts: int = Field(
        description="groups whose rows carry different labels, those among them that may be no echoes at all"
    )
    sure_conflicts: int = Field(
        description="of them, those in which two rows that were judged with each other surely say the same: the "
        "number that is told and asked about"
    )
    drops: list[DropEchoes] = Field(description="each drop, in the order of names")
    links: list[DropLink] = Field(description="what each two drops, exam drops included, say of each other")
    label_agreement: float = Field(
        description="share of rows in groups that carry their group's most frequent label: a bound on any accuracy"
    )
    label_agreement_low: float = Field(description="lower end, 95 %, Wilson")
    label_agreement_high: float = Field(description="upper end, 95 %, Wilson")
    pairs_apart: int = Field(
        default=0,  # reports of earlier versions have none
        description="pairs that say the same and may have been labelled apart, one a group: no copies, no file and "
        "its retelling",
    )
    pairs_agreeing: int = Field(default=0, description="of them, those whose labels agree")
    label_doubts: int = Field(description="labels that are likelier wrong than right, copies counted once")
    label_suggestions: int = Field(description="of them, those for which another label is suggested")
    label_errors: int | None = Field(
        description="rows whose label is likely wrong, but for mistakes that look like what the models confuse; "
        "null where rows are too few to tell"
    )
    label_errors_low: int | None = Field(
        description="lower end, 95 %, profile likelihood, widened by planted errors that were counted twice"
    )
    label_errors_high: int | None = Field(
        description="upper end, 95 %, profile likelihood, widened by planted errors that were missed"
    )
    suggestion_precision: float | None = Field(
        description="share of suggestions that were right on wrong labels planted into these rows; null where none "
        "may be made"
    )
    suggestion_precision_low: float | None = Field(description="lower end, 95 %, Wilson")
    suggestion_precision_high: float | None = Field(description="upper end, 95 %, Wilson")
    suggestion_recall: float | None = Field(description="share of the planted labels that were rightly mended")
    decisions: Decided = Field(description="what became of the answers in data/review/")
    detector: Detector = Field(description="who judged, and how well on gold pairs of other data")
    precision_here: PrecisionHere | None = Field(
        description="how many of the echoes found here are true; null where none, or where labels cannot tell"
    )

    def sentences(self) -> Iterator[str]:
        """What each file repeats, a line each, and what all rows are worth."""
        yield from first_lines((drop.sentence() for drop in self.drops), "reports/echoes.json")
        kinds = ", ".join(f"{self.pairs.get(kind, 0):,} {kind}" for kind in ECHO_KINDS)
        interval = f"{self.effective_rows_low:,} to {self.effective_rows_high:,}"
        yield f"{self.rows:,} rows are worth {self.effective_rows:,} effective rows ({interval}); pairs: {kinds}"
        yield "which rows echo which, and how sure that is: reports/index.html, reports/echoes.json"
        if self.sure_conflicts or self.label_doubts:
            yield (
                f"{self.sure_conflicts:,} echo groups carry different labels for the same thing, "
                f"{self.label_doubts:,} labels are likelier wrong than right: `anechoic review` asks about them"
            )


class EchoesParams(Params):
    """Knobs of the stage echoes."""

    near_lexical: float = Field(
        ge=0.5, le=1, description="similarity of the words from which two texts have the same words [0.5..1]"
    )
    neighbour_cosine: float = Field(
        ge=0.2, le=1, description="cosine from which a pair that is no echo is kept as neighbour [0.2..1]"
    )
    representative: Literal["first", "longest", "centre", "agreement"] = Field(
        description="the row that stands for its group: first, longest, nearest the centre, or the one whose label "
        "the rest of the data believes most [choice]"
    )
    review_rows: int = Field(
        ge=0, le=10_000, description="questions put into reports/review.csv, at least every contradiction [rows]"
    )
