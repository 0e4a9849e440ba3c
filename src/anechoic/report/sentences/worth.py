"""What more rows would bring, and what the labels allow."""

from anechoic.diversity.schema import MIN_PAIRS
from anechoic.project.wording import interval, percent
from anechoic.report.schema import Reports


def worth_sentences(reports: Reports) -> list[str]:
    """What the next fresh rows are worth, and the best accuracy that can be measured by these labels."""
    told = reports.worth.next_rows_sentence()
    return [f"{told[0].upper()}{told[1:]}.", *_ceiling(reports)]


def _ceiling(reports: Reports) -> list[str]:
    worth, echoes = reports.worth, reports.echoes
    if worth.ceiling is None or worth.ceiling_low is None or worth.ceiling_high is None:
        return ["How many labels are right, and so the best accuracy they allow, cannot be told from so few rows."]
    sentence = (
        f"About {percent(worth.ceiling)} ({interval(worth.ceiling_low, worth.ceiling_high)}) of the labels are "
        "right, as far as the other rows tell: against these labels even a model that is never wrong would be "
        "counted right no more often. Mistakes between classes that models confuse themselves cannot be seen, so "
        "the true bound may lie lower."
    )
    apart = echoes.pairs_apart
    if apart >= MIN_PAIRS:
        return [
            f"{sentence} Of {apart} pairs that say the same and may have been labelled apart, "
            f"{echoes.pairs_agreeing} carry one label."
        ]
    return [
        f"{sentence} That rows which say the same agree is no proof here: copies, and rewordings that took over "
        f"their original's label, always do, and of other pairs there are {apart}."
    ]
