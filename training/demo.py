"""What the demo brings, by fingerprint: `python -m training.demo` writes what `anechoic fresh` may take away."""

import json
from pathlib import Path

from anechoic.cli.project import fingerprints

TARGET = Path("src/anechoic/cli/demo.json")


def main() -> None:
    """To be run at the root of a checkout of the demo, after every change of its data, labels or split."""
    TARGET.write_text(json.dumps(fingerprints(), indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
