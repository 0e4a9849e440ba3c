"""Stage spectra: how heavy-tailed each layer's weights are, beside where it started and beside pure noise.

WeightWatcher (Martin, Peng, Mahoney 2021) fits a power law to the eigenvalues of each weight matrix; alpha between
2 and 6 is said to mean a well-trained layer. Alpha depends on the matrix's shape and on how many eigenvalues lie in
the tail, so every alpha stands beside those of random matrices of the same shape.
"""

from collections.abc import Callable, Mapping

import numpy as np
import polars as pl
import torch

from anechoic.numeric.arrays import Floats
from anechoic.spectra.schema import Layer, SpectraParams, SpectraReport

LOW, HIGH = 2.0, 6.0  # the bands of the method's authors
Z = 1.96


def spectra(tuned: torch.nn.Module, start: torch.nn.Module, params: SpectraParams) -> SpectraReport:
    """Alpha of the tuned model's matrices, of the same ones before, and of noise of the same shapes."""
    matrices, before = _matrices(tuned), _matrices(start)
    fitted = {name: weight for name, weight in matrices.items() if min(weight.shape) >= params.least}
    after, earlier = _alphas(fitted), _alphas({name: before[name] for name in fitted if name in before})
    nulls = _null_alphas({tuple(weight.shape) for weight in fitted.values()}, params)
    layers = [_layer(name, fitted[name], after[name], earlier.get(name), nulls) for name in fitted if name in after]
    starts = [layer.start_alpha for layer in layers if layer.start_alpha is not None]
    return SpectraReport(
        layers=layers,
        mean_alpha=float(np.mean([layer.alpha for layer in layers])) if layers else None,
        start_mean_alpha=float(np.mean(starts)) if starts else None,
        skipped=len(matrices) - len(layers),
    )


def _matrices(model: torch.nn.Module) -> dict[str, torch.Tensor]:
    """The two-dimensional weights by module name; GPT-2 stores them transposed, which changes no spectrum."""
    return {
        name.removesuffix(".weight"): parameter.detach().float().cpu()
        for name, parameter in model.named_parameters()
        if parameter.ndim == 2 and name.endswith(".weight") and "position" not in name and "token_type" not in name
    }


def _alphas(matrices: Mapping[str, torch.Tensor]) -> dict[str, dict[str, float]]:
    """WeightWatcher's details by name: alpha, D (fit distance), num_pl_spikes (eigenvalues in the tail)."""
    if not matrices:
        return {}
    names = list(matrices)
    stack = torch.nn.Sequential()
    for weight in matrices.values():
        layer = torch.nn.Linear(weight.shape[1], weight.shape[0], bias=False, device="meta")
        layer.weight = torch.nn.Parameter(weight, requires_grad=False)
        stack.append(layer)
    details = _watcher()(stack)
    return {
        names[int(row["longname"])]: row
        for row in details.select("longname", "alpha", "D", "num_pl_spikes").to_dicts()
        if np.isfinite(row["alpha"]) and row["alpha"] > 0
    }


def _watcher() -> Callable[[torch.nn.Module], pl.DataFrame]:
    """WeightWatcher, quiet: importing it sets up logging for the whole program, so that is undone."""
    import contextlib
    import io
    import logging
    import warnings

    root = logging.getLogger()
    handlers, level = list(root.handlers), root.level
    with contextlib.redirect_stdout(io.StringIO()):
        from weightwatcher import WeightWatcher
    root.handlers, root.level = handlers, level

    def watch(model: torch.nn.Module) -> pl.DataFrame:
        with warnings.catch_warnings(), contextlib.redirect_stdout(io.StringIO()):
            warnings.simplefilter("ignore")
            details = WeightWatcher(model=model, log_level=logging.ERROR).analyze(min_evals=2)
        return pl.DataFrame(details[["longname", "alpha", "D", "num_pl_spikes"]].to_dict("list"))

    return watch


def _null_alphas(shapes: set[tuple[int, ...]], params: SpectraParams) -> dict[tuple[int, ...], Floats]:
    """Alphas of random Gaussian matrices of each shape.

    Drawn as the triangular factor that has the same singular values (Bartlett 1933): a 30 000 x 384 matrix costs
    what a 384 x 384 one does.
    """
    rng = np.random.default_rng(params.seed)
    drawn = {}
    for shape in sorted(shapes):
        long, short = max(shape), min(shape)
        for at in range(params.nulls):
            factor = np.tril(rng.standard_normal((short, short)), -1)
            factor += np.diag(np.sqrt(rng.chisquare(long - np.arange(short))))
            drawn[f"{shape}/{at}"] = torch.tensor(factor, dtype=torch.float32)
    alphas = _alphas(drawn)
    return {
        shape: np.array(
            [alphas[name]["alpha"] for name in drawn if name in alphas and name.startswith(f"{shape}/")]
        )
        for shape in shapes
    }


def _layer(
    name: str,
    weight: torch.Tensor,
    found: dict[str, float],
    earlier: dict[str, float] | None,
    nulls: Mapping[tuple[int, ...], Floats],
) -> Layer:
    alpha, tail, noise = found["alpha"], max(1, int(found["num_pl_spikes"])), nulls[tuple(weight.shape)]
    half = Z * (alpha - 1) / np.sqrt(tail)
    logs = np.log(noise)  # alphas of noise are skewed: now and then one is ten times the others
    z = float((np.log(alpha) - logs.mean()) / max(float(logs.std(ddof=1)), 1e-6))
    return Layer(
        name=name,
        shape=list(weight.shape),
        alpha=alpha,
        alpha_low=alpha - half,
        alpha_high=alpha + half,
        tail=tail,
        start_alpha=None if earlier is None else earlier["alpha"],
        null_alpha=float(np.median(noise)),
        null_z=z,
        fit_distance=found["D"],
        warning=_warning(alpha, half, bool(alpha >= noise.min()), found["D"]),
    )


def _warning(alpha: float, half: float, like_noise: bool, distance: float) -> str:
    if like_noise:
        return "cannot be told from random weights of this shape"
    if distance > 0.1:
        return "hardly a power law: alpha means little"
    if alpha - half > HIGH:
        return "above 6: weakly trained by the method's reading"
    if alpha + half < LOW:
        return "below 2: over-trained by the method's reading"
    return ""
