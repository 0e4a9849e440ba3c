"""Small real tables for the tests: rows of the demo, encoded with the real encoder once a session."""

import os

os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")

from pathlib import Path

import polars as pl
import pytest

from anechoic.embed.embed import embed, embeddings_table
from anechoic.embed.encoder import FixedShapeEncoder
from anechoic.normalize.normalize import normalize
from anechoic.project import io, model_store, progress
from anechoic.project.schema import Labels
from anechoic.validate.schema import ValidateParams
from anechoic.validate.validate import validate

ROOT = Path(__file__).parent.parent


@pytest.fixture(autouse=True)
def _at_the_root(monkeypatch):
    monkeypatch.chdir(ROOT)
    monkeypatch.setattr(progress, "_silent", False)  # whatever a test before silenced in this process


@pytest.fixture(scope="session")
def labels() -> Labels:
    os.chdir(ROOT)
    return io.read_params("labels", Labels)


@pytest.fixture(scope="session")
def validate_params() -> ValidateParams:
    os.chdir(ROOT)
    return io.read_params("validate", ValidateParams)


@pytest.fixture(scope="session")
def encoder() -> FixedShapeEncoder:
    return FixedShapeEncoder(model_store.model_folder("minilm"))


@pytest.fixture(scope="session")
def prepare(labels, validate_params, encoder):
    """CSV texts by drop name -> clean and embeddings."""

    def make(raw: dict[str, str], exam: dict[str, str] | None = None) -> tuple[pl.DataFrame, pl.DataFrame]:
        def encoded(drops):
            return {name: text.encode() for name, text in (drops or {}).items()}

        clean = normalize(validate(encoded(raw), encoded(exam), labels, validate_params).rows)
        vectors = embed(clean["canonical"].to_list(), encoder)
        return clean, embeddings_table(clean["row_id"], vectors, "minilm")

    return make


@pytest.fixture(scope="session")
def demo(prepare):
    """clean and embeddings of the demo: originals and rephrased."""
    names = ("2023-06.csv", "2023-07-rephrased.csv")
    return prepare({name: (ROOT / "data/raw" / name).read_text() for name in names})


def pytest_make_parametrize_id(val: object, argname: str) -> str | None:
    """Bytes name no test: those of an archive hold the hour, so that two workers would collect different tests."""
    return argname if isinstance(val, bytes) else None
