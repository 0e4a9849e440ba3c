"""The stage, the library and the commands agree on every pair: there is one judgement."""

import csv
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner

from anechoic import EchoGroupSplit, audit_split, find_echoes, split_rows
from anechoic.api import echo_groups
from anechoic.cli import app
from anechoic.echoes.classifier.judge import Calibration, Scores, judge_in_force, shipped_judge
from anechoic.echoes.echoes import connect, echoes
from anechoic.echoes.pairs import PairLimits
from anechoic.echoes.schema import EchoesParams
from anechoic.project import folders
from anechoic.project.kinds import ECHO_KINDS

PARAMS = EchoesParams(near_lexical=0.9, neighbour_cosine=0.6, representative="first", review_rows=0)


class Known:
    """The demo's vectors by text, so that nothing is encoded twice."""

    def __init__(self, clean, embeddings):
        self.vectors = dict(zip(clean["canonical"], embeddings["vector"].to_list(), strict=True))

    def encode(self, texts, /):
        return np.array([self.vectors[text] for text in texts], dtype=np.float32)


@pytest.fixture(scope="module")
def known(demo):
    return Known(*demo)


def partition(groups):
    """Which rows share a group, whatever the groups are called."""
    members = {}
    for row, group in enumerate(groups):
        members.setdefault(group, []).append(row)
    return sorted(map(tuple, members.values()))


@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(seed=st.integers(0, 10_000), size=st.integers(20, 300), one_file=st.booleans())
def test_the_library_and_the_stage_group_alike(demo, known, seed, size, one_file):
    clean, embeddings = demo
    rows = clean.with_row_index("at").sample(size, shuffle=True, seed=seed)
    if one_file:
        rows = rows.with_columns(drop=pl.lit("a.csv"))
    some = rows.drop("at")
    judge = shipped_judge()
    stage = echoes(some, embeddings, PARAMS, judge)
    wanted = partition(stage.groups["group_id"])
    frame = some.select("text", "label", "drop")
    found = find_echoes(frame, encoder=known, judge=judge)
    group_of = {row: row for row in range(size)}
    group_of |= dict(found.removed.select("row", "echoes").iter_rows())
    assert partition(group_of[row] for row in range(size)) == wanted
    if one_file and len(wanted) > 1:
        split = split_rows(frame, encoder=known, judge=judge, shares={"train": 0.5, "test": 0.5})
        assert partition(split["group"]) == wanted


def test_the_rows_order_changes_no_verdict(demo):
    clean, embeddings = demo
    some = clean.sample(300, shuffle=True, seed=1)
    judge, limits = shipped_judge(), PairLimits(0.9, 0.6)
    once, again = (
        connect(rows, embeddings, judge, limits) for rows in (some, some.sample(300, shuffle=True, seed=2))
    )

    def verdicts(found):
        ordered = found.pairs.with_columns(
            one=pl.min_horizontal("left", "right"), other=pl.max_horizontal("left", "right")
        )
        return (
            ordered.filter(pl.col("kind") != "exact").select("one", "other", "kind", "score").sort("one", "other")
        )

    assert verdicts(once).equals(verdicts(again))
    groups = [dict(found.rows.select("row_id", "group_size").iter_rows()) for found in (once, again)]
    assert groups[0] == groups[1]


@pytest.fixture
def strict(tmp_path, monkeypatch):
    """A project whose judge was calibrated to believe nothing."""
    (tmp_path / "data/review").mkdir(parents=True)
    (tmp_path / "params.yaml").write_text(Path("params.yaml").read_text())
    scores = dict.fromkeys(Scores.model_fields, 0.5)
    delta = Calibration(**scores, encoder="minilm", fitted_on="a test", scale=0.1, shift=-30)
    (tmp_path / "data/review/judge.json").write_text(delta.model_dump_json(indent=1))
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture(scope="module")
def reworded():
    """Thirty comments and, behind them, their light rewordings."""
    light = [row for row in read_csv("tests/data/cancellations/gold_pairs.csv", header=True) if row[2] == "light"][
        :30
    ]
    first, again = (read_csv(f"data/raw/{name}.csv") for name in ("2023-06", "2023-07-rephrased"))
    return [first[int(one) - 1][1] for one, *_ in light], [again[int(other) - 1][1] for _, other, _ in light]


def read_csv(name, header=False):
    with Path(name).open(newline="") as stream:
        return list(csv.reader(stream))[1 if header else 0 :]


def write_csv(name, texts):
    with Path(name).open("w", newline="") as stream:
        csv.writer(stream).writerows([("label", "text"), *((7, text) for text in texts)])


def run(*arguments):
    return CliRunner().invoke(app, arguments).output


def test_a_calibrated_judge_is_obeyed_by_all(reworded, strict):
    originals, rewordings = reworded
    texts = [*originals, *rewordings]
    believed = judge_in_force(folders.read_drops("data/review"), "minilm")
    assert believed.context_model.shift == -30
    assert echo_groups.judge_for(None, "minilm") == believed
    assert echo_groups.judge_for(None, "another") == shipped_judge()
    write_csv("new.csv", texts), write_csv("known.csv", originals), write_csv("asked.csv", rewordings)

    def groups(**options):
        split = split_rows(texts, label=None, shares=2, **options)["group"]
        first = next(iter(EchoGroupSplit(2, **options).split(texts)))
        sides = np.zeros(len(texts), dtype=int)
        sides[first[1]] = 1
        assert all(len({sides[row] for row in members}) == 1 for members in partition(split))
        return split.n_unique()

    kinds = find_echoes(texts).removed["kind"].to_list()
    assert "rephrase" not in kinds
    assert groups() == len(texts) - len(kinds)
    assert f"the rows are worth {len(texts) - len(kinds)}." in run("check", "new.csv")
    leaks = audit_split(originals, rewordings, label=None)  # drops that retell each other are matched besides
    assert leaks.report == audit_split(originals, rewordings, label=None, judge=believed).report
    assert f"{leaks.report.kinds['rephrase']} rephrase)" in run("audit", "known.csv", "asked.csv")

    Path("data/review/judge.json").unlink()
    kinds = find_echoes(texts).removed["kind"].to_list()
    assert kinds.count("rephrase") > 10
    assert groups() == len(texts) - len(kinds)
    assert f"the rows are worth {len(texts) - len(kinds)}." in run("check", "new.csv")


def test_texts_that_differ_in_a_masked_number_are_not_one_text():
    found = find_echoes(["My order #12345 is late", "My order #67890 is late", "my ORDER #12345 is late"])
    assert found.removed.select("row", "kind").rows() == [(2, "exact")]


def test_the_stage_calls_them_opposite(prepare):
    clean, embeddings = prepare({"a.csv": "7,My order #12345 is late\n7,My order #67890 is late\n"})
    pairs = echoes(clean, embeddings, PARAMS, shipped_judge()).pairs
    assert pairs["kind"].to_list() == ["opposite"]
    assert not pairs.filter(pl.col("kind").is_in(list(ECHO_KINDS))).height
