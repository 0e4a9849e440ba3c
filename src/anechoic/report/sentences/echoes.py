"""What the echo groups say of the labels, and how far their count can be trusted."""

from anechoic.echoes.schema import EchoesReport
from anechoic.report.sentences.wording import interval, percent

UNRANKED_DOUBTS = 20  # label doubts up to which a person reads them all and asks no ranking


def echo_sentences(echoes: EchoesReport) -> list[str]:
    """The range of the effective rows, how far labels agree, doubted labels, answers that were obeyed."""
    sentences = [
        f"The rows are worth {echoes.effective_rows_low} to {echoes.effective_rows_high} meanings; "
        f"{echoes.effective_rows} were counted. The range allows for echoes that are missed or seen where none are."
    ]
    if echoes.groups:
        sentences.append(
            f"Of the rows that say the same as another, {percent(echoes.label_agreement)} "
            f"({interval(echoes.label_agreement_low, echoes.label_agreement_high)}) carry their group's commonest "
            "label: no classifier can be shown to be better than the labels agree with themselves."
        )
    here = echoes.precision_here
    if here is not None:
        sentences.append(
            f"Of the {here.pairs} near-copies and rewordings found, about {percent(here.precision)} "
            f"({interval(here.precision_low, here.precision_high)}) are true, as labels tell: "
            f"{here.across_labels} of them join different labels, as {percent(here.neighbours_across)} "
            "of alike rows do that are no echo."
        )
    elif echoes.pairs.get("near", 0) + echoes.pairs.get("rephrase", 0):
        sentences.append(
            "How many of the near-copies and rewordings are true cannot be told from these rows; read some of the "
            "groups below before you leave rows out."
        )
    if echoes.label_doubts:
        ranked = ", the most doubtful first" if echoes.label_doubts > UNRANKED_DOUBTS else ""
        sentences.append(
            f"{echoes.label_doubts} labels are contradicted by the other rows; they are questions, not verdicts, "
            f"and stand in reports/review.csv{ranked}. Answer with `anechoic review`."
        )
    applied, stale = echoes.decisions.applied, len(echoes.decisions.stale)
    if applied or stale:
        sentences.append(f"{applied} answers from data/review/ were obeyed, {stale} no longer fit their rows.")
    return sentences
