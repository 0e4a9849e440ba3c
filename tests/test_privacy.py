"""Personal data that is dropped in comes out nowhere but in the user's own files."""

import contextlib
import importlib
import io as streams
import json
import re
from itertools import pairwise
from pathlib import Path

import polars as pl
import pytest
import tiny
import yaml
from hypothesis import given
from hypothesis import strategies as st
from stdnum import luhn
from typer.testing import CliRunner

from anechoic.classifier.classifier import Classifier
from anechoic.classifier.learned_rows import learned_rows
from anechoic.cli import app
from anechoic.predict.predict import ADDED, InboxFile, Predictor, masked, predict, vectors_by_text
from anechoic.predict.schema import PredictParams
from anechoic.project import io
from anechoic.project.tables import CLEAN, EMBEDDINGS, INBOX_EMBEDDINGS, QUARANTINE, SPLIT
from anechoic.project.tables import INBOX as INBOX_TABLE
from anechoic.text.pii import mask
from anechoic.text.repair import canonicalize
from anechoic.text.shown import shown, shown_name, shown_record
from anechoic.validate.schema import ValidateParams

ROOT = Path(__file__).parent.parent
STAGES = (
    "validate",
    "normalize",
    "embed",
    "echoes",
    "split",
    "leakage",
    "diversity",
    "projection",
    "train",
    "evaluate",
    "spectra",
)
LATER = ("predict", "label_next", "next", "report", "export")
BASES = {7: "the price is too expensive", 6: "delivery was late slow a week"}


def personal(place: int) -> list[tuple[str, str]]:
    """A value of each kind in a sentence, another for each place, with a part of it that stands nowhere else."""
    card = f"4111 1111 11{place} 221"
    return [
        (f"write to zwirbel.{place}@kunde.example please", f"zwirbel.{place}"),
        (f"write to zwirbel.{place}h&#64;kunde.example please", f"zwirbel.{place}h"),
        (f"<a href='mailto:zwirbel.{place}m@kunde.example'>write</a> to me", f"zwirbel.{place}m"),
        (f"call +49 171 55598{place}", f"55598{place}"),
        (f"my number is 0171 66698{place}", f"66698{place}"),
        (f"refund to account DE89 3704 0044 0532 01{place} 00", f"0532 01{place}"),
        (f"charge {card}{luhn.calc_check_digit(card.replace(' ', ''))} on it", f"11{place} 221"),
        (f"ssn 078-05-11{place}", f"078-05-11{place}"),
        (f"order no. 7788{place}3 it was", f"7788{place}3"),
    ]


RAW, TWIN, EXAM, INBOX, QUARANTINED, META, JSON, NAME, LABEL = range(11, 20)
PARTS = {place: [part for _, part in personal(place)] for place in range(RAW, LABEL + 1)}
NAMED = [  # a name for each kind that a file's name may hold
    f"zwirbel.{NAME}@kunde.example",
    f"late 0171 66698{NAME}",
    f"account DE89 3704 0044 0532 01{NAME} 00",
    f"078-05-11{NAME} late",
]


def rows(place: int, *, turned: bool = False) -> list[str]:
    """Labelled records with each kind of value at the beginning, in the middle and at the end of the text."""
    made = []
    for number, (value, _) in enumerate(personal(place)):
        label = (7, 6)[number % 2]
        base = BASES[label]
        said = 13 - label if turned and number % 3 == 0 else label
        texts = (f"{value} {base}", f"{base} {value} order", f"{base} {value}")
        made += [f'{said},"{text}"' if "," in text else f"{said},{text}" for text in texts]
    return made


def write(name: str, lines: list[str]) -> None:
    Path(name).parent.mkdir(parents=True, exist_ok=True)
    Path(name).write_text("\n".join(lines) + "\n")


def drop_files() -> None:
    plain = [f"{(7, 6)[number % 2]},{BASES[(7, 6)[number % 2]]} {'please ' * number}" for number in range(30)]
    write("data/raw/a.csv", [*rows(RAW), *plain])
    odd = [f'99,"{value} too"' for value, _ in personal(QUARANTINED)]
    odd += [f"{value},late" for value, _ in personal(QUARANTINED) if "," not in value]
    odd += [f"99,0171 66698{QUARANTINED} call me", f"7,late,zwirbel.{QUARANTINED}@kunde.example,more,fields"]
    write("data/raw/b.csv", [*rows(TWIN, turned=True), *odd, f'7,"late, call +49 171 55598{QUARANTINED}'])
    customers = [f'7,"{BASES[7]} was {n}",{value.replace(",", "")}' for n, (value, _) in enumerate(personal(META))]
    write("data/raw/c.csv", ["label,text,customer", *customers])
    write("data/exam/e.csv", rows(EXAM, turned=True))
    write("data/inbox/i.csv", ["id,text", *rows(INBOX)])
    asked = [{"id": n, "text": f"{BASES[6]} {value}", "who": value} for n, (value, _) in enumerate(personal(JSON))]
    write("data/inbox/j.jsonl", [json.dumps(each) for each in asked])
    write(f"data/inbox/{NAMED[0]}.csv", ["id,text", "1,late again"])
    write(f"data/inbox/{NAMED[1]}.csv", ["a,b", "1,2"])
    for number, name in enumerate(NAMED):
        said = [f"{6 + n % 2},{BASES[6 + n % 2]} {'really ' * n} {number}" for n in range(6)]
        write(f"data/raw/{name}.csv", [*said, f"99,what {name} wrote"])
        write(f"data/exam/{name}.csv", ["label,text,who", *(f"{line},{personal(META)[3][0]}" for line in said[:2])])
    unknown = [f'"{value}","{BASES[7]} {n}"' for value, _ in personal(LABEL) for n in range(2)]
    write("data/raw/d.csv", ["label,text", *unknown, "7,too expensive for me", "6,it was slow"])
    head = "kind,left,right,left_text,right_text,label,suggested,why,decision"
    write("data/review/old.csv", [head, f"label,gone,,{personal(RAW)[3][0]} is gone,,price,,,drop"])


@pytest.fixture(scope="module")
def project(tmp_path_factory):
    """A project that ran from its files to the page, and what its stages and commands printed."""
    place = tmp_path_factory.mktemp("project")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(place)
        model = str(tiny.checkpoint(place / "bert"))
        params = yaml.safe_load((ROOT / "params.yaml").read_text())
        params["labels"] = tiny.LABELS.model_dump()
        params["embed"]["model"] = model
        params["train"] = tiny.params(model, epochs=4, refit="all").model_dump()
        params["evaluate"]["bootstraps"] = params["leakage"]["bootstraps"] = 100
        params["leakage"]["repeats"] = 2
        params["spectra"] |= {"least": 20, "nulls": 5}
        (place / "params.yaml").write_text(yaml.safe_dump(params))
        drop_files()
        printed = streams.StringIO()
        with contextlib.redirect_stdout(printed), contextlib.redirect_stderr(printed):
            for stage in (*STAGES, *LATER):
                importlib.import_module(f"pipelines.{stage}").main()
    return place, printed.getvalue()


@pytest.fixture
def here(project, monkeypatch):
    monkeypatch.chdir(project[0])
    return project[0]


def leaks(text: str, *places: int) -> list[str]:
    return [part for place in places or PARTS for part in PARTS[place] if part in text]


def test_what_was_planted_was_read(here):
    assert all(any(part in text for text in io.read(CLEAN)["text"]) for part in PARTS[RAW])
    assert io.read(QUARANTINE).height > len(PARTS[QUARANTINED])


def test_no_report_no_page_no_card_and_no_sheet_holds_personal_data(here):
    written = [path for path in Path("reports").rglob("*") if path.is_file()]
    assert {"index.html", "README.md", "model-card.md", "review.csv", "predictions.json", "evaluation.json"} <= {
        path.name for path in written
    }
    assert {path.name: leaks(path.read_text()) for path in written if leaks(path.read_text())} == {}
    assert "[phone]" in Path("reports/review.csv").read_text()
    assert "[email]" in Path("reports/index.html").read_text()


def test_nothing_that_is_exported_holds_personal_data(here):
    written = list(Path("data/export").iterdir())
    texts = {path.name: path.read_text() for path in written if path.suffix != ".parquet"}
    texts |= {path.name: pl.read_parquet(path).write_csv() for path in written if path.suffix == ".parquet"}
    assert {"train.parquet", "train.csv", "argilla.jsonl", "README.md"} <= set(texts)
    assert {name: leaks(text) for name, text in texts.items() if leaks(text)} == {}
    assert "[phone]" in texts["all.parquet"]


def test_predictions_hold_the_inbox_as_it_came_and_no_other_persons_data(here):
    text = Path("data/predictions/i.csv").read_text()
    assert leaks(text, *(place for place in PARTS if place != INBOX)) == []
    assert set(PARTS[INBOX]) <= set(leaks(text, INBOX))  # the user's own columns, in his own file
    added = pl.read_csv("data/predictions/i.csv").select(ADDED)
    assert leaks(added.write_csv()) == []


def test_predictions_are_masked_too_where_the_knob_says_so(here):
    params = io.read_params("predict", PredictParams).model_copy(update={"originals": False})
    classifier = Classifier.load("models/classifier")
    learned = learned_rows(io.read(CLEAN), io.read(EMBEDDINGS), io.read(SPLIT), classifier.card)
    vectors = vectors_by_text(io.read(INBOX_EMBEDDINGS))
    predictor = Predictor(classifier, learned, vectors, io.read_params("validate", ValidateParams))
    files = predict(io.read(INBOX_TABLE), predictor, params).files
    assert len(files) == 3  # one file has no text
    assert {name: leaks(name + text) for name, text in files.items() if leaks(name + text)} == {}
    assert "[phone]" in files["i.csv"]
    lines = Path("data/predictions/i.csv").read_text().splitlines()
    assert len(files["i.csv"].splitlines()) == len(lines)


@pytest.mark.parametrize(
    ("field", "column", "told"),
    [
        ("01716669812", "phone", "[phone]"),
        ("77881233", "order_number", "[order]"),
        ("77881233", "id", "77881233"),
        ("12.50", "order", "12.50"),
        ("", "phone", ""),
        ("late", "call", "late"),
    ],
)
def test_a_field_is_masked_by_what_its_column_is_called(field, column, told):
    record = pl.DataFrame({"fields": [[field, "late"]], "raw": [f"{field},late"]})
    file = InboxFile("a.csv", {"fields": [column, "text"]}, record)
    assert masked(file).records["fields"][0].to_list() == [told, "late"]


@pytest.mark.parametrize(
    "name",
    [
        "orders-202306.csv",
        "order 77881233.csv",
        "2023-06-15.csv",
        "call-center-20230615.csv",
        "a/b.csv.gz",
        "exam",
        ".csv",
    ],
)
def test_a_file_keeps_the_name_that_people_give_to_exports(name):
    assert shown_name(name) == name


@pytest.mark.parametrize("name", NAMED)
def test_a_file_named_after_a_person_is_told_by_a_mark_and_files_stay_apart(name):
    once = shown_name(f"{name}.csv")
    assert once == shown_name(once)
    assert leaks(once) == []
    assert once.endswith(".csv")
    assert shown_name(f"{name}1.csv") != once


def test_tables_keep_the_masked_text_beside_the_one_dropped_in(here):
    clean = io.read(CLEAN)
    assert leaks("\n".join(clean["canonical"])) == []
    assert leaks("\n".join(clean["text"]), RAW)


def test_what_holds_texts_in_clear_is_no_part_of_git():
    ignored = (ROOT / "data/.gitignore").read_text().split()
    assert {"/tables", "/quarantine", "/predictions", "/export"} <= set(ignored)


def test_the_console_shows_no_personal_data(here, project):
    row = io.read(CLEAN).filter(pl.col("text").str.contains("0171"))["row_id"][0]
    aside = io.read(QUARANTINE)["row_id"]
    commands = [
        ["check", "data/raw/a.csv"],
        ["check", "data/raw/b.csv"],
        ["audit", "data/raw/a.csv", "data/raw/a.csv", "--leaks", "leaks.csv", "--shown", "100"],
        ["explain", f"{BASES[7]} {personal(RAW)[3][0]}"],
        *(["explain", one, other] for (one, _), (other, _) in pairwise(personal(RAW))),
        ["predict", "data/inbox/i.csv", "--to", "out.csv"],
        ["review"],
        ["check", f"data/raw/{NAMED[0]}.csv"],
        ["labels", "data/raw"],
        ["next", "data/inbox", "--to", "picked.csv"],
        ["summary"],
        ["trace", row],
        *(["trace", each] for each in aside),
    ]
    said = project[1]
    for command in commands:
        done = CliRunner().invoke(app, command)
        assert done.exception is None or isinstance(done.exception, SystemExit), command
        assert leaks(done.output) == [], command
        said += done.output
    assert "[phone]" in said
    assert leaks(said) == []
    assert leaks(Path("leaks.csv").read_text() + Path("picked.csv").read_text()) == []
    assert leaks(Path("data/review/review.csv").read_text()) == []


@given(
    st.sampled_from([value for place in PARTS for value, _ in personal(place)]),
    st.text(max_size=30),
    st.text(max_size=30),
)
def test_what_is_shown_is_masked_whatever_stands_around_it(value, before, after):
    text = f"{before} {value} {after}"
    once = shown(text)
    assert shown(once) == once
    assert canonicalize(once) == canonicalize(text)
    assert mask(canonicalize(once))[1] == []


@given(st.text())
def test_a_text_without_personal_data_is_shown_as_it_is(text):
    assert shown(text) == text or "[" in shown(text)


@pytest.mark.parametrize("cut", range(5, 60, 5))
def test_a_record_is_masked_before_it_is_cut(cut):
    for value, _ in personal(RAW):
        for raw in (f'7,"{value}"', f"7,{value}", f"7,{value.removeprefix('call ')}"):
            assert not re.search(r"zwirbel|\d{3}", shown_record(raw, cut)), raw
