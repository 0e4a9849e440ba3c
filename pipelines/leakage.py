"""Stage leakage: clean, embeddings, groups, split, inbox -> reports/leakage.json."""

from anechoic.embed.embed import vectors_of
from anechoic.embed.schema import EmbedParams
from anechoic.leakage.leakage import leakage
from anechoic.leakage.schema import LeakageParams
from anechoic.normalize.inbox import inbox_texts
from anechoic.project import folders, io
from anechoic.project.tables import CLEAN, EMBEDDINGS, GROUPS, SPLIT
from pipelines import run


def main() -> None:
    """Say what a random test would have said, and what an honest one says."""
    params = io.read_params("leakage", LeakageParams)
    inbox = vectors_of(inbox_texts(folders.read_drops("data/inbox")), io.read_params("embed", EmbedParams).model)
    report = leakage(io.read(CLEAN), io.read(EMBEDDINGS), io.read(GROUPS), io.read(SPLIT), params, inbox=inbox)
    io.write_report("reports/leakage.json", report)


if __name__ == "__main__":
    run(main)
