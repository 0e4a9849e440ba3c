"""The page in a real browser: tables, charts, widths, colours, keyboard, hostile texts."""

import os
import re
from dataclasses import replace
from pathlib import Path

import polars as pl
import pytest
from axe_playwright_python.sync_playwright import Axe
from browser import Seen, browser, seen
from playwright.sync_api import expect
from report_builder import reports, tables, with_texts

from anechoic.project import io
from anechoic.report.page import page
from anechoic.report.rows.tables import Tables
from pipelines.report import read_reports

GROUPS = 30
WIDTHS = (1280, 768, 390)
WORDS = {"price": "too dear for us", "lead time": "it came much too late"}


def many_rows() -> Tables:
    """So many echo groups of two, in two classes; the first is in conflict; half of the rows examine."""
    made = tables()
    ids = [f"g{at:03}{end}" for at in range(GROUPS) for end in "ab"]
    group_ids = [f"g{at:03}a" for at in range(GROUPS) for _ in "ab"]
    labels = [list(WORDS)[at % 2] for at in range(GROUPS) for _ in "ab"]
    labels[1] = "lead time"
    texts = [f"{WORDS[label]}, customer {row_id}" for label, row_id in zip(labels, ids, strict=True)]

    def filled(frame: pl.DataFrame, **columns: object) -> pl.DataFrame:
        return pl.concat([frame.head(1)] * len(ids)).with_columns(
            row_id=pl.Series(ids), **{name: pl.Series(values) for name, values in columns.items()}
        )

    lines = list(range(2, len(ids) + 2))
    sides = ["train", "test"] * GROUPS
    return replace(
        made,
        clean=filled(made.clean, label=labels, canonical=texts, text=texts, line=lines, record=lines),
        groups=filled(
            made.groups,
            group_id=group_ids,
            representative=[True, False] * GROUPS,
            conflict=[at < 2 for at in range(len(ids))],
        ),
        split=filled(made.split, split=sides, group_id=group_ids, weight=[1.0] * len(ids)),
        pairs=made.pairs.clear(),
        predictions=filled(made.predictions, predicted=["price"] * len(ids), nearest_row_id=ids[::-1]),
        projection=filled(made.projection, x=[at / 100 for at in lines], y=[at % 7 / 7 for at in lines]),
    )


@pytest.fixture(scope="module")
def opened():
    with browser() as started:
        yield started


@pytest.fixture(scope="module")
def file(tmp_path_factory):
    place = tmp_path_factory.mktemp("page") / "index.html"
    io.write_text(str(place), page(reports(), many_rows(), 1000))
    return place


@pytest.fixture(scope="module")
def demo(tmp_path_factory):
    """A page of the demo's reports, as they are committed: eight classes with long names, a grid, an inbox."""
    os.chdir(Path(__file__).parent.parent)
    place = tmp_path_factory.mktemp("demo") / "index.html"
    io.write_text(str(place), page(read_reports(), many_rows(), 1000))
    return place


@pytest.fixture(scope="module")
def desk(opened, file):
    with seen(opened, file, viewport={"width": 1280, "height": 900}) as looked:
        yield looked


@pytest.fixture
def groups(desk):
    """The table of the groups, as it is at first."""
    table = desk.page.locator("#echoes .dt-container").first
    yield table
    table.locator("input[type=search]").first.fill("")


def told(table) -> str:
    return table.locator(".dt-info").inner_text()


def first_cells(table) -> list[str]:
    return table.locator("tbody tr td:first-child").all_inner_texts()


def test_every_chart_is_drawn_nothing_fails_and_no_request_leaves_the_page(desk):
    figures = desk.page.locator("figure[data-chart]")
    assert figures.count() == 15
    drawn = "".join(desk.page.locator("figure svg text").all_text_contents())
    assert "73 %" in drawn  # the charts spell percent signs as the sentences do
    assert not re.search(r"\d%", drawn)
    assert (desk.errors, desk.requests) == ([], [])


def test_all_groups_are_in_the_table_and_the_search_finds_a_text_a_file_and_a_line(groups):
    assert told(groups) == f"1 to 10 of {GROUPS}"
    search = groups.locator("input[type=search]").first
    search.fill("g007b")
    assert told(groups) == f"1 to 1 of 1 (of {GROUPS})"
    assert "customer g007a" in first_cells(groups)[0]
    search.fill("2023-06.csv:17")
    assert told(groups) == f"1 to 1 of 1 (of {GROUPS})"
    search.fill("nobody wrote this")
    assert "No row fits" in groups.inner_text()


def test_a_table_sorts_both_ways_and_turns_its_pages(groups):
    order = groups.locator("thead th").first.locator(".dtcc-button_order")
    cells = groups.locator("tbody tr td:first-child")
    texts = sorted(f"{WORDS[list(WORDS)[at % 2]]}, customer g{at:03}a" for at in range(GROUPS))
    before, given = first_cells(groups), cells.all_text_contents()
    order.click()
    expect(cells).to_contain_text(texts[:10])
    order.click()
    expect(cells).to_contain_text(texts[::-1][:10])
    order.click()
    expect(cells).to_have_text(given)
    groups.locator(".dt-paging-button.next").click()
    assert told(groups) == f"11 to 20 of {GROUPS}"
    groups.locator(".dt-paging-button.first").click()
    assert first_cells(groups) == before


def test_conflicts_and_files_are_filters(desk, groups):
    column = groups.locator("thead th", has_text="agree").first
    column.locator(".dtcc-button_dropdown").click()
    desk.page.locator(".dtcc-list .dtcc-button", has_text="labels differ").first.click()
    assert told(groups) == f"1 to 1 of 1 (of {GROUPS})"
    desk.page.locator(".dtcc-list .dtcc-button", has_text="labels differ").first.click()
    desk.page.keyboard.press("Escape")
    assert told(groups) == f"1 to 10 of {GROUPS}"
    files = groups.locator("thead th", has_text="files")
    files.locator(".dtcc-button_dropdown").click()
    desk.page.locator(".dtcc-dropdown input").first.fill("2023-0")
    assert told(groups) == f"1 to 10 of {GROUPS}"
    desk.page.locator(".dtcc-dropdown input").first.fill("2024")
    assert "No row fits" in groups.inner_text()
    desk.page.locator(".dtcc-dropdown input").first.fill("")
    desk.page.keyboard.press("Escape")


def test_a_click_on_a_cell_of_the_confusion_lists_its_rows_and_all_come_back(desk):
    table = desk.page.locator(".dt-container:has(table[data-picked-by=confusion])")
    all_rows = told(table)
    cell = desk.page.locator("figure[data-chart=confusion] svg [aria-roledescription='rect mark']")
    table.locator("input[type=search]").first.fill("nobody wrote this")  # what was searched before gives way
    says = re.compile("predicted: price; label .test.: lead time")
    next(each for each in cell.all() if says.search(each.get_attribute("aria-label"))).click(force=True)
    assert "labelled lead time, predicted price" in desk.page.locator(".picked").inner_text()
    assert re.match(r"\d+ ", desk.page.locator(".picked").inner_text())
    assert table.locator("tbody tr").count() == 10
    cells = table.locator("tbody tr td:nth-child(2)").all_inner_texts()
    assert set(cells) == {"lead time"}
    assert told(table) != all_rows
    desk.page.locator(".picked button").click()
    assert told(table) == all_rows
    assert desk.page.locator(".picked").is_hidden()


def test_row_ids_are_shown_on_demand_and_found_without(desk, groups):
    shown = groups.locator(".rowid").first
    assert shown.is_hidden()
    desk.page.locator("#show-ids").check()
    assert shown.is_visible()
    desk.page.locator("#show-ids").uncheck()


def test_the_map_is_coloured_by_choice(desk):
    figure = desk.page.locator("figure[data-chart=map]")
    assert figure.locator("canvas").count() == 1
    before = figure.screenshot()
    figure.locator("select").select_option("mistake")
    desk.page.wait_for_timeout(300)
    assert figure.screenshot() != before
    figure.locator("select").select_option("label")


def test_the_contents_stay_in_sight_and_lead_to_their_sections(desk):
    links = desk.page.locator("nav a")
    targets = [link.get_attribute("href") for link in links.all()]
    assert all(desk.page.locator(target).count() == 1 for target in targets)
    links.last.click()
    assert desk.page.locator("#meanings h2").is_visible()
    box = links.first.bounding_box()
    assert box is not None
    assert 0 <= box["y"] < 900


def test_every_step_and_big_number_leads_to_its_evidence(desk):
    for link in desk.page.locator("header a").all():
        assert desk.page.locator(link.get_attribute("href")).count() == 1


def charts_too_wide(looked: Seen) -> list[str]:
    """The charts that stand out of their frame to the right."""
    return looked.page.evaluate(
        "[...document.querySelectorAll('figure[data-chart]')].filter(each => [...each.querySelectorAll("
        "'svg, canvas')].some(chart => chart.getBoundingClientRect().right > each.getBoundingClientRect().right"
        " + 1)).map(each => each.dataset.chart)"
    )


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", WIDTHS)
def test_nothing_is_wider_than_the_window_and_no_text_is_small(opened, demo, width, scheme):
    with seen(opened, demo, viewport={"width": width, "height": 800}, color_scheme=scheme) as looked:
        looked.page.evaluate("document.querySelectorAll('details').forEach(each => each.open = true)")
        assert looked.wide() <= 0
        small = looked.page.evaluate(
            "[...document.querySelectorAll('main *')].filter(each => each.innerText?.trim() && each.offsetParent"
            " && parseFloat(getComputedStyle(each).fontSize) < 12).map(each => each.className + each.innerText)"
        )
        assert small == []
        in_charts = looked.page.evaluate(
            "[...document.querySelectorAll('figure svg text')].filter(each => each.getBBox().width > 0)"
            ".map(each => parseFloat(getComputedStyle(each).fontSize))"
        )
        assert min(in_charts) >= 12
        assert charts_too_wide(looked) == []
        background = looked.page.evaluate("getComputedStyle(document.body).backgroundColor")
        dark = sum(map(int, re.findall(r"\d+", background)[:3])) < 200
        assert dark == (scheme == "dark")


def test_on_paper_charts_and_lists_are_as_wide_as_the_sheet(opened, demo):
    with seen(opened, demo, viewport={"width": 1280, "height": 900}) as looked:
        looked.page.emulate_media(media="print")
        looked.page.set_viewport_size({"width": 718, "height": 1000})  # A4 between its margins, 96 dots an inch
        assert charts_too_wide(looked) == []
        assert looked.wide() <= 0
        assert looked.page.locator("nav, .dt-search, .dtcc").first.is_hidden()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_serious(opened, demo, scheme):
    with seen(opened, demo, viewport={"width": 1280, "height": 900}, color_scheme=scheme) as looked:
        looked.page.evaluate("document.querySelectorAll('details').forEach(each => each.open = true)")
        found = Axe().run(looked.page).response["violations"]
    serious = [each for each in found if each["impact"] in {"serious", "critical"}]
    told = [(each["id"], each["help"], [node["html"][:200] for node in each["nodes"][:3]]) for each in serious]
    assert told == []


def test_the_page_is_used_by_keyboard_alone(opened, file):
    with seen(opened, file, viewport={"width": 1280, "height": 900}) as looked:
        keys, page_ = looked.page.keyboard, looked.page
        keys.press("Tab")
        assert page_.evaluate("document.activeElement.getAttribute('href')") == "#next"
        table = page_.locator("#echoes .dt-container").first
        table.locator("input[type=search]").first.focus()
        keys.type("g003a")
        assert told(table).startswith("1 to 1 of 1")
        page_.locator("#echoes details.about summary").first.focus()
        keys.press("Enter")
        assert page_.locator("#echoes details.about").first.get_attribute("open") is not None


HOSTILE = (
    "<script>window.hit=1;alert(1)</script>",
    '"><img src=x onerror="window.hit=1;alert(2)">',
    "<svg/onload=alert(3)>javascript:alert(4)",
    "{{constructor.constructor('window.hit=1')()}} ${alert(5)}",
    "abc\u202efdp.exe\u2066",
    "x" * 10_000,
)


def test_hostile_texts_do_nothing(opened, tmp_path):
    texts = dict(enumerate(HOSTILE))
    rows = tables(HOSTILE[:4])
    labels = pl.Series([f"{HOSTILE[0]} a", f"{HOSTILE[1]} b", HOSTILE[4], HOSTILE[5]])
    rows = replace(rows, clean=rows.clean.with_columns(label=labels, drop=labels))
    at = iter(range(10**9))
    made = with_texts(reports(), lambda old: old if len(old) < 20 else f"{old} {texts[next(at) % len(texts)]}")
    place = tmp_path / "hostile.html"
    io.write_text(str(place), page(made, rows, 100))
    for width in WIDTHS:
        with seen(opened, place, viewport={"width": width, "height": 800}) as looked:
            looked.page.evaluate("document.querySelectorAll('details').forEach(each => each.open = true)")
            for search in looked.page.locator("input[type=search]").all():
                search.fill("a")
            assert looked.page.evaluate("window.hit") is None
            assert (looked.errors, looked.requests) == ([], [])
            assert looked.wide() <= 0
            assert not re.search("[\u202e\u2066]", looked.page.locator("body").inner_text())
