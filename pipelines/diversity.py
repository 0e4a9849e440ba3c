"""Stage diversity: clean, embeddings, groups, split, echoes.json -> reports/diversity.json, reports/worth.json."""

from anechoic.augmented.declared import declared
from anechoic.augmented.schema import MadeKnobs
from anechoic.diversity.augmented_worth import augmented_worth, taking_part
from anechoic.diversity.ceiling import label_ceiling
from anechoic.diversity.diversity import diversity
from anechoic.diversity.drop_worth import changes_by_drop, drops_worth, labelled_vectors, worth_report
from anechoic.diversity.learning_curve import learning_curve
from anechoic.diversity.schema import DiversityParams
from anechoic.diversity.vector_drift import vector_drift
from anechoic.echoes.schema import EchoesReport
from anechoic.project import io
from anechoic.project.stage import say
from anechoic.project.tables import CLEAN, EMBEDDINGS, GROUPS, SPLIT
from pipelines import run


def main() -> None:
    """Say how much there is to learn from."""
    params = io.read_params("diversity", DiversityParams)
    clean, groups, embeddings = io.read(CLEAN), io.read(GROUPS), io.read(EMBEDDINGS)
    knobs, split = io.read_params("split", MadeKnobs), io.read(SPLIT)
    made = declared(clean, knobs.augmented, knobs.source_column)
    data = labelled_vectors(clean, embeddings, groups, made)
    report = diversity(clean, embeddings, groups, params)
    io.write_report("reports/diversity.json", report)
    drift = vector_drift(clean, embeddings, params.drift_size, params.seed)
    used = taking_part(clean, split, made)
    kept, policy = labelled_vectors(used, embeddings, groups, made), knobs.echoes_in_training
    changes = changes_by_drop(used, kept, params.seed, policy)
    augmented = augmented_worth(kept, policy, params.seed)
    curve = learning_curve(data, params.seed)
    echoes = io.read_report("reports/echoes.json", EchoesReport)
    ceiling = label_ceiling(echoes, len(report.per_label), curve.reached())
    worth = worth_report(drops_worth(clean, groups, changes), drift, curve, ceiling, augmented)
    io.write_report("reports/worth.json", worth)
    say([*report.sentences(), *worth.sentences()])


if __name__ == "__main__":
    run(main)
