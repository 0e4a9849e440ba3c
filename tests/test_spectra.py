import logging
import subprocess
import sys

import numpy as np
import pytest
import torch

from anechoic.spectra.schema import SpectraParams
from anechoic.spectra.spectra import spectra
from anechoic.spectra.weight_watcher import power_laws

SPECTRA = SpectraParams(least=50, nulls=8, seed=1)


class Layers(torch.nn.Module):
    def __init__(self, **matrices):
        super().__init__()
        for name, weight in matrices.items():
            layer = torch.nn.Linear(weight.shape[1], weight.shape[0], bias=False)
            layer.weight = torch.nn.Parameter(torch.tensor(weight, dtype=torch.float32))
            self.add_module(name, layer)


def power_law(shape, alpha, seed):
    """A matrix whose eigenvalues fall as a power law of this exponent."""
    rng = np.random.default_rng(seed)
    left = np.linalg.qr(rng.standard_normal((shape[0], shape[0])))[0][:, : min(shape)]
    right = np.linalg.qr(rng.standard_normal((shape[1], shape[1])))[0][: min(shape)]
    values = rng.pareto(alpha - 1, min(shape)) + 1
    return left * np.sqrt(values) @ right


def test_planted_power_laws_are_found_and_noise_is_called_noise():
    rng = np.random.default_rng(3)
    model = Layers(
        planted=power_law((200, 160), 2.5, 1), noise=rng.standard_normal((200, 160)), small=np.ones((10, 10))
    )
    report = spectra(model, model, SPECTRA)
    layers = {layer.name: layer for layer in report.layers}
    assert report.skipped == 1
    assert layers["planted"].alpha_low < 2.5 < layers["planted"].alpha_high
    assert layers["planted"].warning == ""
    assert "cannot be told from random" in layers["noise"].warning
    assert layers["planted"].alpha == pytest.approx(layers["planted"].start_alpha)


def test_spectra_repeat_and_hang_on_the_seed_only_through_the_noise():
    model = Layers(planted=power_law((120, 80), 2.5, 1))
    first, again = spectra(model, model, SPECTRA), spectra(model, model, SPECTRA)
    assert first == again
    other = spectra(model, model, SPECTRA.model_copy(update={"seed": 2}))
    assert other.layers[0].alpha == first.layers[0].alpha
    assert other.layers[0].null_alpha != first.layers[0].null_alpha


def test_a_layer_that_is_new_has_no_start():
    model = Layers(old=power_law((80, 60), 2.5, 1), new=power_law((80, 60), 3.5, 2))
    report = spectra(model, Layers(old=power_law((80, 60), 2.5, 1)), SPECTRA)
    assert {layer.name: layer.start_alpha is None for layer in report.layers} == {"old": False, "new": True}
    assert report.start_mean_alpha == report.layers[0].alpha


def test_a_matrix_that_no_power_law_fits_is_left_out_and_counted():
    model = Layers(planted=power_law((80, 60), 2.5, 1), zero=np.zeros((80, 60)))
    report = spectra(model, model, SPECTRA)
    assert [layer.name for layer in report.layers] == ["planted"]
    assert report.skipped == 1
    assert power_laws({}) == {}


NOISY = """
import torch
from anechoic.spectra.weight_watcher import power_laws
power_laws({"zero": torch.zeros(60, 60), "same": torch.eye(60), "random": torch.randn(60, 60)})
"""


def test_the_library_says_nothing_and_leaves_logging_as_it_was():
    done = subprocess.run([sys.executable, "-c", NOISY], capture_output=True, text=True, check=True)
    assert (done.stdout, done.stderr) == ("", "")
    root = logging.getLogger()
    before = list(root.handlers), root.level, root.manager.disable
    power_laws({"random": torch.randn(60, 60)})
    assert (list(root.handlers), root.level, root.manager.disable) == before


def test_errors_of_the_library_are_not_silenced():
    with pytest.raises(AttributeError):
        power_laws({"none": None})
