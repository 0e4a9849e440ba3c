"""Each expectation broken once and named, beside a clean file that breaks none."""

import polars as pl
import pytest

from anechoic.project import io
from anechoic.project.errors import ContractError, DataError
from anechoic.validate.expectations import expect
from anechoic.validate.gate import stop_on_critical
from anechoic.validate.schema import ValidateParams
from anechoic.validate.validate import Intake, validate

PARAMS = io.read_params("validate", ValidateParams).model_copy(update={"minimum_class_rows": 2})
CLEAN = "".join(
    f"{label},{text} number {row}\n"
    for row in range(3)
    for label, text in enumerate(
        [
            "no idea why and sorry for that",
            "nobody answered our letters",
            "we took the wrong size",
            "the project was shelved",
            "a friend had it lying about",
            "comes far too late for us",
            "far too dear for our taste",
            "no payment by invoice there",
        ],
        1,
    )
)


def intake(labels, **files) -> Intake:
    return validate({f"{name}.csv": text.encode() for name, text in files.items()}, {}, labels, PARAMS)


def broken(result, labels, params=PARAMS) -> set[tuple[str, str]]:
    return {(each.drop, each.name) for each in expect(result, labels, params) if not each.success}


@pytest.fixture(scope="module")
def clean(labels) -> Intake:
    return intake(labels, a=CLEAN)


def with_rows(result: Intake, *changes: pl.Expr) -> Intake:
    """The intake with its rows changed, as a fault of the code would."""
    return Intake(result.rows.with_columns(*changes), result.quarantine, result.report)


def first(value) -> pl.Expr:
    return pl.when(pl.int_range(pl.len()) == 0).then(value)


def test_a_clean_file_breaks_none_and_every_expectation_is_asked(clean, labels):
    results = expect(clean, labels, PARAMS)
    assert [each for each in results if not each.success] == []
    assert len({(each.drop, each.name) for each in results}) == len(results)
    assert {each.name for each in results if each.critical} == {
        "there are raw rows",
        "raw rows carry two classes or more",
        "no class lost all rows to an unknown label",
        "classes have 2 rows or more, if any",
    }
    stop_on_critical(clean, results, PARAMS)


@pytest.mark.parametrize(
    ("files", "names"),
    [
        ({}, {("", "there are raw rows"), ("", "raw rows carry two classes or more")}),
        ({"a": "7,far too dear\n7,much too dear\n"}, {("", "raw rows carry two classes or more")}),
        ({"a": CLEAN.replace("\n8,", "\n7,")}, {("", "every class of the taxonomy has raw rows")}),
        ({"a": CLEAN[: CLEAN.rindex("7,far")]}, set()),
        ({"a": CLEAN, "b": "7,\n"}, {("b.csv", "1 valid row or more")}),
        ({"a": CLEAN + "7,\n" * 7}, {("a.csv", "at most 20 % of the records are set aside")}),
        (
            {"a": CLEAN + "7,write to ann@example.com\n7,or bob@example.com now\n" * 4},
            {("a.csv", "at most 20 % of the rows are flagged pii_email")},
        ),
        ({"a": CLEAN + f"7,{'dear ' * 500}\n"}, {("a.csv", "99 % of the texts have 2 to 2000 characters")}),
        (
            {"a": CLEAN, "b": "7,far too dear a thing\n" * 9},
            {("b.csv", "class shares lie within 0.5 nats of the files before")},
        ),
    ],
    ids=["no file", "one class", "empty class", "rare class", "no row", "set aside", "flags", "length", "shares"],
)
def test_data_that_breaks_an_expectation_is_named(labels, files, names):
    assert names <= broken(intake(labels, **files), labels)
    assert bool(broken(intake(labels, **files), labels)) == bool(names)


@pytest.mark.parametrize(
    ("change", "name"),
    [
        (first(pl.lit(None, pl.Int64)).otherwise("label_id").alias("label_id"), "no label_id is missing"),
        (first(pl.lit(None, pl.String)).otherwise("text").alias("text"), "no text is missing"),
        (first(pl.lit("prize")).otherwise("label").alias("label"), "labels are of the taxonomy"),
        (pl.col("row_id").first().alias("row_id"), "row_ids are unique"),
    ],
)
def test_a_fault_of_the_code_is_named_too(clean, labels, change, name):
    assert name in {expectation for _, expectation in broken(with_rows(clean, change), labels)}


def test_what_breaks_an_expectation_is_shown_by_its_row_id(clean, labels):
    odd = with_rows(clean, first(pl.lit("x" * 5000)).otherwise("text").alias("text"))
    length = next(each for each in expect(odd, labels, PARAMS) if "characters" in each.name)
    assert (length.rows, length.unexpected, length.observed) == ([clean.rows["row_id"][0]], 1, "1 of 24")


def test_a_class_with_too_few_rows_stops_the_run_and_an_absent_one_does_not(labels):
    thin = intake(labels, a=CLEAN[: CLEAN.index("8,")] + CLEAN[CLEAN.index("1,", 20) :].replace("8,no", "7,no", 2))
    absent = intake(labels, a=CLEAN.replace("\n8,", "\n7,"))
    few = intake(labels, a="7,far too dear\n7,much too dear\n6,late\n")
    assert ("", "classes have 2 rows or more, if any") in broken(few, labels)
    for result in (thin, absent):
        stop_on_critical(result, expect(result, labels, PARAMS), PARAMS)
    with pytest.raises(DataError, match="'lead time' 1"):
        stop_on_critical(few, expect(few, labels, PARAMS), PARAMS)


def test_a_check_that_itself_broke_is_no_fault_of_the_data(clean, labels):
    lists = pl.concat_list("label")
    odd = Intake(clean.rows.with_columns(lists), clean.quarantine.with_columns(lists), clean.report)
    with pytest.raises(ContractError, match="The check 'raw rows carry two classes or more' of all files broke"):
        expect(odd, labels, PARAMS)


def test_exam_files_are_held_by_themselves_and_beside_the_raw_ones(labels):
    exam = {"e.csv": b"7,far too dear a thing\n" * 9}
    result = validate({"a.csv": CLEAN.encode()}, exam, labels, PARAMS)
    assert ("exam/e.csv", "class shares lie within 0.5 nats of the files before") in broken(result, labels)
