"""What is said before any figure: labels that are none, several, lost or absent; languages nobody reads."""

import unicodedata

import polars as pl
import pytest
from typer.testing import CliRunner

from anechoic.cli import app
from anechoic.files.label_suggestions import implied_labels, labels_block
from anechoic.project import folders, io
from anechoic.project.errors import DataError
from anechoic.project.schema import Label, Labels
from anechoic.validate.expectations import expect
from anechoic.validate.gate import stop_on_critical
from anechoic.validate.notices import language_notice
from anechoic.validate.schema import ValidateParams
from anechoic.validate.validate import Intake, validate

PARAMS = io.read_params("validate", ValidateParams)


def taxonomy(*names: str) -> Labels:
    return Labels({label_id: Label(name=name, meaning="") for label_id, name in enumerate(names, 1)})


def rows_of(label: str, count: int) -> str:
    return "".join(
        f'"{label}",they were much too {"slow" if row % 2 else "dear"} for us {row}\n' for row in range(count)
    )


def intake(labels: Labels, text: str, **knobs) -> Intake:
    return validate({"a.csv": f"label,text\n{text}".encode()}, {}, labels, PARAMS.model_copy(update=knobs))


NONE = ["nan", "NaN", "None", "N/A", "n/a", "NULL", "null", "(blank)", "<NA>", "-", "--", "#N/A", "#REF!", "\\N"]


@pytest.mark.parametrize("label", NONE)
def test_what_stands_for_no_label_is_no_class_unless_the_taxonomy_calls_one_so(label):
    text = rows_of("price", 30) + rows_of("delay", 30) + rows_of(label, 9)
    assert intake(taxonomy("price", "delay"), text).report.reasons == {"label_missing": 9}
    assert sorted(implied_labels({"a.csv": f"label,text\n{text}".encode()})[0].values()) == ["delay", "price"]
    assert repr(label) in labels_block({"a.csv": f"label,text\n{text}".encode()})
    assert intake(taxonomy("price", "delay", label), text).report.reasons == {}


@pytest.mark.parametrize("name", ["unknown", "other", "nothing", "missing", "blank", "A-", "C++", "no", "empty"])
def test_a_class_that_only_sounds_like_none_is_one(name):
    text = rows_of(name, 9) + rows_of("price", 9)
    assert set(implied_labels({"a.csv": f"label,text\n{text}".encode()})[0].values()) == {name, "price"}


def test_all_spellings_of_a_label_make_one_class_and_no_two_classes_one():
    spellings = [
        "Größe",
        unicodedata.normalize("NFD", "Größe"),
        "größe",
        "GRÖßE",
        "Lead-Time",
        "lead time",
        "lead_time",
    ]
    text = "".join(rows_of(label, 5) for label in ["Größe", *spellings, "की", "का", "C++", "C#", "C"])
    names, _ = implied_labels({"a.csv": f"label,text\n{text}".encode()})
    assert len(names) == 7
    assert "Größe" in names.values()
    assert intake(taxonomy("Größe", "lead time"), "".join(rows_of(each, 5) for each in spellings)).rows.height == 35
    with pytest.raises(ValueError, match="stand twice"):
        taxonomy("Größe", unicodedata.normalize("NFD", "Größe"))


def test_floats_are_ids():
    both = taxonomy("price", "delay")
    assert (
        intake(both, rows_of("1.0", 3) + rows_of("2", 3) + rows_of("2,0", 3)).rows["label_id"].to_list()
        == [1] * 3 + [2] * 6
    )
    assert implied_labels({"a.csv": f"label,text\n{rows_of('7.0', 3)}{rows_of('8', 3)}".encode()})[0] == {
        7: "7",
        8: "8",
    }


@pytest.mark.parametrize("given", ["price; price", "price|Price", "['price', 'price']".replace(",", ";")])
def test_one_label_written_twice_is_that_label(given):
    text = "label,text\n" + "price,too dear\ndelay,came late\n" * 4 + f"{given},way too much\n"
    found = intake(taxonomy("price", "delay"), text)
    assert found.rows.height == 9
    assert found.rows["label"][-1] == "price"
    assert "several_labels" not in found.report.reasons | found.report.flags


@pytest.mark.parametrize(
    "given",
    [
        "price; delay",
        "price|delay",
        "price, delay",
        "price & delay",
        "price and delay",
        "1;2",
        "price / 2",
        '[""price"", ""delay""]',
    ],
)
def test_several_labels_in_a_field_are_told_and_are_no_class_of_their_own(given):
    text = rows_of("price", 30) + rows_of("delay", 30) + rows_of(given, 7)
    result = intake(taxonomy("price", "delay"), text)
    assert result.report.reasons == {"several_labels": 7}
    assert any("7 records hold several labels" in each for each in result.report.notices)
    first = intake(taxonomy("price", "delay"), text, decisions={"several_labels": "repair"})
    assert (first.rows.height, first.report.flags) == (67, {"several_labels": 7})
    assert first.rows["label"].to_list()[60:] == ["price"] * 7
    if "2" not in given:
        assert set(implied_labels({"a.csv": f"label,text\n{text}".encode()})[0].values()) == {"price", "delay"}


@pytest.mark.parametrize(
    "name", ["ordered by mistake, wrong size", "R&D", "search and rescue", "price/performance", "a; b"]
)
def test_a_name_that_could_be_parted_is_one_class(name):
    text = rows_of(name, 30) + rows_of("price", 30)
    assert intake(taxonomy(name, "price"), text).report.reasons == {}
    assert set(implied_labels({"a.csv": f"label,text\n{text}".encode()})[0].values()) == {name, "price"}


@pytest.mark.parametrize(
    "text",
    ["text\ntoo slow for us\nmuch too dear\n", "".join(f"{row},too slow for us\n" for row in range(500, 540))],
)
def test_a_file_without_labels_is_asked_about_and_the_run_says_so(labels, text):
    result = validate({"new.csv": text.encode()}, {}, labels, PARAMS)
    assert "new.csv has no label column" in result.report.notices[0]
    with pytest.raises(DataError, match="did you mean data/inbox/"):
        stop_on_critical(result, expect(result, labels, PARAMS), PARAMS)


def stopped(labels: Labels, text: str) -> str:
    result = intake(labels, text)
    try:
        stop_on_critical(result, expect(result, labels, PARAMS), PARAMS)
    except DataError as error:
        return str(error)
    return ""


FILES = rows_of("price", 30) + rows_of("delay", 30) + rows_of("wrong item", 30)


@pytest.mark.parametrize("new", ["prices", "too expensive"])
def test_a_class_renamed_in_the_params_stops_the_run_with_its_name_count_and_what_to_do(new):
    told = stopped(taxonomy(new, "delay", "wrong item"), FILES)
    assert "All 30 records labelled 'price'" in told
    assert "a.csv line 2" in told
    assert f"1 {new!r}" in told
    assert stopped(taxonomy("price", "delay", "wrong item"), FILES) == ""


def test_half_a_class_under_another_name_is_shouted_and_a_slip_is_not():
    three = taxonomy("price", "delay", "wrong item")
    half = intake(three, FILES + rows_of("prise", 31))
    assert "All 31 records labelled 'prise'" in half.report.notices[0]
    assert "1 'price' with 30 rows" in half.report.notices[0]
    assert stopped(three, FILES + rows_of("prise", 31)) == ""
    broken = [each.name for each in expect(half, three, PARAMS) if not each.success]
    assert "no class's worth of records carries an unknown label" in broken
    assert intake(three, FILES + rows_of("prise", 4)).report.notices == []
    unused = taxonomy("price", "delay", "wrong item", "credit")
    assert stopped(unused, FILES + rows_of("prise", 31)) == ""


def test_files_that_are_as_they_should_be_raise_no_notice(labels):
    raw, exam = folders.read_drops("data/raw"), folders.read_drops("data/exam")
    assert validate(raw, exam, labels, PARAMS).report.notices == []


def languages(*codes: str | None, flags: tuple[str, ...] = ()) -> pl.DataFrame:
    schema = {"language": pl.String, "flags": pl.List(pl.String)}
    return pl.DataFrame({"language": codes, "flags": [list(flags)] * len(codes)}, schema=schema)


def test_languages_that_the_encoder_does_not_read_are_told_with_the_way_out():
    half = languages(*["en"] * 50, *["de"] * 40, *["fr"] * 10)
    for encoder in ("minilm", "mpnet", "sentence-transformers/all-MiniLM-L6-v2", "models/mpnet"):
        told = language_notice(half, encoder)
        assert "50 of 100 rows" in told
        assert "40 in de, 10 in fr" in told
        assert "embed.model" in told
    assert language_notice(half, "sentence-transformers/paraphrase-multilingual-MiniLM-L12-v2") == ""
    assert language_notice(languages(*["en"] * 95, *["de"] * 5), "minilm") == ""
    assert language_notice(languages(*["en"] * 50, *[None] * 50), "minilm") == ""
    assert "in others" in language_notice(languages(*[None] * 50, flags=("wrong_language",)), "minilm")


def test_labels_asks_about_misspellings_and_lone_labels():
    text = (
        rows_of("price", 80)
        + rows_of("pricee", 1)
        + rows_of("delay", 30)
        + rows_of("dealy", 2)
        + rows_of("gift", 1)
    )
    block = labels_block({"a.csv": f"label,text\n{text}".encode()})
    assert "'pricee'; is it 'price' (80 records)?" in block
    assert "'dealy' (2 records) beside 'delay' (30 records)" in block
    assert "'gift'" in block
    clean = rows_of("timing_4", 80) + rows_of("timing_5", 2) + rows_of("yes", 80) + rows_of("yet", 3)
    assert "#" not in labels_block({"a.csv": f"label,text\n{clean}".encode()})


def test_a_guessed_label_column_is_told_and_one_that_is_named_is_not():
    three = taxonomy("price", "delay", "wrong item")
    rows = [(1 + row % 3, 1 + row % 2, f"too slow for us {row}") for row in range(30)]
    for header, told in (("label,stars,text", 0), ("", 1), ("code,mark,text", 1)):
        text = "\n".join([header, *(",".join(map(str, row)) for row in rows)]).strip()
        result = validate({"a.csv": text.encode()}, {}, three, PARAMS)
        assert result.rows["label_id"].to_list() == [label for label, _, _ in rows]
        assert "column 2" in result.report.drops[0].evidence
        assert sum("could be read as the labels too" in each for each in result.report.notices) == told


def test_check_says_that_classes_of_one_meaning_cannot_be_tested(tmp_path):
    file = tmp_path / "one.csv"
    file.write_text("label,text\n" + "price,far too dear for us\n" * 30 + "lead time,it never came at all\n" * 30)
    shown = CliRunner().invoke(app, ["check", str(file)]).stdout
    assert "cannot be tested: each class holds one meaning" in shown
    assert "says 0 %" not in shown
