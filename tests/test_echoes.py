import csv
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from anechoic.echoes.classifier.judge import judge_in_force, shipped_judge
from anechoic.echoes.drop_matching import find_links
from anechoic.echoes.echoes import Said, echoes
from anechoic.echoes.evidence.candidates import candidates
from anechoic.echoes.evidence.features import gram_rows
from anechoic.echoes.evidence.local_contrast import table_profile
from anechoic.echoes.evidence.neighbours import background, neighbours, whiten
from anechoic.echoes.groups import group
from anechoic.echoes.schema import EchoesParams
from anechoic.embed.embed import embed, embeddings_table
from anechoic.numeric.arrays import matrix
from anechoic.project.errors import DataError
from anechoic.project.kinds import ECHO_KINDS
from anechoic.project.tables import GROUPS, PAIRS
from anechoic.review.decisions import read_decisions, relabelled

KNOBS = {"near_lexical": 0.9, "neighbour_cosine": 0.6, "representative": "first", "review_rows": 50}
PARAMS = EchoesParams(**KNOBS)


def echoes_of(prepared, params=PARAMS, decisions=None):
    return echoes(*prepared, params, shipped_judge(), said=Said(decisions))


def kinds(result, clean):
    text = dict(clean.select("row_id", "text").iter_rows())
    return {(text[left], text[right]): kind for left, right, kind in result.pairs[:, :3].iter_rows()}


def test_a_vector_has_the_same_bits_whoever_stands_beside_it(encoder):
    texts = [f"cancel order {n}, it is {'too ' * (n % 9)}late" for n in range(50)]
    together, reverse = encoder.encode(texts), encoder.encode(texts[::-1])[::-1]
    alone = np.vstack([encoder.encode([text]) for text in texts])
    assert np.array_equal(together, reverse)
    assert np.array_equal(together, alone)
    assert np.allclose(np.linalg.norm(together, axis=1), 1, atol=1e-5)


def test_known_texts_are_not_encoded_again(encoder):
    asked = []

    class Counting:
        def encode(self, texts, /):
            asked.extend(texts)
            return encoder.encode(texts)

    twice = embed(["a b", "c d", "a b"], Counting())
    assert sorted(asked) == ["a b", "c d"]
    assert np.array_equal(twice[0], twice[2])


def test_vectors_of_a_named_model_are_kept_in_a_project_alone(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    first = embed(["too dear"], "minilm")
    assert list(tmp_path.iterdir()) == []
    (tmp_path / "params.yaml").touch()
    assert np.array_equal(embed(["too dear"], "minilm"), first)
    monkeypatch.setattr("anechoic.embed.embed.FixedShapeEncoder", lambda _: pytest.fail("the encoder was loaded"))
    assert np.array_equal(embed(["too dear"], "minilm"), first)


class Faulty:
    def __init__(self, vectors):
        self.vectors = vectors

    def encode(self, texts, /):
        return self.vectors


@pytest.mark.parametrize(
    ("vectors", "message"),
    [
        (np.ones((3, 2)), r"shape \(3, 2\) for 2 texts"),
        (np.ones(2), r"shape \(2,\)"),
        (np.array([[1, 0], [np.nan, 1]]), "no usable vector for 1 texts, the first 'b'"),
        (np.zeros((2, 2)), "no usable vector for 2 texts"),
    ],
)
def test_a_faulty_encoder_is_a_clear_error(vectors, message):
    with pytest.raises(DataError, match=message):
        embed(["a", "b"], Faulty(vectors))


def test_each_kind_is_found_and_the_clean_control_is_not(prepare):
    clean, embeddings = prepare(
        {
            "a.csv": (
                "7,Too expensive for us now.\n3,We ordered 25 drums of paint\n4,Please do cancel my new order\n"
            ),
            "b.csv": (
                "7,too expensive for us NOW.\n7,Too expensiv for us now\n3,We ordered 26 drums of paint\n"
                "4,Please do not cancel my new order\n6,The tractor arrives in spring only.\n"
            ),
        }
    )
    result = echoes_of((clean, embeddings))
    found = kinds(result, clean)
    assert found["Too expensive for us now.", "too expensive for us NOW."] == "exact"
    assert found["Too expensive for us now.", "Too expensiv for us now"] == "near"
    assert found["We ordered 25 drums of paint", "We ordered 26 drums of paint"] == "opposite"
    assert found["Please do cancel my new order", "Please do not cancel my new order"] == "opposite"
    assert not any("tractor" in left + right for left, right in found)
    assert result.report.effective_rows == 6


def test_the_demo_is_judged_as_well_as_the_report_says(demo):
    clean, _ = demo
    result = echoes_of(demo)
    place = {(drop, record): row for row, drop, record in clean.select("row_id", "drop", "record").iter_rows()}
    with Path("tests/data/cancellations/gold_pairs.csv").open() as stream:
        gold = {
            frozenset(
                (
                    place["2023-06.csv", int(row["original_row"])],
                    place["2023-07-rephrased.csv", int(row["rephrased_row"])],
                )
            )
            for row in csv.DictReader(stream)
        }
    groups = dict(result.groups.select("row_id", "group_id").iter_rows())
    found = [pair for pair in gold if len({groups[row] for row in pair}) == 1]
    detector = result.report.detector
    assert len(found) / 400 >= detector.recall_low - 0.05
    assert sum(drop.new_meanings for drop in result.report.drops) == result.report.effective_rows
    assert result.report.drops[1].echo_of[0].drop == "2023-06.csv"


def test_copies_form_a_star_not_a_square(prepare):
    prepared = prepare({"a.csv": "7,the same text\n" * 300 + "6,another one entirely\n"})
    result = echoes_of(prepared)
    assert result.report.pairs["exact"] == 299
    assert result.pairs.filter(pl.col("kind") == "exact")["left"].n_unique() == 1
    assert (result.report.effective_rows, result.report.largest_group) == (2, 300)


@pytest.mark.parametrize("text", ["7,only one row\n", "7,a b c\n7,a b c\n"])
def test_one_row_and_all_the_same(prepare, text):
    assert echoes_of(prepare({"a.csv": text})).report.effective_rows == 1


def test_identical_texts_echo_whoever_wrote_them_and_show_as_conflict(prepare):
    result = echoes_of(prepare({"a.csv": "7,way too expensive\n1,way too expensive\n"}))
    assert result.report.conflicts == 1
    assert result.groups["conflict"].all()


def test_results_keep_their_contracts_and_depend_on_no_order(demo):
    clean, embeddings = demo
    once = echoes_of(demo)
    again = echoes_of((clean, embeddings.sample(fraction=1, shuffle=True, seed=3)))
    assert once.pairs.equals(again.pairs)
    assert once.report == again.report
    PAIRS.schema.validate(once.pairs, cast=True)
    GROUPS.schema.validate(once.groups, cast=True)


def test_verified_echoes_lie_in_one_group_and_every_group_has_a_centre(demo):
    result = echoes_of(demo)
    group_of = dict(result.groups.select("row_id", "group_id").iter_rows())
    echo = result.pairs.filter(pl.col("kind").is_in(list(ECHO_KINDS)))
    assert all(group_of[left] == group_of[right] for left, right in echo[:, :2].iter_rows())


def test_all_pairs_over_the_floor_are_candidates():
    rng = np.random.default_rng(0)
    vectors = rng.normal(size=(2100, 8)).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    texts = [f"{a:x}" for a in rng.integers(0, 2**60, 2100)]
    left, right = candidates(vectors, gram_rows(texts), background(neighbours(vectors)))
    truth = np.argwhere(np.triu(vectors @ vectors.T >= 0.6, 1))
    assert set(map(tuple, truth)) <= set(zip(left, right, strict=True))
    assert np.all(left < right)


def test_a_retold_drop_is_linked_and_an_unrelated_one_is_not(demo, prepare):
    embeddings = demo[1]
    exam = prepare({"fresh.csv": Path("data/exam/2023-08.csv").read_text()})[1]
    drops = np.repeat([0, 1, 2], [400, 400, 160])
    vectors = np.vstack([matrix(embeddings["vector"]), matrix(exam["vector"])])
    verdicts = {(link.source, link.echo): link.verdict for link in find_links(whiten(vectors), drops)}
    assert verdicts == {(0, 1): "retold", (0, 2): "unrelated", (1, 2): "unrelated"}


def test_fewer_than_twenty_rows_cannot_tell(demo):
    vectors = matrix(demo[1]["vector"])
    link = find_links(whiten(vectors), np.repeat([0, 1], [781, 19]))[0]
    assert (link.verdict, link.low, link.high) == ("cannot tell", 0, 1)


def test_the_spectrum_sees_copies_and_no_copies(demo):
    vectors = whiten(matrix(demo[1]["vector"]))
    one_file = np.zeros(len(vectors), dtype=np.int64)
    assert table_profile(neighbours(vectors[:400]), one_file[:400]).share < 0.05
    assert table_profile(neighbours(vectors), one_file).share > 0.3


def test_conflicts_are_found_whatever_the_labels_say(demo):
    clean, embeddings = demo
    turned = clean.with_columns(
        label_id=pl.when(pl.col("drop").str.contains("rephrased"))
        .then(9 - pl.col("label_id"))
        .otherwise("label_id")
    )
    result = echoes(turned, embeddings, PARAMS, shipped_judge())
    assert result.report.pairs == echoes_of(demo).report.pairs
    assert result.report.conflicts > 300
    assert result.report.label_agreement < 0.6


HEAD = "kind,left,right,left_text,right_text,label,suggested,why,decision\n"


def test_decisions_are_obeyed_and_stale_ones_reported(demo, labels):
    clean, _ = demo
    before = echoes_of(demo)
    pair = before.pairs.filter(pl.col("kind") == "rephrase").row(0, named=True)
    text = dict(clean.select("row_id", "text").iter_rows())
    quoted = [f'"{text[row]}"' for row in (pair["left"], pair["right"])]
    answer = f"pair,{pair['left']},{pair['right']},{quoted[0]},{quoted[1]},,,,different\n"
    stale = f"pair,{pair['left']},{pair['right']},changed,{quoted[1]},,,,same\nlabel,gone,,gone,,,,,drop\n"
    decisions = read_decisions({"a.csv": (HEAD + answer + stale).encode()}, clean, labels)
    after = echoes_of(demo, decisions=decisions)
    group_of = dict(after.groups.select("row_id", "group_id").iter_rows())
    assert group_of[pair["left"]] != group_of[pair["right"]]
    assert after.report.decisions.applied == 1
    assert "not 'changed'" in after.report.decisions.stale[0]
    assert "row gone is gone" in after.report.decisions.stale[1]
    back = read_decisions({"a.csv": (HEAD + answer.replace("different", "same")).encode()}, clean, labels)
    assert echoes_of(demo, decisions=back).report.effective_rows == before.report.effective_rows


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("pair,a,b,x,y,,,,maybe", "line 2: 'maybe' is no decision. Write same"),
        ("label,a,,x,,,,,same", "need two rows"),
        ("label,a,,x,,,,,relabel:prize", "names no class. Did you mean relabel:price"),
    ],
)
def test_a_decision_nobody_can_read_is_named(demo, labels, line, message):
    with pytest.raises(DataError, match=message):
        read_decisions({"a.csv": (HEAD + line + "\n").encode()}, demo[0], labels)


def test_a_review_file_without_its_columns_is_named(demo, labels):
    with pytest.raises(DataError, match="columns missing: kind, left"):
        read_decisions({"a.csv": b"x,y\n1,2\n"}, demo[0], labels)
    with pytest.raises(DataError, match="judge.json is no calibration of this version"):
        judge_in_force({"judge.json": b"{}"}, "minilm")


def test_the_queue_asks_what_is_undecided_first_and_comes_back(demo, labels):
    queue = echoes_of(demo).review
    assert queue.columns == HEAD.strip().split(",")
    assert set(queue["kind"]) <= {"pair", "label", "conflict"}
    assert queue.height == 50
    answered = queue.with_columns(decision=pl.lit("drop")).write_csv().encode()
    assert read_decisions({"q.csv": answered}, demo[0], labels)["problem"].unique().to_list() == [""]


def test_a_corrected_label_is_seen_by_every_later_stage(demo, labels):
    clean, _ = demo
    row = clean.row(0, named=True)
    answer = f'label,{row["row_id"]},,"{row["text"]}",,,,,relabel:Lead Time\n'
    decisions = read_decisions({"a.csv": (HEAD + answer).encode()}, clean, labels)
    mended = relabelled(clean, decisions, labels)
    assert mended.select("label_id", "label", "flags").row(0) == (6, "lead time", [*row["flags"], "relabelled"])
    assert mended[1:].equals(clean[1:])


@pytest.mark.parametrize("rule", ["first", "longest", "centre", "agreement"])
def test_one_row_stands_for_each_group(demo, rule):
    groups = echoes_of(demo, EchoesParams(**KNOBS | {"representative": rule})).groups
    assert groups.group_by("group_id").agg(pl.col("representative").sum())["representative"].unique().to_list() == [
        1
    ]
    if rule == "longest":
        rows = groups.join(demo[0].select("row_id", pl.col("canonical").str.len_chars().alias("size")), on="row_id")
        best = rows.group_by("group_id").agg(
            pl.col("size").max(), pl.col("size").filter("representative").alias("kept")
        )
        assert (best["size"] == best["kept"].list.first()).all()


LINKS = st.lists(
    st.tuples(st.integers(0, 11), st.integers(0, 11), st.sampled_from([0.6, 0.7, 0.8, 0.9])).filter(
        lambda link: link[0] < link[1]
    ),
    unique_by=lambda link: link[:2],
    max_size=30,
)


@given(LINKS, st.randoms())
def test_groups_have_centres_lie_in_components_and_depend_on_no_order(links, random):
    grouping = group(12, [link[:2] for link in links], [link[2] for link in links])
    shuffled = links.copy()
    random.shuffle(shuffled)
    again = group(12, [link[:2] for link in shuffled], [link[2] for link in shuffled])
    assert grouping.group_of == again.group_of
    linked = {frozenset(link[:2]) for link in links}
    for name in set(grouping.group_of):
        members = [node for node in range(12) if grouping.group_of[node] == name]
        assert name == min(members)
        assert any(all(a == b or frozenset((a, b)) in linked for b in members) for a in members)


def test_a_chain_breaks_at_its_weakest_link():
    links, scores = [(0, 1), (1, 2), (2, 3), (3, 4)], [0.9, 0.9, 0.6, 0.9]
    grouping = group(5, links, scores)
    assert grouping.group_of == (0, 0, 0, 3, 3)
    assert (grouping.cut, grouping.broken_chains) == ((2,), 1)


def test_a_star_is_no_chain():
    assert group(5, [(0, n) for n in range(1, 5)], [0.7] * 4).broken_chains == 0


def test_vectors_round_trip_through_the_table(demo):
    clean, embeddings = demo
    assert matrix(embeddings["vector"]).shape == (clean.height, 384)
    nothing = embeddings_table(clean["row_id"].head(0), embed([], "minilm"), "x")
    assert nothing.height == 0
    assert nothing.columns == embeddings.columns
