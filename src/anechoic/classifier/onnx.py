"""A trained classifier as an ONNX graph, which runs without torch, held against the original."""

import importlib.util
import logging
import warnings
from collections.abc import Sequence

import numpy as np
import torch

from anechoic.classifier.classifier import Classifier
from anechoic.classifier.temperature import probabilities
from anechoic.classifier.transformer import BATCH, tokenize
from anechoic.numeric.arrays import Floats
from anechoic.project import model_store
from anechoic.project.errors import DataError

NEEDED = ("onnx", "onnxscript", "onnxruntime")
GRAPH = "model.onnx"
TOLERANCE = 1e-4  # largest difference of a probability that two engines may show
SHOWN_TEXTS = ("the price was far too high", "cancelled")  # two lengths, from which the graph's free axes are seen


def write_onnx(classifier: Classifier, target: str, texts: Sequence[str]) -> float:
    """Write a classifier to a folder as model.onnx with its tokenizer, config and card -> largest difference.

    Inputs are those of the tokenizer, (texts, tokens); the output `logits` (texts, classes), to be divided by the
    card's temperature before softmax. The difference is that of any probability of the canonical texts, ONNX
    Runtime against torch. Raises DataError where a package is missing, or the two differ by more than TOLERANCE.
    """
    missing = [name for name in NEEDED if importlib.util.find_spec(name) is None]
    if missing:
        raise DataError(f"ONNX needs {', '.join(missing)}: pip install {' '.join(missing)}.")
    found = []

    def save(folder: str) -> None:
        _trace(classifier, folder)
        classifier.tokenizer.save_pretrained(folder)
        classifier.model.config.save_pretrained(folder)
        model_store.write_card(folder, classifier.card.model_dump_json(indent=1))
        found.append(difference(classifier, folder, texts))
        if found[0] > TOLERANCE:
            raise DataError(
                f"The ONNX graph differs from the classifier by {found[0]:.1e}, more than {TOLERANCE:g}."
            )

    model_store.write_model(target, save)
    return found[0]


def _trace(classifier: Classifier, folder: str) -> None:
    """The graph of the classifier's forward pass; batch and length stay free."""
    model = classifier.model.cpu().train(mode=False)
    inputs = _padded(classifier, SHOWN_TEXTS)
    names = list(inputs)
    free = {name: {0: torch.export.Dim("texts"), 1: torch.export.Dim("tokens")} for name in names}
    logging.getLogger("torch.onnx").setLevel(logging.ERROR)  # it tells of torchvision, which nobody needs here
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of its own deprecations, and that two inputs share their axes
        torch.onnx.export(
            model,
            (),
            f"{folder}/{GRAPH}",
            kwargs=inputs,
            input_names=names,
            output_names=["logits"],
            dynamic_shapes=free,
            external_data=False,
            verbose=False,
        )


def _padded(classifier: Classifier, texts: Sequence[str]) -> dict[str, torch.Tensor]:
    features, _ = tokenize(classifier.tokenizer, classifier.model, texts, classifier.card.max_tokens)
    return dict(classifier.tokenizer.pad(features, return_tensors="pt"))


def difference(classifier: Classifier, folder: str, texts: Sequence[str]) -> float:
    """The largest difference of a probability of canonical texts: an exported graph against its classifier."""
    if not texts:
        return 0.0
    return float(
        np.abs(onnx_probabilities(classifier, folder, texts) - classifier.probabilities(list(texts))).max()
    )


def onnx_probabilities(classifier: Classifier, folder: str, texts: Sequence[str]) -> Floats:
    """Calibrated probabilities (texts, classes) of canonical texts by the graph in a folder, with ONNX Runtime."""
    import onnxruntime

    session = onnxruntime.InferenceSession(f"{folder}/{GRAPH}", providers=["CPUExecutionProvider"])
    taken = {each.name for each in session.get_inputs()}
    scores = []
    for start in range(0, len(texts), BATCH):
        inputs = _padded(classifier, texts[start : start + BATCH])
        (logits,) = session.run(["logits"], {name: each.numpy() for name, each in inputs.items() if name in taken})
        scores.append(logits.astype(np.float64))
    return probabilities(np.concatenate(scores), classifier.card.temperature)
