"""Stage echoes: clean, embeddings, data/review -> pairs, groups, reports/echoes.json, reports/review.csv."""

import polars as pl

from anechoic.echoes.classifier.judge import read_judge
from anechoic.echoes.echoes import echoes
from anechoic.echoes.recall import look, plant
from anechoic.echoes.schema import EchoesParams
from anechoic.embed.encoder import FixedShapeEncoder, encode_missing, vectors_of
from anechoic.embed.schema import EmbedParams
from anechoic.numeric.arrays import Vectors
from anechoic.project import folders, io, model_store, vector_store
from anechoic.project.schema import Labels
from anechoic.project.tables import CLEAN, EMBEDDINGS, GROUPS, PAIRS
from anechoic.review.decisions import read_decisions
from pipelines import run


def main() -> None:
    """Find what is the same data, obeying what people decided."""
    params = io.read_params("echoes", EchoesParams)
    labels = io.read_params("labels", Labels)
    clean, answers = io.read(CLEAN), folders.read_drops("data/review")
    decisions = read_decisions(answers, clean, labels)
    embeddings, judge = io.read(EMBEDDINGS), read_judge(answers)
    planted = plant(clean)
    vectors = encoded([each.text for each in planted], io.read_params("embed", EmbedParams).model)
    missed = look(clean, embeddings, planted, vectors, judge, params.near_lexical)
    result = echoes(clean, embeddings, params, judge, decisions, missed)
    io.write(PAIRS, result.pairs)
    io.write(GROUPS, result.groups)
    io.write_text("reports/review.csv", result.review.write_csv())
    io.write_report("reports/echoes.json", result.report)


def encoded(texts: list[str], model: str) -> Vectors:
    """The vectors of texts that stand in no table, from the cache where they are known."""
    name, folder = model_store.model_key(model), model_store.model_folder(model)
    known = vector_store.read_vectors(name)
    new = encode_missing(texts, set(known["text_hash"]), lambda: FixedShapeEncoder(folder))
    if not new.is_empty():
        vector_store.write_vectors(name, new)
    return vectors_of(texts, pl.concat([known, new]))


if __name__ == "__main__":
    run(main)
