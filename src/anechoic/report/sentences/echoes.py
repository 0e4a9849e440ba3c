"""What the echo groups say of the labels, and how far their count can be trusted."""

from anechoic.echoes.schema import EchoesReport
from anechoic.project.wording import interval, percent, plural

CALLED_FREELY = 0.1  # share of planted texts called echoes, from which the echoes found are in doubt
UNRANKED_DOUBTS = 20  # label doubts up to which a person reads them all and asks no ranking


def echo_sentences(echoes: EchoesReport) -> list[str]:
    """The range of the effective rows, how far labels agree, wrong labels, answers that were obeyed."""
    sentences = [
        f"The rows are worth {echoes.effective_rows_low} to {echoes.effective_rows_high} meanings; "
        f"{echoes.effective_rows} were counted. The range allows for echoes that are missed or seen where none are."
    ]
    if echoes.groups:
        sentences.append(
            f"Of the rows that say the same as another, {percent(echoes.label_agreement)} "
            f"({interval(echoes.label_agreement_low, echoes.label_agreement_high)}) carry their group's commonest "
            "label; copies, and rewordings that took over their original's label, agree by construction."
        )
    sentences += precision_sentences(echoes)
    sentences += label_sentences(echoes)
    applied, stale = echoes.decisions.applied, len(echoes.decisions.stale)
    if applied or stale:
        sentences.append(f"{applied} answers from data/review/ were obeyed, {stale} no longer fit their rows.")
    return sentences


def precision_sentences(echoes: EchoesReport) -> list[str]:
    """How many echoes are true, as labels tell, and how many texts that say something else are called one."""
    here, sentences = echoes.precision_here, []
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
            "groups in reports/index.html before you leave rows out."
        )
    return sentences + near_miss_sentences(echoes)


def near_miss_sentences(echoes: EchoesReport) -> list[str]:
    """How many planted texts that say something else were called echoes, and what to do where they are many."""
    near = echoes.near_misses
    if near is None:
        return []
    told = (
        f"Of {near.planted} {plural(near.planted, 'text')} made from these rows, each of which shares its subject "
        "or half of its words with a row and says something else, "
        f"{near.called} ({percent(near.share)}, {interval(near.share_low, near.share_high)}) "
        f"{plural(near.called, 'was', 'were')} called that row's echo."
    )
    if near.share > CALLED_FREELY:
        told += (
            " Look at the pairs before you trust the count: answer what `anechoic review` asks "
            "(reports/review.csv), or label pairs and let `anechoic calibrate` fit the judge to them."
        )
    return [told]


def label_sentences(echoes: EchoesReport) -> list[str]:
    """How many labels are likely wrong, and which of them are asked about, with a suggestion or without."""
    if echoes.label_errors is None:
        return ["There are too few rows to tell whether labels are wrong (60, and 10 a class, are needed)."]
    sentences = [
        f"{echoes.label_errors_low} to {echoes.label_errors_high} of {echoes.rows} labels are likely wrong, "
        f"{echoes.label_errors} by the best estimate; mistakes between classes that the models confuse "
        "themselves are not counted."
    ]
    if not echoes.label_doubts:
        return sentences
    ranked = ", the most doubtful first" if echoes.label_doubts > UNRANKED_DOUBTS else ""
    asked = f"{echoes.label_doubts} labels are likelier wrong than right and stand in reports/review.csv{ranked}"
    if echoes.label_suggestions and echoes.suggestion_precision is not None:
        asked += (
            f"; for {echoes.label_suggestions} another one is suggested. Of such suggestions on wrong labels "
            f"planted into these rows, {percent(echoes.suggestion_precision)} were right"
        )
    else:
        asked += "; none can be suggested instead with enough certainty"
    return [*sentences, f"{asked}. Answer with `anechoic review`."]
