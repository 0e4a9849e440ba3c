"""Texts of files, classes and rows that attack the page, its twin and the model card."""

import json
import re
from functools import cache
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from report_builder import reports, tables, with_texts

from anechoic.report.markdown import code, literal
from anechoic.report.page import page
from anechoic.report.rendering import MAX_CHARACTERS, printable, printable_values
from anechoic.report.report import model_card, readme
from anechoic.report.schema import Reports

HOSTILE = {
    "script": '<script>alert("x")</script></script><img src=x onerror=alert(1)>',
    "attribute": '"><img onerror=alert(1) src=x>',
    "quote": "'><svg/onload=alert(1)>",
    "link": "[a](javascript:alert(1)) ![b](javascript:alert(2)) <javascript:alert(3)> javascript:alert(4)",
    "address": "https://evil.example www.evil.example http://evil.example",
    "template": "{{ 7*7 }} {% raw %} ${7*7} {# x #}",
    "comment": "--> <!-- <![CDATA[ </style></title></textarea>",
    "entity": "&lt;b&gt; &#60;script&#62; &amp;",
    "heading": "# heading",
    "list": "1. one",
    "rule": "---",
    "formatting": "*a* _b_ **c** ~~d~~ `e` \\* a_b $x$",
    "table": "a | b || c",
    "lines": "one\n\n# two\n\n- three\n| a | b |\n| --- | --- |\n\n    four",
    "bidi": "abc\u202efdp.exe\u2066 \u200f\x00\x1b[31m",
    "long": "x" * 10_000,
    "long words": "too dear " * 1_500,
}
ACTIVE = ["script", "attribute", "quote", "template", "comment", "entity", "bidi", "long"]  # in HTML
# Words that stages write and the page knows by heart: they come from no user.
OURS = {"test and exam", "train", "validation", "test", "exam", "raw", "test is easier", "opposite"}
MARKDOWN = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])


class Structure(HTMLParser):
    """The elements of a page with their attributes, and its texts."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.elements: list[tuple] = []
        self.texts: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        self.elements.append((tag, *attrs))

    def handle_endtag(self, tag):
        self.elements.append((f"/{tag}",))

    def handle_comment(self, data):
        self.elements.append(("comment", data))

    def handle_data(self, data):
        self.texts.append(data)


def built(made: Structure) -> list[tuple]:
    """What a page is made of, without the list of terms: sentences that are cut use fewer of them."""
    return [each for each in made.elements if each not in {("dt",), ("/dt",), ("dd",), ("/dd",)}]


def hostile_reports(text: str) -> Reports:
    """Reports in which every text of users and of other stages begins with this one."""
    return with_texts(reports(), lambda old: old if old in OURS else f"{text} {old}")


@cache
def hostile_page(text: str) -> str:
    rows = tables(tuple(f"{text} {old}" for old in ("same", "same", "alike", "alike")))
    return page(hostile_reports(text), rows, 5)


def shown(text: str) -> str:
    """A hostile text as it should be read: literally, marks that act on others visible, cut where it is endless."""
    return " ".join(printable(text).split())


def tokens(markdown: str) -> list[str]:
    """What a Markdown text is made of, for a renderer that lets raw HTML through."""
    return [
        inner.type
        for token in MARKDOWN.parse(markdown)
        for inner in [token, *(token.children or [])]
        if inner.type not in {"text", "softbreak", "text_special"}
    ]


def read_text(markdown: str) -> str:
    """The words that a reader of the rendered Markdown sees."""
    return "".join(
        "\n" if child.type == "softbreak" else child.content
        for token in MARKDOWN.parse(markdown)
        for child in [*(token.children or []), token]
        if child.type in {"text", "text_special", "code_inline", "softbreak", "fence", "html_inline", "html_block"}
    )


@pytest.mark.parametrize("name", ACTIVE)
def test_no_text_changes_what_the_page_is_made_of(name):
    made = Structure(hostile_page(HOSTILE[name]))
    assert built(made) == built(Structure(hostile_page("harmless")))
    text = " ".join("".join(made.texts).split())
    assert shown(HOSTILE[name])[: MAX_CHARACTERS // 2] in text
    assert not re.search("[\u202a-\u202e\u2066-\u2069\u200f\x00\x1b]", text)


@pytest.mark.parametrize("name", HOSTILE)
@pytest.mark.parametrize("written", [readme, model_card])
def test_no_text_changes_what_twin_and_card_are_made_of(name, written):
    markdown = written(hostile_reports(HOSTILE[name]))
    assert tokens(markdown) == tokens(written(hostile_reports("harmless")))
    assert shown(HOSTILE[name])[: MAX_CHARACTERS // 2] in read_text(markdown)
    outside = re.sub(r"(`+).*?\1", "", markdown)  # of code; GitHub makes links of other bare addresses
    assert "<" not in outside
    assert "https://" not in outside
    assert "www." not in outside
    assert not re.search("[\u202a-\u202e\u2066-\u2069\u200f\x00\x1b]", markdown)


@pytest.mark.parametrize("name", ACTIVE)
def test_the_charts_stay_json_and_draw_the_text_as_text(name):
    made = hostile_page(HOSTILE[name])
    specs = re.findall(r'<script type="application/json" id="chart-\w+">(.*?)</script>', made, flags=re.DOTALL)
    assert len(specs) == made.count("<figure data-chart=") == 15
    drawn = [json.loads(spec) for spec in specs]
    records = [
        each
        for spec in drawn
        for rows in [*spec.get("datasets", {}).values(), spec.get("data", {}).get("rows", [])]
        for row in rows
        for each in (row if isinstance(row, list) else row.values())
    ]
    values = {each for each in records if isinstance(each, str)}
    assert any(value.startswith(printable(HOSTILE[name])[:1000]) for value in values)
    assert not any(re.search("[\u202a-\u202e\u2066-\u2069]", value) for value in values)


def test_a_long_text_is_cut_and_says_how_much_is_missing():
    assert printable("x" * MAX_CHARACTERS) == "x" * MAX_CHARACTERS
    assert printable("x" * 10_000) == "x" * MAX_CHARACTERS + "… (8,000 more characters)"
    assert printable_values({"key": ["\u202e", 1, None]}) == {"key": ["\N{REPLACEMENT CHARACTER}", 1, None]}


@given(st.text(min_size=1).filter(str.strip))
def test_any_text_is_shown_literally_as_paragraph_item_and_cell(text):
    line = " ".join(printable(text).split())
    for markdown, made_of in (
        (f"{literal(printable(text))}\n", ["paragraph_open", "inline", "paragraph_close"]),
        (f"- {literal(printable(text))}\n", ["bullet_list_open", "list_item_open", "paragraph_open", "inline"]),
    ):
        assert tokens(markdown)[: len(made_of)] == made_of
        assert read_text(markdown) == line
    cell = f"| a | b |\n| --- | --- |\n| {literal(printable(text))} | 1 |\n"
    assert tokens(cell) == tokens("| a | b |\n| --- | --- |\n| x | 1 |\n")
    assert read_text(cell) == f"ab{line}1"


@given(st.text(alphabet="`a <$|\\", min_size=1).filter(str.strip))
def test_any_name_is_shown_literally_as_code(text):
    assert tokens(f"from {code(text)} on") == ["paragraph_open", "inline", "code_inline", "paragraph_close"]
    assert read_text(f"from {code(text)} on") == f"from {' '.join(text.split())} on"


def test_names_and_codes_stay_readable_in_the_source():
    for plain in ("2023-07_rephrased.csv", "3 csv_injection, 2 emoji_only", "+2 to +20; 84 % (82–87 %)", "1.00"):
        assert literal(f"see {plain}") == f"see {plain}"
