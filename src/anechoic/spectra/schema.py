"""The knobs of the stage spectra and the shape of reports/spectra.json."""

from collections.abc import Iterator

from pydantic import Field

from anechoic.project.schema import Params, Report


class SpectraParams(Params):
    """Knobs of the stage spectra."""

    least: int = Field(ge=10, le=100_000, description="eigenvalues a matrix must have to be fitted [eigenvalues]")
    nulls: int = Field(
        ge=5, le=1000, description="random matrices of each shape that are fitted for comparison [matrices]"
    )
    seed: int = Field(ge=0, description="redraws the random matrices [number]")


class Layer(Report):
    """One weight matrix of the tuned model."""

    name: str = Field(description="the module's name")
    shape: list[int] = Field(description="lines and columns of the matrix")
    alpha: float = Field(description="exponent of the power law fitted to the tail of its eigenvalues")
    alpha_low: float = Field(description="lower end, 95 %: 1.96 (alpha - 1) / sqrt(eigenvalues in the tail)")
    alpha_high: float = Field(description="upper end, 95 %; both take the start of the tail as given")
    tail: int = Field(description="eigenvalues in the tail the fit rests on")
    start_alpha: float | None = Field(description="the same layer before fine-tuning; null where it is new")
    null_alpha: float = Field(description="median alpha of random Gaussian matrices of this shape")
    null_z: float = Field(description="distance of log alpha from theirs, in their standard deviations")
    fit_distance: float = Field(
        description="Kolmogorov-Smirnov distance of the fit; above 0.1 it hardly is a power law"
    )
    warning: str = Field(description="what not to conclude; empty where there is nothing to warn of")


class SpectraReport(Report):
    """reports/spectra.json: alpha for each layer. It says nothing about accuracy; the test does."""

    layers: list[Layer] = Field(description="each matrix with enough eigenvalues, in the order of the model")
    mean_alpha: float | None = Field(description="mean over the layers; null without any")
    start_mean_alpha: float | None = Field(
        description="mean over the layers there were at the start; null without any"
    )
    skipped: int = Field(description="matrices with too few eigenvalues to fit")

    def sentences(self) -> Iterator[str]:
        """How many layers were fitted, and their mean exponent."""
        mean = "" if self.mean_alpha is None else f", mean alpha {self.mean_alpha:.2f}"
        warned = sum(bool(layer.warning) for layer in self.layers)
        counts = f"{len(self.layers)} layers fitted, {self.skipped} too small{mean}"
        yield f"{counts}; {warned} with a warning: reports/spectra.json"
