"""`anechoic diff`: in a real repository of git and DVC, with commits of tables."""

import gzip
import os
import re
import subprocess
from pathlib import Path

import polars as pl
import pytest
import yaml
from typer.testing import CliRunner

from anechoic.cli import app
from anechoic.normalize.normalize import normalize
from anechoic.project import io
from anechoic.project.errors import DataError, ParamsError
from anechoic.project.tables import CLEAN, LEDGER, PAIRS, QUARANTINE
from anechoic.validate.validate import validate

RAW = {"june.csv": "7,way too expensive\n6,it came a month late\n7,\n", "july.csv": "6,no news for weeks\n7,dear\n"}
RECIPE = "stages:\n  split:\n    cmd: make them\n    outs:\n" + "".join(
    f"      - {table.path}\n" for table in (LEDGER, CLEAN, QUARANTINE)
)


def shell(*words):
    names = {f"GIT_{who}_{what}": "reader" for who in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")}
    environment = {**os.environ, **names, "DVC_NO_ANALYTICS": "1"}
    subprocess.run(words, check=True, env=environment, capture_output=True)


def diff(*words):
    return CliRunner().invoke(app, ["diff", *words], catch_exceptions=False).output


@pytest.fixture
def run(labels, validate_params):
    """Files of data/raw/ -> the tables that they give, and where `committed` also a commit of them."""

    def make(raw, *, committed=True, outcome="train"):
        intake = validate({name: text.encode() for name, text in raw.items()}, {}, labels, validate_params)
        clean = normalize(intake.rows)
        place = ["row_id", "drop", "record", "line"]
        kept = clean.select(*place, outcome=pl.lit(outcome), reason=pl.lit("balanced"), group_id=pl.col("row_id"))
        aside = intake.quarantine.select(
            *place, pl.lit("quarantined").alias("outcome"), "reason", group_id=pl.lit(None, pl.String)
        )
        io.write(CLEAN, clean)
        io.write(QUARANTINE, intake.quarantine)
        io.write(LEDGER, pl.concat([kept, aside]))
        if committed:
            commit()

    return make


def commit():
    from dvc.repo import Repo

    with Repo() as repo:
        repo.commit(force=True)
    shell("git", "add", "-A")
    shell("git", "commit", "-q", "-m", "run")


@pytest.fixture(params=[".", "below/it"])
def project(request, tmp_path, monkeypatch):
    """A project that is the repository, or lies in a folder of it, with a commit before its first run."""
    from dvc.repo import Repo

    shell("git", "init", "-q", str(tmp_path))
    place = tmp_path / request.param
    place.mkdir(parents=True, exist_ok=True)
    (place / "params.yaml").write_text(Path("params.yaml").read_text())
    (place / "dvc.yaml").write_text(RECIPE)
    monkeypatch.chdir(place)
    Repo.init(subdir=request.param != ".").close()
    (place / "data/tables").mkdir(parents=True)
    (place / "data/tables/.gitignore").write_text("*.parquet\n")
    shell("git", "add", "-A")
    shell("git", "commit", "-q", "-m", "before")
    return place


def test_what_changed_since_a_commit_and_between_two_is_told_with_file_line_and_reason(project, run):
    run(RAW)
    assert diff("HEAD") == (
        "Nothing changed: HEAD and the workspace hold the same 5 records, with the same labels, groups and sides.\n"
    )
    mended = {
        "june.csv": "8,way too expensive\n6,it came a month late\n7,call +49 171 1234567, too dear\n",
        "2023-07.csv": RAW["july.csv"],
    }
    run(mended)
    told = diff("HEAD~1", "HEAD")
    assert told.splitlines()[0] == "HEAD~1 holds 5 records, HEAD 5."
    assert "  label  data/raw/june.csv:1 'way too expensive' price -> credit; its record was edited" in told
    assert (
        "  moved          2  rows that stand in another file: 2 data/raw/july.csv -> data/raw/2023-07.csv (renamed)"
        in told
    )
    assert "  went   data/raw/june.csv:3 '7,' quarantined (" in told
    assert "  came   data/raw/june.csv:3 [price] 'call [phone], too dear' train (balanced); new in its file" in told
    assert diff("HEAD~1").replace("the workspace", "HEAD") == told
    run(mended, committed=False, outcome="test")
    told = diff("HEAD", "--rows", "2", "--csv", "all.csv")
    assert "  side           5  rows on another side: 5 train -> test" in told
    assert "  and 3 more of side (--rows, --csv FILE)" in told
    written = pl.read_csv("all.csv")
    assert written.height == 5
    assert "call [phone], too dear" in written["text"].to_list()
    assert "1234567" not in Path("all.csv").read_text()


def test_the_judged_pairs_of_a_commit_tell_why_rows_parted(project, run):
    def judged(kind, evidence, *, together):
        run(RAW, committed=False)
        left, right = io.read(CLEAN)["row_id"][:2]
        pair = {"left": left, "right": right, "kind": kind, "cosine": 0.9, "lexical": 0.1, "score": 0.5}
        io.write(PAIRS, pl.DataFrame([pair | {"evidence": evidence}]))
        groups = {right: left} if together else {}
        io.write(LEDGER, io.read(LEDGER).with_columns(pl.col("group_id").replace(groups)))

    (project / "dvc.yaml").write_text(f"{RECIPE}      - {PAIRS.path}\n")
    judged("rephrase", "other words", together=True)
    commit()
    judged("neighbour", "review: different", together=False)
    told = diff("HEAD")
    first, second = (f"data/raw/{place}" for place in ("june.csv:1", "june.csv:2"))
    why = "an answer in data/review/ says that"
    assert f"with 1 other -> alone; parted from {second}: {why} {first} and {second} differ" in told
    commit()
    assert diff("HEAD~1", "HEAD").splitlines()[1:] == told.splitlines()[1:]


def test_texts_are_shown_without_control_characters_and_formulas_are_disarmed(project, run):
    run(RAW)
    run(RAW | {"new.csv": "7,=far too expensive for us\n6,it came \x1b[31mtoo late\n"}, committed=False)
    told = diff("HEAD", "--csv", "all.csv")
    assert "\x1b" not in told + Path("all.csv").read_text()
    assert pl.read_csv("all.csv")["text"][0] == "'=far too expensive for us"


def test_what_cannot_be_compared_says_what_to_do(project, run):
    with pytest.raises(DataError, match="'nix' is no revision of this repository: name a commit"):
        diff("nix")
    with pytest.raises(
        DataError, match=r"HEAD has no data/tables/ledger.parquet: its dvc.lock does not tell of it"
    ):
        diff("HEAD")
    run(RAW)
    for table in (LEDGER, CLEAN, QUARANTINE):
        Path(table.path).unlink()
    with pytest.raises(
        DataError, match=r"The workspace has no tables to compare .* run `dvc repro`, or `dvc checkout`"
    ):
        diff("HEAD")
    assert diff("HEAD", "HEAD").startswith("Nothing changed")


TABLES = (LEDGER, CLEAN, QUARANTINE)
MADE = """stages:
  split:
    cmd: for t in ledger clean quarantine; do gunzip -c data/raw/$t.gz > data/tables/$t.parquet; done
    deps: [data/raw]
    outs: [data/tables/ledger.parquet, data/tables/clean.parquet, data/tables/quarantine.parquet]
"""


@pytest.fixture
def without_its_tables(project, run):
    """A commit whose raw data lie under DVC and whose tables are no longer in the cache, and one commit after it.

    Made with other bytes at first where called with `otherwise`.
    """

    def make(*, otherwise):
        run(RAW, committed=False)
        Path("data/raw").mkdir()
        for table in TABLES:
            content = Path(table.path).read_bytes()
            Path(f"data/raw/{Path(table.path).stem}.gz").write_bytes(gzip.compress(content))
        Path("dvc.yaml").write_text(MADE)
        shell("dvc", "add", "-q", "data/raw")
        shell("dvc", "repro", "-q")
        if otherwise:
            io.read(CLEAN).write_parquet(CLEAN.path, compression="gzip")
        commit()
        shell("git", "commit", "-q", "--allow-empty", "-m", "after")
        for out in yaml.safe_load(Path("dvc.lock").read_text())["stages"]["split"]["outs"]:
            Path(".dvc/cache/files/md5", out["md5"][:2], out["md5"][2:]).unlink()
        subprocess.run(["rm", "-rf", ".dvc/cache/runs", ".dvc/tmp"], check=True)
        Path("params.yaml").write_text(Path("params.yaml").read_text() + "# mine\n")

    return make


@pytest.mark.parametrize(("project", "otherwise"), [(".", True), ("below/it", False)], indirect=["project"])
def test_the_lines_printed_make_tables_again_that_are_not_in_the_cache(project, without_its_tables, otherwise):
    without_its_tables(otherwise=otherwise)
    with pytest.raises(DataError, match=r"ledger.parquet of HEAD~1 \(commit [0-9a-f]{10}\) is not in") as told:
        diff("HEAD~1")
    make, end = str(told.value).split("Then give")
    shell("bash", "-e", "-c", "\n".join(line for line in make.splitlines() if line.startswith("  ")))
    assert Path("params.yaml").read_text().endswith("# mine\n")
    if otherwise:
        with pytest.raises(DataError, match=r"clean.parquet of HEAD~1 .* is not in DVC's cache"):
            diff("HEAD~1")
        again, ask = re.search(r"  (git -C .*)", end)[1], re.search(r"`(git -C .* HEAD)`", end)[1]
        shell("bash", "-c", again)
        commit_made = subprocess.run(["bash", "-c", ask], check=True, capture_output=True, text=True).stdout.strip()
        assert diff(commit_made).startswith("Nothing changed")
    else:
        assert diff("HEAD~1").startswith("Nothing changed")
    shell("bash", "-c", re.search(r"git worktree remove.*", end)[0])
    left = subprocess.run(["git", "worktree", "list"], check=True, capture_output=True, text=True).stdout
    assert left.count("\n") == 1


def test_tables_of_two_runs_are_not_compared(project, run):
    run(RAW)
    ledger = io.read(LEDGER)
    io.write(LEDGER, ledger.head(2))
    with pytest.raises(DataError, match="The tables of the workspace are of two runs: one did not end"):
        diff("HEAD")


def test_without_git_or_a_project_it_says_so(tmp_path, monkeypatch):
    params = Path("params.yaml").read_text()
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))
    with pytest.raises(ParamsError, match="is no anechoic project"):
        diff("HEAD")
    Path("params.yaml").write_text(params)
    with pytest.raises(DataError, match="No revision can be read here: .*`git init`"):
        diff("HEAD")
