import os
import re
import shutil
import subprocess
from html.parser import HTMLParser

import polars as pl
import pytest
from pydantic import BaseModel
from report_builder import FILES, reports, tables

from anechoic.project import io
from anechoic.report.examples import Tables, example_groups, example_opposites
from anechoic.report.report import model_card, readme, report
from anechoic.report.schema import ReportParams
from anechoic.report.sentences.overview import figures, headline, overview
from anechoic.report.sentences.wording import spaced

SHOWN = ReportParams(groups_shown=10)


class Cells(HTMLParser):
    """The cells of all tables of a page, line by line, and its text without scripts and styles."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.lines: list[list[str]] = []
        self.text = ""
        self._tag = ""
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        self._tag = tag
        if tag == "tr":
            self.lines.append([])
        if tag in {"td", "th"}:
            self.lines[-1].append("")

    def handle_data(self, data):
        if self._tag in {"script", "style"}:
            return
        self.text += data
        if self.lines and self.lines[-1]:
            self.lines[-1][-1] += data


@pytest.fixture(scope="module")
def page():
    return report(reports(), tables(), SHOWN).page


def test_the_page_asks_nobody_for_anything(page):
    outside = re.findall(r"""(?:src|href)\s*=\s*["']?(?!#)[^"'>\s]+""", page.split('<script type="module">')[0])
    assert outside == []
    assert "default-src 'none'" in page


def test_same_reports_same_bytes(page):
    assert report(reports(), tables(), SHOWN).page == page


def plain_values(prefix: str, part: BaseModel | None) -> dict[str, str]:
    """Every number and word that stands alone in a report, as its file holds it; none of one that is not there."""
    values = {}
    if part is None:
        return values
    for name, value in part.model_dump(by_alias=True).items():
        if isinstance(value, int | float | str):
            values[f"{prefix}.{name}"] = value
        elif isinstance(getattr(part, name, None), BaseModel):
            values |= plain_values(f"{prefix}.{name}", getattr(part, name))
    return values


def test_the_numbers_on_the_page_are_those_of_the_report_files(page):
    listed = {line[0]: line[1] for line in Cells(page).lines if re.fullmatch(r"\w+(\.\w+)+", line[0])}
    expected = {
        path: value for name, part in vars(reports()).items() for path, value in plain_values(name, part).items()
    }
    assert listed.keys() == expected.keys()
    for path, value in expected.items():
        if isinstance(value, float):
            assert float(listed[path]) == pytest.approx(value, rel=5e-4), path
        else:
            assert listed[path] == spaced(str(value)), path


def test_every_listed_number_has_a_meaning(page):
    meanings = [line for line in Cells(page).lines if re.fullmatch(r"\w+(\.\w+)+", line[0])]
    assert all(len(meaning) > 5 for _, _, meaning in meanings)


def test_the_first_screen_stands_on_the_page_and_in_its_twin(page):
    made = reports()
    twin, text = readme(made), Cells(page).text
    for sentence in [headline(made), *overview(made)]:
        assert sentence in text
        assert sentence in twin
    for figure in figures(made):
        assert figure.value in text
        assert f"- **{figure.name}: {figure.value}** ({figure.note})" in twin
    assert f"| {FILES[1]} | 53 | 5 | 48 |" in twin


def test_the_model_card_carries_every_score_and_what_it_cannot_say():
    card = model_card(reports())
    for name, line in {
        "train": "71 | 99 % | 89–100 % | 0.98",
        "test": "50 | 85 % | 75–95 % | 0.84",
        "exam": "50 | 82 % | 72–92 % | 0.81",
    }.items():
        assert f"| {name} | {line} |" in card
    assert "fine-tuned from `minilm` on 71 distinct rows" in card
    assert "(recall 89 % on gold pairs)" in card
    assert "Verdict: **data_limited**." in card
    assert "below 0.55 it had better abstain" in card
    assert "| test |" not in model_card(reports(evaluation={"test": None}))


def test_percent_signs_are_spelled_one_way_everywhere(page):
    for text in (Cells(page).text, readme(reports()), model_card(reports())):
        assert re.findall(r"\S*\d%", text) == []
    assert "95 % of the label column are labels" in page


def test_an_empty_run_has_a_page_too():
    nothing = Tables(*(frame.clear() for frame in vars(tables()).values()))
    made = reports(
        evaluation={"test": None, "exam": None, "slices": [], "mistakes": []},
        leakage={"exam": None, "exam_difference": None, "inbox": None},
        predictions={"files": [], "shown": []},
        intake={"findings": [], "expectations": [], "drift": [], "label_mentions": [], "unused_labels": []},
        worth={"drift": []},
    )
    text = Cells(report(made, nothing, SHOWN).page).text
    assert "data/inbox/ is empty" in text
    assert "differs from those before it" not in text


# --- groups and pairs as examples ------------------------------------------------------------------------


def test_the_groups_show_what_changed_word_for_word_and_why():
    (group,) = example_groups(tables(), 5)
    first, second = group.rows
    assert (first.diff, first.why) == ([], "")
    assert second.diff == [("equal", "too dear", "too dear!")]
    assert (second.why, second.score) == ("the same words", pytest.approx(0.97))
    assert (second.cells["split"], second.cells["weight"]) == ("train", 0)


def test_a_group_shows_its_representative_first_and_rows_never_judged_as_a_pair_without_a_reason():
    made = tables()
    swapped = made.groups.with_columns(pl.col("row_id").eq("r2").alias("representative"))
    (group,) = example_groups(Tables(made.clean, swapped, made.split, made.pairs.clear()), 5)
    assert [row.cells["row_id"] for row in group.rows] == ["r2", "r1"]
    assert (group.size, group.conflict) == (2, True)
    assert (group.rows[1].why, group.rows[1].score) == ("", None)


def test_conflicts_come_first_then_the_largest_then_the_surest():
    sizes = {"sure": 2, "unsure": 2, "large": 3, "conflict": 2}
    ids = [f"{name}{i}" for name, size in sizes.items() for i in range(size)]
    group_ids = [f"{name}0" for name, size in sizes.items() for _ in range(size)]
    clean = pl.DataFrame({"row_id": ids, "text": ids, "canonical": ids})
    groups = pl.DataFrame(
        {
            "row_id": ids,
            "group_id": group_ids,
            "group_size": [sizes[group_id[:-1]] for group_id in group_ids],
            "representative": [row_id.endswith("0") for row_id in ids],
            "conflict": [row_id.startswith("conflict") for row_id in ids],
        }
    )
    pairs = pl.DataFrame(
        {
            "left": ["unsure0", "sure0"],
            "right": ["unsure1", "sure1"],
            "kind": ["near", "near"],
            "score": [0.6, 0.9],
            "evidence": ["", ""],
        }
    )
    made = Tables(clean, groups, clean.select("row_id", split=pl.lit("train"), weight=pl.lit(1.0)), pairs)
    shown = [group.rows[0].cells["group_id"] for group in example_groups(made, 4)]
    assert shown == ["conflict0", "large0", "sure0", "unsure0"]
    assert len(example_groups(made, 2)) == 2
    assert example_groups(made, 0) == []


def test_opposites_are_shown_the_most_alike_first():
    made = tables()
    second = made.pairs.filter(pl.col("kind") == "opposite").with_columns(
        left=pl.lit("r1"), lexical=pl.lit(0.8, dtype=pl.Float32)
    )
    both = Tables(made.clean, made.groups, made.split, pl.concat([made.pairs, second]))
    shown = example_opposites(both, 5)
    assert shown == [
        ([("replace", "too dear", "came early")], "same words, other meaning"),
        ([("equal", "came", "came"), ("replace", "late", "early")], "same words, other meaning"),
    ]
    assert example_opposites(both, 1) == shown[:1]


# --- in a browser ----------------------------------------------------------------------------------------


def test_a_browser_draws_every_chart(page, tmp_path):
    chromium = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if not chromium:
        pytest.skip("no Chromium on this machine")
    io.write_text(str(tmp_path / "page.html"), page)
    command = [chromium, "--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--dump-dom"]
    command += ["--disable-background-networking", "--disable-component-update", "--disable-sync", "--disable-quic"]
    command += [
        f"--user-data-dir={tmp_path / 'profile'}",
        "--virtual-time-budget=6000",
        f"file://{tmp_path}/page.html",
    ]
    dom = subprocess.run(
        command, capture_output=True, text=True, timeout=120, env=os.environ | {"LANG": "C.UTF-8"}
    ).stdout
    drawn = re.findall(r"<svg.*?</svg>", dom.split('<script type="module">')[0], flags=re.DOTALL)
    assert len(drawn) == len(re.findall("<figure data-chart", page)) == 14
    assert ">73 %<" in "".join(drawn)  # the charts spell percent signs as the sentences do
    assert re.findall(r">[^<]*\d%[^<]*<", "".join(drawn)) == []
