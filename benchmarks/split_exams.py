"""How near the honest test comes to exams, and accuracy by cosine to the nearest training row."""

import numpy as np
import polars as pl
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.pipeline import make_union
from sklearn.svm import LinearSVC

from anechoic.leakage.leakage import leakage
from anechoic.leakage.schema import LeakageParams, LeakageReport
from anechoic.leakage.similarity_bands import Bootstrap, accuracy_by_band
from anechoic.numeric.arrays import Indices, dense_codes, matrix
from anechoic.numeric.linear_probe import fit_predict, out_of_fold
from anechoic.stratify.folds import folds
from benchmarks.split_data import cancellations, frame, grouped

LEAKAGE = LeakageParams.model_validate(
    {"folds": 5, "repeats": 3, "most_rows": 20_000, "bootstraps": 1000, "bands": [], "stress": [], "seed": 7}
)
PSEUDO_EXAMS = 20


def tables(rows: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame, pl.DataFrame, pl.DataFrame]:
    """clean, embeddings, groups, split of labelled rows, all raw and all in training."""
    echoes = grouped(rows["text"].to_list())
    found = echoes.rows
    clean = found.with_columns(
        role=pl.lit("raw"), label=rows["label"], label_id=pl.Series(dense_codes(rows["label"]))
    )
    split = found.select("row_id", split=pl.lit("train"), weight=pl.lit(1.0), reason=pl.lit("balanced"))
    return (
        clean.drop("group_id", "vector"),
        found.select("row_id", "vector", encoder=pl.lit("minilm")),
        echoes.groups,
        split,
    )


def exams() -> None:
    rows, gold = cancellations()
    _, embeddings, groups, _ = tables(rows)
    vectors, labels = matrix(embeddings["vector"]), dense_codes(rows["label"])
    ours = dense_codes(groups["group_id"])
    figures = {}
    for name, units in (
        ("random", None),
        ("our groups", ours),
        ("gold groups", np.unique(gold, return_inverse=True)[1]),
    ):
        figures[name] = [
            (out_of_fold(vectors, labels, folds(labels, units, 5, seed)) == labels).mean() for seed in range(20)
        ]
        print(f"  {name}: {np.mean(figures[name]):.4f} (sd {np.std(figures[name]):.4f}) over 20 seeds")
    means = {name: np.mean(values) for name, values in figures.items()}
    print(
        f"exams: ours - gold {100 * (means['our groups'] - means['gold groups']):+.2f} points, "
        f"naive - honest {100 * (means['random'] - means['our groups']):.1f}"
    )
    pseudo_exams(rows, gold)


def report_with_exam(known: pl.DataFrame, exam: pl.DataFrame) -> LeakageReport:
    """The stage's report where `exam` is the exam and stands in no echo group with what is known."""
    echoes = grouped(known["text"].to_list())
    clean, vectors, _, split = tables(pl.concat([known, exam]))
    is_exam = pl.Series(np.arange(clean.height) >= known.height)
    clean = clean.with_columns(role=pl.when(is_exam).then(pl.lit("exam")).otherwise(pl.lit("raw")))
    split = split.with_columns(split=pl.when(is_exam).then(pl.lit("exam")).otherwise("split"))
    alone = clean.filter(is_exam).select(
        "row_id",
        group_id="row_id",
        group_size=pl.lit(1, pl.Int64),
        representative=pl.lit(value=True),
        conflict=pl.lit(value=False),
        contradiction=pl.lit(value=False),
    )
    return leakage(clean, vectors, pl.concat([echoes.groups, alone], how="vertical_relaxed"), split, LEAKAGE)


def pseudo_exams(rows: pl.DataFrame, gold: Indices) -> None:
    """The honest accuracy against 20 exams of 100 comments taken out of the data, and against the real one."""
    errors, zero, covers = [], 0, 0
    for seed in range(PSEUDO_EXAMS):
        inside = np.isin(gold, np.random.default_rng(seed).permutation(400)[:100])
        report = report_with_exam(rows.filter(pl.Series(~inside)), rows.filter(pl.Series(inside)))
        assert report.exam is not None
        assert report.exam_difference is not None
        errors.append(report.honest_accuracy - report.exam.accuracy)
        zero += report.exam_difference.difference_low <= 0 <= report.exam_difference.difference_high
        covers += report.honest_accuracy_low <= report.exam.accuracy <= report.honest_accuracy_high
    report = report_with_exam(rows, frame("cancellations/fresh_test.csv", header=False))
    assert report.exam is not None
    assert report.exam_difference is not None
    difference = report.exam_difference
    print(
        f"  real exam: {report.exam.accuracy:.3f} against honest {report.honest_accuracy:.3f}, "
        f"difference {difference.difference:+.3f} ({difference.difference_low:+.3f} to "
        f"{difference.difference_high:+.3f})"
    )
    print(
        f"{PSEUDO_EXAMS} pseudo-exams: mean error {100 * np.mean(errors):+.2f} points "
        f"(sd {100 * np.std(errors):.1f}); "
        f"the difference's interval holds 0 in {zero}, the honest interval alone the exam's accuracy in {covers}"
    )


def accuracy_by_cosine() -> None:
    train, test = frame("banking77/train.csv"), frame("banking77/test.csv")
    model = make_union(TfidfVectorizer(ngram_range=(1, 2)), TfidfVectorizer(analyzer="char_wb", ngram_range=(2, 5)))
    x, y = model.fit_transform(train["text"]), model.transform(test["text"])
    right = LinearSVC().fit(x, train["label"].to_list()).predict(y) == test["label"].to_numpy()
    character = TfidfVectorizer(analyzer="char_wb", ngram_range=(2, 5)).fit([*train["text"], *test["text"]])
    known, asked = character.transform(train["text"]), character.transform(test["text"])
    nearest = np.concatenate(
        [np.asarray((asked[at : at + 200] @ known.T).max(1).todense()).ravel() for at in range(0, test.height, 200)]
    )
    rows = pl.concat([train, test])
    found = grouped(rows["text"].to_list()).rows
    units = dense_codes(found["group_id"])[train.height :]
    units = np.unique(units, return_inverse=True)[1]
    vectors = matrix(found["vector"])
    minilm = (vectors[train.height :] @ vectors[: train.height].T).max(1)
    labels = dense_codes(rows["label"])
    probe = (
        fit_predict(vectors[: train.height], labels[: train.height], vectors[train.height :])
        == labels[train.height :]
    )
    print(f"stairs: linear SVM {right.mean():.4f}, probe {probe.mean():.4f}")
    runs = (
        ("SVM by character TF-IDF", right, nearest, [0.4, 0.6, 0.8]),
        ("SVM by MiniLM", right, minilm, [0.6, 0.7, 0.8, 0.9]),
        ("probe by MiniLM", probe, minilm, [0.6, 0.7, 0.8, 0.9]),
    )
    for name, hits, near, edges in runs:
        for band in accuracy_by_band(hits[None].astype(float), near[None], units, edges, Bootstrap(1000, 0)):
            print(
                f"  {name} {band.from_:.1f}-{band.to:.1f}: {band.accuracy:.3f} "
                f"({band.accuracy_low:.3f}-{band.accuracy_high:.3f}), {band.rows:.0f} rows"
            )
