"""`anechoic check`, `labels` and `audit` on files of all kinds, in a small project on disk."""

import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from typer.testing import CliRunner

from anechoic.cli import app
from anechoic.project.errors import DataError, ParamsError

RAW = "7,way too expensive for us\n6,it came a month too late\n4,the project is off\n"
RUN = "from anechoic.cli import main; main()"


@pytest.fixture
def here(tmp_path, monkeypatch):
    shutil.copy("params.yaml", tmp_path)
    (tmp_path / "data/raw").mkdir(parents=True)
    (tmp_path / "data/raw/a.csv").write_text(RAW)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def invoke(*words):
    done = CliRunner().invoke(app, list(words), catch_exceptions=False)
    return done.exit_code, done.stdout.splitlines()


def test_check_says_which_rows_the_project_has_and_which_labels_disagree(here):
    Path("new.csv").write_text("7,way too expensive for us\n8,It came a month too late!\n5,bought it next door\n")
    code, lines = invoke("check", "new.csv")
    assert code == 0
    assert lines[0] == (
        "new.csv: 3 records = 3 rows + 0 set aside; the rows are worth 3; "
        "2 of 3 stand in data/raw/ already (1 exact, 1 near)."
    )
    conflict = [line for line in lines if line.startswith("  conflict line 2 [credit]")]
    assert len(conflict) == 1
    assert conflict[0].endswith("~ data/raw/a.csv:2 [lead time] 'it came a month too late'")
    assert "  1 rows that stand in data/raw/ carry another label there" in lines


def test_what_there_is_none_of_has_no_line(here):
    Path("calm.csv").write_text("7,way too expensive for us\n6,the crane is late\n")
    _, calm = invoke("check", "calm.csv")
    assert not any(line.lstrip().startswith("0 ") or " 0 of them" in line for line in calm)
    assert not any("two labels" in line or "another label" in line for line in calm)
    assert "0 set aside" in calm[0]  # of the answer
    Path("torn.csv").write_text("7,the kettle leaks\n6,the kettle leaks\n")
    assert "  1 time rows that say the same carry two labels" in invoke("check", "torn.csv")[1]


def test_a_file_of_the_project_is_not_compared_with_itself_its_copy_is(here):
    assert "stand in data/raw/" not in invoke("check", "data/raw/a.csv")[1][0]
    shutil.copy("data/raw/a.csv", "a.csv")
    assert "3 of 3 stand in data/raw/ already (3 exact)." in invoke("check", "a.csv")[1][0]


def test_a_long_list_ends_with_how_many_more(here):
    Path("data/raw/a.csv").write_text("".join(f"7,lamp number {row} is dear\n" for row in range(12)))
    Path("b.csv").write_text("".join(f"8,lamp number {row} is dear\n" for row in range(12)))
    lines = invoke("check", "b.csv")[1]
    assert sum(line.startswith("  conflict line") and "data/raw/a.csv" in line for line in lines) == 10
    assert "  and 2 more" in lines


def test_a_file_without_labels_is_told_where_it_belongs(here):
    texts = [
        "way too expensive for us",
        *(f"the {word} was broken" for word in "lid cup jar pot box bag tin can".split()),
    ]
    Path("july.csv").write_text("".join(f"{9000 + row},{text}\n" for row, text in enumerate([*texts, *texts[:3]])))
    code, lines = invoke("check", "july.csv")
    assert code == 0
    assert lines[0].startswith("july.csv: no labels; 12 texts, ")
    assert "4 exact" in lines[0] or "2 exact" in lines[0]
    assert any("data/inbox/" in line for line in lines)
    assert not any("limits" in line for line in lines)


@pytest.mark.parametrize(
    "content", [b"", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", b"%PDF-1.7\n\0\xff\0\xfe", b"\0" * 50, b"\n\n"]
)
def test_a_file_that_holds_nothing_is_not_within_the_limits(here, content):
    Path("odd.csv").write_bytes(content)
    code, lines = invoke("check", "odd.csv", "--no-echoes")
    assert code == 1
    assert lines[0].startswith("odd.csv: ")
    assert "cannot be used" in lines[0]
    assert not any("within" in line for line in lines)


def test_what_cannot_be_opened_is_said_with_what_lies_there(here):
    with pytest.raises(DataError, match=r"nix.csv cannot be opened: No such file.* In data/raw/ lie: a.csv"):
        invoke("check", "data/raw/nix.csv")
    with pytest.raises(DataError, match=r"data/raw is a folder. Name one file: a.csv"):
        invoke("check", "data/raw")


def test_audit_leaves_out_what_it_cannot_read_and_answers_first(here):
    Path("train.csv").write_text(RAW * 2)
    Path("test.csv").write_text("7,way too expensive for us\n8,the card was declined\n5,\n5,one,12\n")
    code, lines = invoke("audit", "train.csv", "test.csv")
    assert code == 1
    assert lines[0].startswith("1 of 2 test rows stand in train (1 exact, 0 near, 0 rephrase): 50.0 %")
    assert any(line.startswith("Left out of test.csv: ") and "1 no_text" in line for line in lines)
    Path("texts.csv").write_text("text\nthe card was declined\nbought elsewhere\n")
    assert "Rows without a label: no accuracy is measured." in invoke("audit", "train.csv", "texts.csv")[1]
    Path("odd.csv").write_bytes(b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR")
    with pytest.raises(DataError, match=r"odd.csv cannot be used: "):
        invoke("audit", "train.csv", "odd.csv")


def test_labels_are_written_into_params_and_nothing_else_changes(here):
    before = Path("params.yaml").read_text()
    Path("b.csv").write_text("label,text\n" + "red,a b\nblue,c d\nPrice,e f\n" * 3)
    code, lines = invoke("labels", "b.csv", "--write")
    assert (code, lines[0]) == (0, "Wrote 2 classes into params.yaml, behind the 8 that were there.")
    after = Path("params.yaml").read_text()
    added = [line for line in after.splitlines() if line not in before.splitlines()]
    assert added == ["  9: {name: blue, meaning: ''}", "  10: {name: red, meaning: ''}"]
    assert "\n".join(line for line in after.splitlines() if line not in added) + "\n" == before
    assert invoke("labels", "b.csv", "--write")[1][0] == "params.yaml has them all."
    assert Path("params.yaml").read_text() == after


@pytest.mark.parametrize("empty", ["labels: {}   # none", "labels:   # none", "labels: # none\r"])
def test_labels_are_written_where_none_were(here, empty):
    end = "\r\n" if empty.endswith("\r") else "\n"
    rest = Path("params.yaml").read_text().split("\nvalidate:")[1]
    text = f"# head\n{empty.rstrip()}\n\nvalidate:{rest}".replace("\n", end)
    Path("params.yaml").write_bytes(text.encode())
    Path("b.csv").write_text("label,text\n" + "yes,a b\nno,c d\n" * 3)
    assert invoke("labels", "b.csv", "--write")[1][0] == "Wrote 2 classes into params.yaml."
    written = Path("params.yaml").read_bytes().decode()
    assert [each["name"] for each in yaml.safe_load(written)["labels"].values()] == ["no", "yes"]
    assert "# none" in written
    assert written.startswith(f"# head{end}labels:")
    assert written.endswith(f"validate:{rest}".replace("\n", end))
    assert ("\r\n" in written) == (end == "\r\n")


COMMANDS = ["explain a.csv:1", "explain x a.csv:1", "trace x", "predict a.csv", "review", "calibrate a.csv"]


@pytest.mark.parametrize("command", [*COMMANDS, "labels a.csv --write"])
def test_outside_a_project_a_command_says_where_to_go(tmp_path, monkeypatch, command):
    monkeypatch.chdir(tmp_path)
    Path("a.csv").write_text(RAW)
    with pytest.raises(ParamsError, match="is no anechoic project .* the folder that has params.yaml"):
        invoke(*command.split())
    Path("params.yaml").touch()
    Path("below").mkdir()
    monkeypatch.chdir(tmp_path / "below")
    Path("a.csv").write_text(RAW)
    with pytest.raises(ParamsError, match=rf"the project is {tmp_path}: `cd"):
        invoke(*command.split())


def test_check_needs_no_project_but_says_where_one_is_above(tmp_path, monkeypatch):
    (tmp_path / "below").mkdir()
    monkeypatch.chdir(tmp_path / "below")
    Path("a.csv").write_text(RAW)
    code, lines = invoke("check", "a.csv")
    assert code == 0
    assert lines[0] == "a.csv: 3 records = 3 rows + 0 set aside; the rows are worth 3."
    assert "  in no project's folder: the file's own labels and the shipped knobs are taken" in lines
    assert [path.name for path in tmp_path.rglob("*")] == ["below", "a.csv"]
    for name in ("params.yaml", "pipelines/validate.py"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).touch()
    with pytest.raises(ParamsError, match=rf"the project is {tmp_path}: `cd"):
        invoke("check", "a.csv")


@pytest.mark.parametrize("words", [[], ["check"], ["models"], ["models", "add"], ["review"], ["fresh"]])
def test_every_command_knows_its_help_and_its_version(words):
    assert invoke(*words, "--version") == (0, ["anechoic 0.1.0"])
    short, long = invoke(*words, "-h"), invoke(*words, "--help")
    assert short == long
    assert short[0] == 0
    assert "Usage" in "".join(short[1])


def stopped(*words):
    """A process that Ctrl-C ends while it works: exit code and what it said."""
    process = subprocess.Popen([sys.executable, *words], stderr=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    process.stdout.readline()  # it has begun
    process.send_signal(signal.SIGINT)
    _, said = process.communicate(timeout=60)
    return process.returncode, said.strip().splitlines()


WAIT = "print('begun', flush=True); import time; time.sleep(60)"


@pytest.mark.parametrize(
    "begin",
    ["import sys; sys.argv[0] = '-m'; import pipelines", "import anechoic.cli as c; c.app = wait; c.main()"],
)
def test_ctrl_c_is_one_line_and_code_130(begin):
    code = f"def wait(): {WAIT}\n{begin}\nwait()"
    assert stopped("-c", code) == (
        130,
        ["Stopped by Ctrl-C. What was finished stays; the same command does the rest."],
    )


def test_a_closed_pipe_ends_a_command_without_a_word(here):
    Path("b.csv").write_text("label,text\n" + "".join(f"c{row},t {row}\nc{row},u {row}\n" for row in range(300)))
    reading, writing = os.pipe()
    os.close(reading)
    done = subprocess.run([sys.executable, "-c", RUN, "labels", "b.csv"], stdout=writing, stderr=subprocess.PIPE)
    os.close(writing)
    assert done.stderr == b""


def test_what_may_not_be_written_is_one_line(here):
    done = subprocess.run([sys.executable, "-c", RUN, "predict", "a.csv"], capture_output=True, text=True)
    assert done.returncode == 1
    assert len(done.stderr.splitlines()) == 1


def test_outside_a_project_a_picture_is_said_to_be_one(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Path("report.png").write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(40))
    said = CliRunner().invoke(app, ["check", "report.png"], catch_exceptions=False).output
    assert "report.png: cannot be used: The file is a picture" in " ".join(said.split())
