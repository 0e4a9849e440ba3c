"""How often each rule fires on files that are known to be good, and what real files of the kind look like.

    ANECHOIC_DATA=... python -m benchmarks.intake_flags [--examples]

For each file: records, set aside by reason, flagged by code, each as a share of the records; labels in texts.
"""

import os
import sys
from pathlib import Path

from anechoic.files.label_suggestions import implied_labels
from anechoic.project import io
from anechoic.project.errors import DataError
from anechoic.project.schema import Label, Labels
from anechoic.validate.schema import ValidateParams
from anechoic.validate.validate import validate

FILES = (
    *("cancellations/originals.csv", "cancellations/rephrased.csv", "cancellations/fresh_test.csv"),
    *("banking77/train.csv", "hint3/curekart_train.csv", "hint3/sofmattress_train.csv"),
    *("hint3/powerplay11_train.csv", "airline_reasons/tweets.csv.gz", "trial_stop_reasons/stop_reasons.csv.gz"),
    *("multidogo/finance.csv.gz", "bitext_customer_service/dev.csv", "nlupp/nlupp.csv"),
)


def main() -> None:
    params = io.read_params("validate", ValidateParams)
    for file in FILES:
        content = Path(os.environ["ANECHOIC_DATA"], file).read_bytes()
        try:
            names, _ = implied_labels({file: content})
        except DataError as error:  # several labels a row: a file of another kind
            print(f"{file}: {error}")
            continue
        labels = Labels({at: Label(name=name, meaning="") for at, name in names.items()})
        report = validate({file: content}, {}, labels, params).report
        drop = report.drops[0]
        print(f"{file}: {report.records} records, {len(names)} labels; {drop.evidence}")
        for finding in report.findings:
            print(
                f"  {finding.decision:7}{finding.code:26}{finding.records:6} {finding.records / report.records:.3%}"
            )
            if "--examples" in sys.argv:
                print(f"      {finding.example}")
        for mention in report.label_mentions[:3]:
            print(f"  {mention.texts} texts hold {mention.label!r}, {mention.verbatim} so written")


if __name__ == "__main__":
    main()
