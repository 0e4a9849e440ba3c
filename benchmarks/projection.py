"""Ways to lay sentence vectors out in the plane: what each keeps of the neighbourhoods, and what it costs.

    ANECHOIC_DATA=... python -m benchmarks.projection [methods|beside|size]

`methods` projects distinct texts: the demo's (its tables, after `dvc repro`), banking77's and one set of hint3.
trust: trustworthiness with 5 and 15 neighbours. label, group: share of the 5 nearest texts in the plane that carry
the text's label or are of its echo group, of those that can (a group of three has two others). `beside` projects
5,000 texts of banking77, lays the others beside their nearest, and measures those. `size` is the whole stage on
random clusters. openTSNE and umap-learn are no dependencies: left out where they are not installed.
"""

import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from itertools import product

import numpy as np
import polars as pl
from sklearn.manifold import TSNE, trustworthiness
from sklearn.neighbors import NearestNeighbors
from threadpoolctl import threadpool_limits

from anechoic.numeric.arrays import Floats, Indices, Vectors, dense_codes, matrix, vector_column
from anechoic.numeric.nearest import nearest_rows
from anechoic.project import io
from anechoic.project.tables import CLEAN, EMBEDDINGS, GROUPS
from anechoic.projection import plane as module
from anechoic.projection.projection import projection
from anechoic.projection.schema import ProjectionParams
from anechoic.text.repair import canonicalize
from training.scenes import DATA, vectors

NEAR = 5  # neighbours in the plane that are looked at
Method = Callable[[Vectors], Floats]


@dataclass(frozen=True)
class Texts:
    """Distinct texts: their vectors (n, d), codes of their labels (n,), of their echo groups (n,) or None."""

    name: str
    vectors: Vectors
    labels: Indices
    groups: Indices | None = None


def demo() -> Texts:
    rows = io.read(CLEAN).join(io.read(EMBEDDINGS), on="row_id").join(io.read(GROUPS), on="row_id")
    rows = rows.unique("canonical", keep="first", maintain_order=True).sort("canonical")
    return Texts("demo", matrix(rows["vector"]), dense_codes(rows["label"]), dense_codes(rows["group_id"]))


def labelled(path: str, most: int | None = None) -> Texts:
    """Distinct texts of a file of ANECHOIC_DATA, at most so many, drawn once."""
    table = pl.read_csv(DATA / path, infer_schema=False).select("text", "label").drop_nulls()
    table = table.with_columns(canonical=pl.col("text").map_elements(canonicalize, pl.String))
    table = table.unique("canonical", keep="first", maintain_order=True).sort("canonical")
    table = table.sample(most, seed=0, shuffle=True).sort("canonical") if most else table
    name = f"{path.split('/')[0]} {path.split('/')[1].split('.')[0]} {table.height}"
    return Texts(name, vectors(table["canonical"].to_list(), "minilm"), dense_codes(table["label"]))


def pca(given: Vectors) -> Floats:
    from sklearn.decomposition import PCA

    return PCA(2, svd_solver="covariance_eigh").fit_transform(given)


def tsne(perplexity: float, iterations: int = 1000) -> Method:
    def project(given: Vectors) -> Floats:
        near = min(perplexity, (len(given) - 1) / 3)
        return TSNE(perplexity=near, max_iter=iterations, init="pca", random_state=0).fit_transform(given)

    return project


def open_tsne(given: Vectors) -> Floats:
    import openTSNE

    made = openTSNE.TSNE(perplexity=30, metric="cosine", random_state=0, n_jobs=1).fit(given)
    return np.asarray(made)


def umap(given: Vectors) -> Floats:
    from umap import UMAP

    return UMAP(metric="cosine", random_state=0, n_jobs=1, init="pca").fit_transform(given)


METHODS: dict[str, Method] = {
    "PCA": pca,
    "t-SNE 15": tsne(15),
    "t-SNE 30": tsne(30),
    "t-SNE 30, 500 steps": tsne(30, 500),
    "t-SNE 50": tsne(50),
    "openTSNE 30": open_tsne,
    "UMAP": umap,
}


def neighbours(plane: Floats) -> Indices:
    """The nearest of each text in the plane, itself -1: (n, NEAR + 1)."""
    near = NearestNeighbors(n_neighbors=NEAR + 1).fit(plane).kneighbors(plane, return_distance=False)
    return np.where(near == np.arange(len(plane))[:, None], -1, near)


def together(plane: Floats, codes: Indices) -> float:
    """Share of the nearest in the plane that carry a text's code, of those that can; lone texts left out."""
    others = neighbours(plane)
    same = ((codes[others] == codes[:, None]) & (others >= 0)).sum(1)
    can = np.minimum(np.bincount(codes)[codes] - 1, NEAR)
    return float((np.minimum(same, can)[can > 0] / can[can > 0]).mean())


def line(texts: Texts, name: str, plane: Floats, seconds: float) -> str:
    trust = [trustworthiness(texts.vectors, plane, n_neighbors=k) for k in (5, 15)]
    group = "    -" if texts.groups is None else f"{together(plane, texts.groups):.3f}"
    label = together(plane, texts.labels)
    return f"{texts.name:28} {name:20} {trust[0]:.3f}  {trust[1]:.3f}  {label:.3f}  {group}  {seconds:6.1f}"


def methods() -> None:
    print(f"{'texts':28} {'method':20} trust5 trust15 label  group  CPU s")
    given = [demo(), labelled("hint3/curekart_train.csv")]
    given += [labelled("banking77/train.csv", most) for most in (3_000, 5_000)]
    for texts in given:
        for name, method in METHODS.items():
            start = time.process_time()
            try:
                plane = method(texts.vectors)
            except ImportError as error:
                print(f"{texts.name:28} {name:20} left out: {error}")
                continue
            print(line(texts, name, plane, time.process_time() - start), flush=True)


def beside_ways() -> None:
    """How many neighbours, weighted how. like: the nearest in the plane that are of the 50 nearest vectors."""
    texts = labelled("banking77/train.csv")
    order = np.random.default_rng(0).permutation(len(texts.labels))
    chosen, rest = np.sort(order[:5_000]), np.sort(order[5_000:])
    places = module.plane(texts.vectors[chosen])[1]
    alike = nearest_rows(texts.vectors, texts.vectors, 50, without=np.arange(len(order)))[0]
    print(f"{len(rest)} texts laid beside {len(chosen)}   label  like")
    for nearest, power in product((1, 3, 5, 10), (2, 4, 8, 16)):
        module.NEAREST, module.POWER = nearest, power
        laid = np.zeros((len(order), 2))
        laid[chosen], laid[rest] = places, module.beside(texts.vectors[rest], texts.vectors[chosen], places)
        near = neighbours(laid + np.random.default_rng(0).normal(0, 1e-7, laid.shape))  # ties of texts at one place
        label = np.mean((texts.labels[near] == texts.labels[:, None])[rest][near[rest] >= 0])
        like = np.mean([np.isin(near[row][near[row] >= 0], alike[row]).mean() for row in rest])
        print(f"nearest {nearest:2}, power {power}               {label:.3f}  {like:.3f}", flush=True)


def size() -> None:
    """CPU seconds of the whole stage on random clusters in 384 dimensions."""
    rng = np.random.default_rng(0)
    for count in (5_000, 20_000, 100_000):
        centres = rng.normal(size=(100, 384))
        drawn = (centres[rng.integers(0, 100, count)] + rng.normal(size=(count, 384))).astype(np.float32)
        drawn /= np.linalg.norm(drawn, axis=1, keepdims=True)
        ids = [f"{row}" for row in range(count)]
        rows = pl.DataFrame({"row_id": ids, "role": "raw", "canonical": ids, "vector": vector_column(drawn)})
        start = time.process_time()
        report = projection(rows, rows.clear(), ProjectionParams(most_texts=5_000))[1]
        print(f"{count:7,} texts {time.process_time() - start:6.1f} CPU s; {next(report.sentences())}", flush=True)


if __name__ == "__main__":
    ways = {"methods": methods, "beside": beside_ways, "size": size}
    with threadpool_limits(1):
        ways[sys.argv[1] if len(sys.argv) > 1 else "methods"]()
