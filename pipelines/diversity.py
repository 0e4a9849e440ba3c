"""Stage diversity: clean, embeddings, groups -> reports/diversity.json, reports/worth.json."""

from anechoic import io
from anechoic.contracts import CLEAN, EMBEDDINGS, GROUPS
from anechoic.worth.diversity import DiversityParams, diversity
from anechoic.worth.drops import drops_worth
from pipelines import run


def main() -> None:
    """Say how much there is to learn from."""
    params = io.read_params("diversity", DiversityParams)
    clean, groups = io.read(CLEAN), io.read(GROUPS)
    io.write_report("reports/diversity.json", diversity(clean, io.read(EMBEDDINGS), groups, params))
    io.write_report("reports/worth.json", drops_worth(clean, groups))


if __name__ == "__main__":
    run(main)
