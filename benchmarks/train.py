"""The figures of training, each by one command, from the project's folder after `dvc repro split`.

python -m benchmarks.train exam --model minilm --seeds 5      # exam accuracy, before and after refit
python -m benchmarks.train july july_gold.csv                 # the inbox against its gold (after dvc repro predict)
python -m benchmarks.train speed                              # samples/s beside Trainer's defaults, one run
python -m benchmarks.train banking77 --epochs 3               # official test (ANECHOIC_DATA must be set)
"""

import csv
import os
import statistics
import tempfile
import time
from pathlib import Path
from typing import Annotated

import numpy as np
import polars as pl
import typer

from anechoic.classifier.transformer import load_model, load_tokenizer, logits, tokenize
from anechoic.project import io, model_registry
from anechoic.project.schema import Labels
from anechoic.project.tables import CLEAN, SPLIT
from anechoic.text.repair import canonicalize
from anechoic.train.fit import fit
from anechoic.train.schema import TrainParams
from anechoic.train.train import train

app = typer.Typer(no_args_is_help=True)
Knobs = Annotated[list[str] | None, typer.Option(help="knob=value over params.yaml's train section")]


def knobs(over: list[str] | None, **more: object) -> TrainParams:
    """The train section of params.yaml with some knobs replaced."""
    given = dict(each.split("=", 1) for each in over or [])
    return TrainParams.model_validate(io.read_params("train", TrainParams).model_dump() | more | given)


def accuracy(model: object, tokenizer: object, rows: pl.DataFrame, codes: np.ndarray, tokens: int) -> float:
    scores = logits(model, tokenizer, rows["canonical"].to_list(), tokens, "testing")
    return float((scores.argmax(1) == codes).mean())


@app.command()
def exam(model: str = "minilm", seeds: int = 5, first: int = 1, knob: Knobs = None) -> None:
    """Validation, test and exam accuracy of both models for several seeds."""
    clean, split = io.read(CLEAN), io.read(SPLIT)
    labels = io.read_params("labels", Labels)
    rows = clean.join(split.select("row_id", "split", "weight"), on="row_id", maintain_order="left")
    rows = rows.filter(pl.col("weight") > 0)
    ids = sorted(labels.root)
    found = []
    for seed in range(first, first + seeds):
        started = time.process_time()
        trained = train(clean, split, labels, knobs(knob, model=model, seed=seed))
        line = {"seed": seed, "best": trained.report.best_epoch, "stopped": trained.report.stopped_at}
        for name, which, side in (
            ("validation", trained.examined, "validation"),
            ("test", trained.examined, "test"),
            ("exam_before", trained.examined, "exam"),
            ("exam_shipped", trained.shipped, "exam"),
        ):
            part = rows.filter(pl.col("split") == side)
            codes = np.searchsorted(ids, part["label_id"].to_numpy())
            line[name] = round(accuracy(which, trained.tokenizer, part, codes, trained.report.max_tokens), 4)
        line["cpu_s"] = round(time.process_time() - started)
        found.append(line)
        print(line, flush=True)
    for name in ("validation", "test", "exam_before", "exam_shipped"):
        values = [line[name] for line in found]
        print(f"{name}: mean {statistics.mean(values):.4f}, sd {statistics.pstdev(values):.4f}")


@app.command()
def july(gold: Path, predictions: Path = Path("data/predictions/july.csv")) -> None:
    """Share right of the rows that are no junk, and junk found."""
    with gold.open(encoding="utf-8") as stream:
        truth = {row["id"]: int(row["label_id"]) for row in csv.DictReader(stream)}
    with predictions.open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    real = [row for row in rows if truth[row["id"]]]
    right = sum(int(row["predicted_id"]) == truth[row["id"]] for row in real)
    junk = [row for row in rows if not truth[row["id"]]]
    print(f"right {right} of {len(real)} = {right / len(real):.3f}")
    print(f"junk flagged {sum(bool(row['junk']) for row in junk)} of {len(junk)}")
    print("not flagged:", [row["text"] for row in junk if not row["junk"]])
    print("flagged but not junk:", [(row["text"], row["junk"]) for row in real if row["junk"]])
    for row in real:
        if int(row["predicted_id"]) != truth[row["id"]]:
            print(f"wrong: {truth[row['id']]} taken for {row['predicted_id']} ({row['confidence']}): {row['text']}")


def banking() -> tuple[pl.DataFrame, pl.DataFrame]:
    folder = Path(os.environ["ANECHOIC_DATA"], "banking77")
    return pl.read_csv(folder / "train.csv"), pl.read_csv(folder / "test.csv")


@app.command()
def banking77(epochs: int = 3, model: str = "minilm", rows: int = 0, knob: Knobs = None) -> None:
    """Accuracy on the official test; a tenth of the training rows chooses the epoch."""
    known, asked = banking()
    names = sorted(known["label"].unique())
    labels = Labels.model_validate({at: {"name": name, "meaning": ""} for at, name in enumerate(names)})
    known = known.with_columns(pl.lit("raw").alias("role")).sample(fraction=1, shuffle=True, seed=1)
    known = known.head(rows) if rows else known
    ids = [f"{at:05}" for at in range(known.height)]
    code = {name: at for at, name in enumerate(names)}
    clean = known.select(
        pl.Series("row_id", ids),
        "role",
        pl.Series("label_id", [code[name] for name in known["label"]]),
        pl.Series("canonical", [canonicalize(text) for text in known["text"]]),
    )
    split = (
        clean.select("row_id", weight=pl.lit(1.0))
        .with_row_index("at")
        .with_columns(split=pl.when(pl.col("at") % 10 == 0).then(pl.lit("validation")).otherwise(pl.lit("train")))
    )
    started = time.process_time()
    trained = train(clean, split, labels, knobs(knob, model=model, epochs=epochs))
    asked = asked.with_columns(pl.Series("canonical", [canonicalize(text) for text in asked["text"]]))
    codes = np.array([code[name] for name in asked["label"]])
    for point in trained.report.curves:
        print(point.model_dump())
    for name, which in (("before refit", trained.examined), ("shipped", trained.shipped)):
        print(name, round(accuracy(which, trained.tokenizer, asked, codes, trained.report.max_tokens), 4))
    print(f"{time.process_time() - started:.0f} CPU s")


@app.command()
def speed(rows: int = 800, batch: int = 16) -> None:
    """Samples per second on banking77: Trainer's own defaults, then ours; same model, rows and batch; no saving."""
    from transformers import DataCollatorWithPadding, Trainer, TrainingArguments

    folder = model_registry.start_folder("minilm")
    tokenizer = load_tokenizer(folder)
    known = banking()[0].sample(rows, seed=1)
    names = sorted(known["label"].unique())
    codes = [names.index(name) for name in known["label"]]

    def load() -> object:
        return load_model(folder, tokenizer, names, 1)

    features, _ = tokenize(tokenizer, load(), known["text"].to_list(), 256)
    plain = [each | {"labels": code} for each, code in zip(features, codes, strict=True)]
    weighted = [each | {"weight": 1.0} for each in plain]
    base = None
    for name, freeze in (
        ("defaults", ""),
        ("ours, nothing frozen", "nothing"),
        ("ours, embeddings frozen", "embeddings"),
    ):
        with tempfile.TemporaryDirectory() as place:
            model = load()
            wall, cpu = time.monotonic(), time.process_time()
            if freeze:
                params = knobs(None, epochs=1, batch_size=batch, freeze=freeze)
                fit(lambda model=model: model, tokenizer, weighted, [], params, place, None, save=False)
            else:
                arguments = TrainingArguments(
                    place,
                    num_train_epochs=1,
                    per_device_train_batch_size=batch,
                    report_to="none",
                    save_strategy="no",
                )
                collate = DataCollatorWithPadding(tokenizer)
                Trainer(model, arguments, train_dataset=plain, data_collator=collate).train()
            wall, cpu = time.monotonic() - wall, time.process_time() - cpu
        base = base or rows / cpu
        print(
            f"{name}: {rows / cpu:.1f} samples/CPU s, {rows / wall:.1f} samples/s, {rows / cpu / base:.2f} x",
            flush=True,
        )


if __name__ == "__main__":
    app()
