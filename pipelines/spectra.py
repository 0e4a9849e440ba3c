"""Stage spectra: models/classifier and what it started from -> reports/spectra.json."""

from anechoic.classifier.transformer import load_model, load_tokenizer
from anechoic.project import io, model_registry, model_store
from anechoic.project.stage import say
from anechoic.spectra.schema import SpectraParams
from anechoic.spectra.spectra import spectra
from anechoic.train.schema import TrainParams
from pipelines import run


def main() -> None:
    """Look at every layer's spectrum."""
    params = io.read_params("spectra", SpectraParams)
    start = model_registry.start_folder(io.read_params("train", TrainParams).model)
    tuned = model_store.read_model("models/classifier")
    report = spectra(
        load_model(tuned, load_tokenizer(tuned)), load_model(start, load_tokenizer(start), ["a", "b"]), params
    )
    io.write_report("reports/spectra.json", report)
    say(report.sentences())


if __name__ == "__main__":
    run(main)
