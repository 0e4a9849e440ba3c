"""Stage spectra: how heavy-tailed each layer's weights are, beside where it started and beside pure noise.

WeightWatcher (Martin, Peng, Mahoney 2021) fits a power law to the eigenvalues of each weight matrix; alpha between
2 and 6 is said to mean a well-trained layer. Alpha depends on the matrix's shape and on how many eigenvalues lie in
the tail, so every alpha stands beside those of random matrices of the same shape.
"""

import numpy as np
import torch

from anechoic.numeric.arrays import Floats
from anechoic.spectra.schema import Layer, SpectraParams, SpectraReport
from anechoic.spectra.weight_watcher import PowerLaw, power_laws

LOWEST_TRAINED, HIGHEST_TRAINED = 2.0, 6.0  # alphas of well-trained layers (Martin, Peng, Mahoney 2021)
Z_95 = 1.96  # standard errors to the ends of a 95 % interval
FIT_DISTANCE_LIMIT = 0.1  # Kolmogorov-Smirnov distance above which a tail hardly is a power law; a convention
LEAST_SPREAD = 1e-6  # of log alphas, so that noise without any spread divides by no zero


def spectra(tuned: torch.nn.Module, start: torch.nn.Module, params: SpectraParams) -> SpectraReport:
    """Alpha of the tuned model's weight matrices, of the same ones at the start, and of noise of their shapes."""
    matrices, before = _matrices(tuned), _matrices(start)
    large = {name: weight for name, weight in matrices.items() if min(weight.shape) >= params.least}
    laws = power_laws(large)
    start_laws = power_laws({name: before[name] for name in large if name in before})
    nulls = _null_alphas({tuple(weight.shape) for weight in large.values()}, params)
    layers = [
        _layer(name, tuple(weight.shape), laws[name], start_laws.get(name), nulls[tuple(weight.shape)])
        for name, weight in large.items()
        if name in laws
    ]
    starts = [layer.start_alpha for layer in layers if layer.start_alpha is not None]
    return SpectraReport(
        layers=layers,
        mean_alpha=float(np.mean([layer.alpha for layer in layers])) if layers else None,
        start_mean_alpha=float(np.mean(starts)) if starts else None,
        skipped=len(matrices) - len(layers),
    )


def mean_alphas(
    tuned: torch.nn.Module, start: torch.nn.Module, least: int = 50
) -> tuple[float | None, float | None]:
    """Mean alpha of the matrices that training changed, and of what it added to them; None where there is none.

    least: the fewest eigenvalues of a matrix that is looked at.
    """
    before = _matrices(start)
    changed = {
        name: weight
        for name, weight in _matrices(tuned).items()
        if min(weight.shape) >= least and name in before and not torch.equal(weight, before[name])
    }
    added = {name: weight - before[name] for name, weight in changed.items()}
    return _mean_alpha(changed), _mean_alpha(added)


def _mean_alpha(matrices: dict[str, torch.Tensor]) -> float | None:
    laws = power_laws(matrices)
    return float(np.mean([law.alpha for law in laws.values()])) if laws else None


def _matrices(model: torch.nn.Module) -> dict[str, torch.Tensor]:
    """The two-dimensional weights by module name; GPT-2 stores them transposed, which changes no spectrum.

    Tables of positions and token types are left out: they are looked up, not multiplied with.
    """
    return {
        name.removesuffix(".weight"): parameter.detach().float().cpu()
        for name, parameter in model.named_parameters()
        if parameter.ndim == 2 and name.endswith(".weight") and "position" not in name and "token_type" not in name
    }


def _null_alphas(shapes: set[tuple[int, ...]], params: SpectraParams) -> dict[tuple[int, ...], Floats]:
    """Alphas of random Gaussian matrices of each shape: (params.nulls,), fewer where some could not be fitted.

    Drawn as the triangular factor that has the same singular values (Bartlett 1933): a 30 000 x 384 matrix costs
    what a 384 x 384 one does.
    """
    rng = np.random.default_rng(params.seed)
    drawn = {}
    for shape in sorted(shapes):
        long, short = max(shape), min(shape)
        for number in range(params.nulls):
            # The R of a Gaussian matrix's QR: normal above the diagonal, chi of long, long - 1 ... degrees on it.
            factor = np.tril(rng.standard_normal((short, short)), -1)  # (short, short), transposed
            factor += np.diag(np.sqrt(rng.chisquare(long - np.arange(short))))
            drawn[f"{shape}/{number}"] = torch.tensor(factor, dtype=torch.float32)
    laws = power_laws(drawn)
    return {
        shape: np.array([law.alpha for name, law in laws.items() if name.startswith(f"{shape}/")])
        for shape in shapes
    }


def _layer(name: str, shape: tuple[int, ...], law: PowerLaw, start: PowerLaw | None, nulls: Floats) -> Layer:
    """A layer's line of the report: its power law, the one at the start, alphas of noise of its shape (nulls,)."""
    half = Z_95 * (law.alpha - 1) / np.sqrt(law.tail)  # the standard error of the exponent (Clauset et al. 2009)
    logs = np.log(nulls)  # alphas of noise are skewed: now and then one is ten times the others
    return Layer(
        name=name,
        shape=list(shape),
        alpha=law.alpha,
        alpha_low=law.alpha - half,
        alpha_high=law.alpha + half,
        tail=law.tail,
        start_alpha=None if start is None else start.alpha,
        null_alpha=float(np.median(nulls)),
        null_z=float((np.log(law.alpha) - logs.mean()) / max(float(logs.std(ddof=1)), LEAST_SPREAD)),
        fit_distance=law.distance,
        warning=_warning(law, half, nulls),
    )


def _warning(law: PowerLaw, half: float, nulls: Floats) -> str:
    if law.alpha >= nulls.min():
        return "cannot be told from random weights of this shape"
    if law.distance > FIT_DISTANCE_LIMIT:
        return "hardly a power law: alpha means little"
    if law.alpha - half > HIGHEST_TRAINED:
        return "above 6: weakly trained by the method's reading"
    if law.alpha + half < LOWEST_TRAINED:
        return "below 2: over-trained by the method's reading"
    return ""
