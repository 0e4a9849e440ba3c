"""Reports -> the few numbers and the tables that `dvc metrics`, `dvc plots` and `dvc exp show` compare."""

import polars as pl

from anechoic.project.schema import Score
from anechoic.report.schema import Metrics, Reports


def metrics(reports: Reports) -> Metrics:
    """Reports -> the flat numbers of reports/metrics.json."""
    intake, echoes, split, leakage = reports.intake, reports.echoes, reports.split, reports.leakage
    evaluation = reports.evaluation
    test, exam, fresh = evaluation.test, evaluation.exam, evaluation.fresh
    return Metrics(
        rows=echoes.rows,
        quarantined=intake.quarantined,
        effective_rows=echoes.effective_rows,
        conflicts=echoes.sure_conflicts,
        label_agreement=echoes.label_agreement,
        label_doubts=echoes.label_doubts,
        training_rows=reports.train.rows,
        test_rows=test.rows if test else 0,
        exam_rows=exam.rows if exam else 0,
        cross_split_echoes=split.cross_split_echoes,
        naive_accuracy=leakage.naive_accuracy,
        honest_accuracy=leakage.honest_accuracy,
        inflation=leakage.inflation,
        fresh_accuracy=fresh.accuracy if fresh else None,
        fresh_accuracy_low=fresh.accuracy_low if fresh else None,
        fresh_accuracy_high=fresh.accuracy_high if fresh else None,
        train_accuracy=_accuracy(evaluation.train),
        validation_accuracy=_accuracy(evaluation.validation),
        test_accuracy=_accuracy(test),
        test_macro_f1=test.macro_f1 if test else None,
        test_calibration_error=test.ece if test else None,
        exam_accuracy=_accuracy(exam),
        exam_macro_f1=exam.macro_f1 if exam else None,
        exam_calibration_error=exam.ece if exam else None,
        cheap_test_accuracy=_best([each.test for each in evaluation.baselines.values()]),
        cheap_exam_accuracy=_best([each.exam for each in evaluation.baselines.values()]),
        verdict=evaluation.verdict,
    )


def _accuracy(score: Score | None) -> float | None:
    return score.accuracy if score else None


def _best(scores: list[Score | None]) -> float | None:
    return max((score.accuracy for score in scores if score), default=None)


def confusion(reports: Reports) -> pl.DataFrame:
    """Reports -> one line for each test row, by class: actual, predicted (names of classes)."""
    names = reports.evaluation.labels
    rows = [
        (names[actual], names[predicted])
        for actual, line in enumerate(reports.evaluation.confusion)
        for predicted, count in enumerate(line)
        for _ in range(count)
    ]
    return pl.DataFrame(rows, schema={"actual": pl.String, "predicted": pl.String}, orient="row")
