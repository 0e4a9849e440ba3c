import numpy as np
import polars as pl
import pytest
from sklearn.manifold import trustworthiness
from sklearn.metrics import silhouette_score

from anechoic.normalize.inbox import inbox_table
from anechoic.numeric.arrays import matrix, vector_column
from anechoic.project import io
from anechoic.project.tables import PROJECTION, InboxEmbeddings
from anechoic.projection.plane import beside, plane, principal_plane
from anechoic.projection.projection import inbox_rows, labelled_rows, projected_texts, projection
from anechoic.projection.schema import ProjectionParams, ProjectionReport

PARAMS = ProjectionParams(most_texts=5_000)
FEW = ProjectionParams(most_texts=60)
CLUSTERS = 4


def clusters(rows: int, dimension: int = 16, spread: float = 0.1, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    """Unit vectors (n, d) in tight clusters, and the cluster of each (n,)."""
    rng = np.random.default_rng(seed)
    member = np.arange(rows) % CLUSTERS
    drawn = np.eye(CLUSTERS, dimension)[member] + rng.normal(0, spread, (rows, dimension))
    return (drawn / np.linalg.norm(drawn, axis=1, keepdims=True)).astype(np.float32), member


def frame(vectors: np.ndarray, role: str = "raw", texts: list[str] | None = None) -> pl.DataFrame:
    """Rows as the stage projects them."""
    names = [f"{role} text {row}" for row in range(len(vectors))]
    schema = {"row_id": pl.String, "role": pl.String, "canonical": pl.String, "vector": pl.List(pl.Float32)}
    made = pl.DataFrame({"row_id": [f"{role}{row:04}" for row in range(len(vectors))]}).with_columns(
        role=pl.lit(role), canonical=pl.Series(texts or names, dtype=pl.String), vector=vector_column(vectors)
    )
    return made if len(vectors) else pl.DataFrame(schema=schema)


NOTHING = frame(np.zeros((0, 16)))


def places(table: pl.DataFrame, rows: pl.DataFrame) -> np.ndarray:
    """The places of the rows, in their order: (n, 2)."""
    return rows.join(table, on="row_id", maintain_order="left").select("x", "y").to_numpy()


@pytest.mark.parametrize("params", [PARAMS, FEW])
def test_the_same_rows_give_the_same_table_in_any_order(params):
    rows = frame(clusters(150)[0])
    inbox = frame(clusters(20, seed=1)[0], "inbox")
    table, report = projection(rows, inbox, params)
    other, again = projection(rows.sample(fraction=1, shuffle=True, seed=3), inbox.reverse(), params)
    assert table.equals(other)
    assert report == again


def test_planted_clusters_lie_apart():
    vectors, member = clusters(200)
    rows = frame(vectors)
    laid = places(projection(rows, NOTHING, PARAMS)[0], rows)
    assert silhouette_score(laid, member) > 0.5


def test_texts_laid_beside_lie_in_their_cluster():
    vectors, member = clusters(300)
    rows = frame(vectors)
    table, report = projection(rows, NOTHING, FEW)
    assert (report.texts, report.projected, report.placed) == (300, 60, 240)
    assert dict(table["placed"].value_counts().iter_rows()) == {"projected": 60, "beside": 240}
    assert silhouette_score(places(table, rows), member) > 0.6


def test_copies_lie_at_one_place_whatever_their_case_and_role():
    vectors = clusters(40)[0]
    texts = [f"text {row}" for row in range(40)]
    rows = frame(vectors, texts=texts)
    exam = frame(vectors + np.float32(1e-4), "exam", [text.upper() for text in texts])
    table, report = projection(pl.concat([rows, exam]), NOTHING, PARAMS)
    assert (report.rows, report.texts) == (80, 40)
    assert np.array_equal(places(table, rows), places(table, exam))


def test_a_copy_laid_beside_lies_at_its_texts_place():
    vectors = clusters(30)[0]
    laid = plane(vectors)[1]
    assert np.abs(beside(vectors, vectors, laid) - laid).max() < 0.02


@pytest.mark.parametrize("count", [1, 2, 3, 4, 9, 10, 11, 31])
def test_few_texts_have_a_place_each(count):
    rows = frame(clusters(count)[0])
    table, report = projection(rows, NOTHING, PARAMS)
    assert report.method == ("PCA" if count < 10 else "t-SNE")
    assert (report.trustworthiness is None) == (count < 31)
    assert table.select("x", "y").is_unique().all()
    assert np.linalg.norm(table.select("x", "y").to_numpy(), axis=1).max() == pytest.approx(
        float(count > 1), abs=1e-5
    )


@pytest.mark.parametrize("count", [2, 3, 12, 100])
def test_texts_of_equal_vectors_lie_at_one_place(count):
    vectors = np.tile(clusters(1)[0], (count, 1))
    table, report = projection(frame(vectors), NOTHING, PARAMS)
    assert not table.select("x", "y").to_numpy().any()
    assert report.trustworthiness is None


def test_two_kinds_of_vectors_lie_at_two_places():
    vectors = np.repeat(np.eye(2, 16, dtype=np.float32), 30, axis=0)
    rows = frame(vectors)
    laid = places(projection(rows, NOTHING, PARAMS)[0], rows)
    assert np.isfinite(laid).all()
    assert silhouette_score(laid, np.repeat([0, 1], 30)) > 0.5


def test_vectors_of_one_component_are_projected():
    assert principal_plane(np.array([[1.0], [-1.0]], dtype=np.float32)).tolist() == [[1, 0], [-1, 0]]


def test_nothing_gives_nothing(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    table, report = projection(NOTHING, NOTHING, PARAMS)
    assert (table.height, report.texts) == (0, 0)
    io.write(PROJECTION, table)
    assert list(report.sentences())


def test_the_trust_that_is_told_is_sklearns():
    vectors = clusters(120, spread=0.4)[0]
    rows = frame(vectors)
    for params in (PARAMS, FEW):
        table, report = projection(rows, NOTHING, params)
        laid = rows.join(table, on="row_id", maintain_order="left").filter(pl.col("placed") == "projected")
        told = trustworthiness(matrix(laid["vector"]), laid.select("x", "y").to_numpy(), n_neighbors=15)
        assert report.trustworthiness == pytest.approx(told, abs=1e-6)


def test_labelled_texts_and_the_inbox_share_what_is_projected():
    def chosen(labelled: int, inbox: int) -> tuple[int, int]:
        known = np.arange(labelled + inbox) < labelled
        kept = projected_texts(known, 100)
        return int((kept & known).sum()), int((kept & ~known).sum())

    assert chosen(60, 40) == (60, 40)
    assert chosen(1000, 10) == (90, 10)
    assert chosen(10, 1000) == (10, 90)
    assert chosen(1000, 1000) == (50, 50)
    assert chosen(0, 0) == (0, 0)


def test_a_text_more_leaves_the_choice_of_the_others():
    vectors = clusters(301)[0]
    before, after = (projection(frame(vectors[:count]), NOTHING, FEW)[0] for count in (300, 301))
    ids = [set(table.filter(pl.col("placed") == "projected")["row_id"]) for table in (before, after)]
    assert len(ids[0] & ids[1]) >= 59


def test_rows_of_the_inbox_are_named_by_file_and_record():
    inbox = inbox_table({"july.csv": b"id,text\n1,too expensive\n2,\n3,too expensive\n", "gone.csv": OSError("no")})
    vectors = InboxEmbeddings.validate(
        pl.DataFrame({"canonical": ["too expensive"], "vector": [[1.0, 0.0]], "encoder": ["x"]}), cast=True
    )
    rows = inbox_rows(inbox, vectors)
    assert rows.select("row_id", "role").rows() == [("july.csv:1", "inbox"), ("july.csv:3", "inbox")]
    assert inbox_rows(inbox.clear(), vectors.clear()).columns == labelled_rows(CLEAN, EMBEDDED).columns


CLEAN = pl.DataFrame({"row_id": ["a"], "role": ["raw"], "canonical": ["late"]})
EMBEDDED = pl.DataFrame({"row_id": ["a"], "vector": [[1.0, 0.0]]}, schema_overrides={"vector": pl.List(pl.Float32)})


def test_the_demos_report_says_what_its_table_holds():
    report = io.read_report("reports/projection.json", ProjectionReport)
    assert report.projected + report.placed == report.texts <= report.rows + report.inbox_rows
    assert 0.5 < report.trustworthiness < 1
