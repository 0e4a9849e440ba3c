"""Stage echoes: clean, embeddings, decisions, data/review -> pairs, groups, reports/echoes.json, review.csv."""

from anechoic.augmented.declared import declared
from anechoic.augmented.schema import MadeKnobs
from anechoic.echoes.classifier.judge import judge_in_force
from anechoic.echoes.echoes import Said, echoes
from anechoic.echoes.near_misses import near_misses, plant_near_misses
from anechoic.echoes.recall import inject, recall_on_injected
from anechoic.echoes.schema import EchoesParams
from anechoic.echoes.summary import Measured
from anechoic.embed.embed import embed
from anechoic.embed.schema import EmbedParams
from anechoic.project import folders, io
from anechoic.project.stage import say
from anechoic.project.tables import CLEAN, DECISIONS, EMBEDDINGS, GROUPS, PAIRS
from pipelines import run


def main() -> None:
    """Find what is the same data, obeying what people decided."""
    params = io.read_params("echoes", EchoesParams)
    model = io.read_params("embed", EmbedParams).model
    knobs = io.read_params("split", MadeKnobs)
    clean, embeddings, decisions = io.read(CLEAN), io.read(EMBEDDINGS), io.read(DECISIONS)
    made = declared(clean, knobs.augmented, knobs.source_column)
    judge = judge_in_force(folders.read_drops("data/review"), model)
    injected, planted = inject(clean), plant_near_misses(clean, embeddings)
    vectors = embed([row.canonical for row in injected] + [row.canonical for row in planted], model)
    measured = Measured(
        recall_on_injected(
            clean, embeddings, injected, vectors[: len(injected)], judge=judge, near_lexical=params.near_lexical
        ),
        near_misses(
            clean, embeddings, planted, vectors[len(injected) :], judge=judge, near_lexical=params.near_lexical
        ),
    )
    result = echoes(clean, embeddings, params, judge, said=Said(decisions, made), measured=measured)
    io.write(PAIRS, result.pairs)
    io.write(GROUPS, result.groups)
    io.write_csv("reports/review.csv", result.review)
    io.write_report("reports/echoes.json", result.report)
    say(result.report.sentences())


if __name__ == "__main__":
    run(main)
