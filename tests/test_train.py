import json
import re
from pathlib import Path

import numpy as np
import polars as pl
import pytest
import tiny
import torch
from transformers import AutoModel, DataCollatorWithPadding, pipeline

import anechoic
from anechoic.classifier.classifier import Classifier
from anechoic.classifier.transformer import load_model, load_tokenizer, logits, tokenize
from anechoic.project import model_store
from anechoic.project.errors import DataError
from anechoic.project.schema import Labels
from anechoic.train import fit as fitting
from anechoic.train.train import train
from anechoic.train.trainer import LongestFirst, by_length

LABELS = Labels.model_validate({6: {"name": "lead time", "meaning": ""}, 7: {"name": "price", "meaning": "costs"}})


@pytest.fixture(autouse=True)
def _elsewhere(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def bert(tmp_path):
    return tiny.checkpoint(tmp_path / "bert")


def trained(model, tables=None, **knobs):
    return train(*(tables or tiny.tables()), LABELS, tiny.params(model, **knobs))


def weights_of(model):
    return torch.cat([parameter.detach().flatten() for parameter in model.parameters()])


@pytest.mark.parametrize("architecture", tiny.ARCHITECTURES)
def test_every_architecture_trains_saves_reloads_and_predicts_the_same(tmp_path, architecture):
    result = trained(tiny.checkpoint(tmp_path / architecture, architecture), epochs=1)
    model_store.write_model("models/classifier", result.save)
    texts = ["the price is too expensive", "late", "delivery was slow " * 30]
    before = logits(result.shipped, result.tokenizer, texts, result.report.max_tokens, "")
    after = Classifier.load("models/classifier")
    assert np.allclose(before, logits(after.model, after.tokenizer, texts, after.card.max_tokens, ""), atol=1e-5)
    alone = pipeline("text-classification", model="models/classifier", device="cpu")
    assert alone("the price is too expensive")[0]["label"] in {"lead time", "price"}
    assert json.loads(Path("models/classifier/config.json").read_text())["id2label"] == {
        "0": "lead time",
        "1": "price",
    }
    assert [label.label_id for label in after.card.labels] == [6, 7]
    assert list(Path("models/classifier").glob("*.safetensors"))


def test_a_model_trained_in_bf16_is_measured_as_it_is_saved(tmp_path, monkeypatch):
    monkeypatch.setattr("anechoic.train.fit._has_bf16", lambda: True)
    result = trained(tiny.checkpoint(tmp_path / "bert", "bert"), epochs=1)
    model_store.write_model("models/classifier", result.save)
    told = [
        logits(model, result.tokenizer, ["the price is too expensive", "late"], result.report.max_tokens, "")
        for model in (result.shipped, Classifier.load("models/classifier").model)
    ]
    assert np.allclose(*told, atol=1e-5)


@pytest.mark.parametrize("architecture", tiny.ARCHITECTURES)
def test_long_and_short_rows_apart_score_as_they_do_together(tmp_path, architecture):
    folder = tiny.checkpoint(tmp_path / architecture, architecture)
    tokenizer = load_tokenizer(folder)
    model = load_model(folder, tokenizer, ["lead time", "price"], 7).eval()
    texts = ["too expensive", "late", "delivery was slow " * 10, "the price is high"]
    rows, _ = tokenize(tokenizer, model, texts, 64)
    batch = LongestFirst(DataCollatorWithPadding(tokenizer))(rows)
    parts = by_length(batch)
    assert [len(part["input_ids"]) for part in parts] == [1, 3]
    with torch.no_grad():
        apart = torch.cat([model(**part).logits for part in parts])
        assert torch.allclose(apart, model(**batch).logits, atol=1e-5)
    assert len(by_length(LongestFirst(DataCollatorWithPadding(tokenizer))(rows[:2]))) == 1


def test_it_learns_and_a_classifier_takes_texts_as_they_come(bert):
    result = trained(bert, epochs=6)
    model_store.write_model("models/classifier", result.save)
    found = anechoic.Classifier.load("models/classifier").predict(
        ["  the price is\u200b too expensive ", "late slow"]
    )
    assert found["predicted_id"].to_list() == [7, 6]
    curves = result.report.curves
    assert curves[-1].train_loss < curves[0].train_loss
    assert all(point.validation_accuracy is not None for point in curves)


def test_training_repeats_bit_for_bit(bert):
    first, second = (trained(bert, freeze="embeddings") for _ in range(2))
    assert torch.equal(weights_of(first.shipped), weights_of(second.shipped))
    assert first.report.curves == second.report.curves
    assert not torch.equal(weights_of(first.shipped), weights_of(trained(bert, seed=2).shipped))


def test_a_killed_run_resumes_where_it_was_and_ends_the_same(bert, monkeypatch):
    whole = trained(bert, epochs=3)
    steps = []
    step = fitting.WeightedTrainer.training_step

    def dying(self, *args, **kwargs):
        steps.append(self.state.global_step)
        if len(steps) == 9:
            raise KeyboardInterrupt
        return step(self, *args, **kwargs)

    monkeypatch.setattr(fitting.WeightedTrainer, "training_step", dying)
    with pytest.raises(KeyboardInterrupt):
        trained(bert, epochs=3)
    (folder,) = Path(".anechoic/checkpoints").iterdir()
    (folder / "checkpoint-99").mkdir()  # killed while it was writing
    resumed = trained(bert, epochs=3)
    assert steps[9] == 8  # 32 rows by 8 are 4 steps an epoch, and two epochs were done
    assert torch.equal(weights_of(whole.shipped), weights_of(resumed.shipped))
    assert not any(Path(".anechoic/checkpoints").iterdir())


def test_a_loss_that_is_no_number_stops_with_a_message(bert):
    spoiled = AutoModel.from_pretrained(bert)
    torch.nn.init.constant_(spoiled.encoder.layer[0].output.dense.bias, torch.nan)
    spoiled.save_pretrained(bert)
    with pytest.raises(DataError, match="no number any more .step 0, learning rate 0.005"):
        trained(bert)


def test_a_batch_that_does_not_fit_is_cut_and_the_step_stays(bert, monkeypatch):
    step = fitting.WeightedTrainer.training_step
    sizes = []

    def tight(self, model, inputs, *args, **kwargs):
        sizes.append(len(inputs["labels"]))
        if len(inputs["labels"]) > 2:
            raise torch.OutOfMemoryError("CUDA out of memory.")
        return step(self, model, inputs, *args, **kwargs)

    monkeypatch.setattr(fitting.WeightedTrainer, "training_step", tight)
    assert trained(bert, epochs=1).report.accumulate == 4
    assert sizes[:2] == [8, 4]


def test_early_stopping_keeps_the_best_epoch(bert):
    report = trained(bert, epochs=30, patience=1, learning_rate=0.05).report
    losses = [point.validation_loss for point in report.curves]
    assert report.stopped_at == len(losses) < 30
    assert losses[report.best_epoch - 1] == min(losses)


@pytest.mark.parametrize(("refit", "rows"), [("none", 0), ("train+validation", 40), ("all", 48)])
def test_refit_ships_another_model_and_keeps_the_examined_one(bert, refit, rows):
    result = trained(bert, refit=refit)
    assert result.report.refit_rows == rows
    assert (result.shipped is result.examined) == (refit == "none")
    model_store.write_model("models/classifier", result.save)
    classifier = Classifier.load("models/classifier")
    assert torch.equal(weights_of(classifier.before_refit().model), weights_of(result.examined))


def test_no_validation_rows_and_a_class_with_one_row(bert):
    clean, split = tiny.tables(validation=0)
    rare = (pl.col("label_id") == 7) & (pl.col("row_id") != "041")
    result = trained(bert, (clean.filter(~rare), split))
    assert (result.report.validation_rows, result.report.best_epoch, result.report.temperature) == (0, 2, 1)


def test_one_class_to_train_on_is_a_clear_error(bert):
    clean, split = tiny.tables()
    with pytest.raises(DataError, match="16 training rows of 1 class"):
        trained(bert, (clean.filter(pl.col("label_id") == 7), split))


@pytest.mark.parametrize("architecture", ["roberta", "mpnet", "gpt2", "bert"])
def test_texts_beyond_the_window_are_cut_counted_and_told(tmp_path, architecture):
    clean, split = tiny.tables()
    long = pl.when(pl.col("row_id") == "040").then(pl.lit("late " * 900)).otherwise(pl.col("canonical"))
    folder = tiny.checkpoint(tmp_path / architecture, architecture)
    report = trained(folder, (clean.with_columns(canonical=long), split), epochs=1, max_tokens=600).report
    assert report.truncated == 1
    assert report.max_tokens == {"bert": 512}.get(architecture, 32)


def test_a_failed_write_leaves_the_earlier_model(bert):
    model_store.write_model("models/classifier", trained(bert, epochs=1).save)
    with pytest.raises(RuntimeError, match="disk full"):
        model_store.write_model(
            "models/classifier", lambda folder: (_ for _ in ()).throw(RuntimeError("disk full"))
        )
    assert Classifier.load("models/classifier")
    assert [path.name for path in Path("models").iterdir()] == ["classifier"]


def test_a_log_without_a_terminal_has_a_line_for_each_epoch_with_loss_accuracy_and_time_left(bert, capsys):
    trained(bert, epochs=2, refit="all")
    lines = [line for line in capsys.readouterr().err.splitlines() if "fine-tuning" in line]
    said = r"  fine-tuning, epoch {} of \d: training loss \d\.\d\d, \d+ % right{}(, about \d+ s left)?"
    checked = r"; validation loss \d\.\d\d, \d+ % right"
    assert re.fullmatch(said.format(1, checked), lines[0]), lines
    assert re.fullmatch(said.format(2, checked), lines[1]), lines
    assert "left" in lines[0]
    assert "left" not in lines[1]
    refit = said.format(r"\d", "")  # without validation rows
    assert all(re.fullmatch(refit, line) for line in lines[2:]), lines
    assert len(lines) > 2
