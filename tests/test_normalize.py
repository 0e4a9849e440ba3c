import polars as pl

from anechoic.normalize.inbox import HEADER, inbox_table
from anechoic.normalize.normalize import normalize


def test_the_inbox_holds_every_record_with_its_text_and_each_file_its_header():
    table = inbox_table(
        {
            "a.csv": b"1,too  dear\n2,too late\n3,too  dear\n",
            "b.csv": b"id,text\n9,too small\n",
            "c.csv": b"alone\n",
            "d.csv": b"\x89PNG\r\n",
            "e.csv": b"id,text\n1\n2,call 555-123-4567\n",
        }
    )
    records = table.filter(pl.col("record") > HEADER)
    assert records.filter(pl.col("file") == "a.csv")["canonical"].to_list() == ["too dear", "too late", "too dear"]
    headers = table.filter(pl.col("record") == HEADER)
    assert headers["file"].to_list() == ["a.csv", "b.csv", "c.csv", "d.csv", "e.csv"]
    assert headers["fields"].to_list()[:3] == [["id", "text"], ["id", "text"], ["text"]]
    assert headers["problem"].to_list()[:3] == ["", "", ""]
    assert "picture" in headers["problem"][3]
    ragged, masked = records.filter(pl.col("file") == "e.csv").iter_rows(named=True)
    assert (ragged["problem"], ragged["canonical"], ragged["raw"]) == ("ragged_record", "", "1")
    assert (masked["text"], masked["canonical"]) == ("call 555-123-4567", "call [phone]")
    assert masked["fields"] == ["2", "call 555-123-4567"]


def test_a_file_without_any_text_has_nothing_to_embed():
    table = inbox_table({"numbers.csv": b"1,2\n3,4\n"})
    assert set(table["canonical"]) == {""}
    assert "no column holds text" in table["problem"][0]


def test_no_file_is_an_empty_table():
    assert inbox_table({}).height == 0


def test_normalize_keeps_rows_and_order_and_is_idempotent(demo):
    clean, _ = demo
    again = normalize(clean.with_columns(text="canonical").drop("canonical", "numbers"))
    assert again["row_id"].to_list() == clean["row_id"].to_list()
    assert again["canonical"].to_list() == clean["canonical"].to_list()
