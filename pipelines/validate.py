"""Stage validate: data/raw, data/exam -> rows, quarantine, data/quarantine/, reports/intake.json."""

from anechoic.project import folders, io
from anechoic.project.schema import Encoder, Labels
from anechoic.project.stage import say
from anechoic.project.tables import QUARANTINE, ROWS
from anechoic.validate.drift import drift
from anechoic.validate.gate import stop_on_critical
from anechoic.validate.notices import language_notice
from anechoic.validate.quarantine import quarantine_files
from anechoic.validate.schema import ValidateParams
from anechoic.validate.validate import validate
from pipelines import run


def main() -> None:
    """Quarantine and report are written before a critical expectation that does not hold stops the run."""
    from anechoic.validate.expectations import expect  # great-expectations and pandas take seconds to load

    params = io.read_params("validate", ValidateParams)
    labels = io.read_params("labels", Labels)
    intake = validate(folders.read_drops("data/raw"), folders.read_drops("data/exam"), labels, params)
    io.write(QUARANTINE, intake.quarantine)
    folders.write_folder("data/quarantine", quarantine_files(intake.quarantine))
    foreign = language_notice(intake.rows, io.read_params("embed", Encoder).model)
    notices = [*([foreign] if foreign else []), *intake.report.notices]
    say(notices)
    expectations = expect(intake, labels, params)
    update = {"expectations": expectations, "drift": drift(intake.rows, params.drift_size), "notices": notices}
    report = intake.report.model_copy(update=update)
    io.write_report("reports/intake.json", report)
    say(report.sentences())
    stop_on_critical(intake, expectations, params)
    io.write(ROWS, intake.rows)


if __name__ == "__main__":
    run(main)
