import json
import os
import re
import shutil
import subprocess
from dataclasses import replace

import polars as pl
import pytest

from anechoic.echoes.classifier.judge import shipped_judge
from anechoic.echoes.echoes import echoes
from anechoic.echoes.schema import EchoesParams, Missed
from anechoic.leakage.leakage import leakage
from anechoic.leakage.schema import LeakageParams
from anechoic.normalize.normalize import normalize
from anechoic.project import io
from anechoic.report.charts import CHARTS
from anechoic.report.echo_story import shown_groups, shown_opposites
from anechoic.report.report import draw_card, draw_readme, report
from anechoic.report.schema import ReportParams
from anechoic.report.story import Reports, headline, percent, story
from anechoic.split.schema import SplitParams
from anechoic.split.split import SplitTables, split
from anechoic.validate.schema import Drift
from anechoic.validate.validate import validate
from pipelines.report import read_learned

ECHOES = EchoesParams(near_lexical=0.9, neighbour_cosine=0.6, representative="first", review_rows=50)
HOSTILE = '<script>alert("x")</script></script><img src=x onerror=alert(1)> {{ 7*7 }} too dear'
SPLIT = SplitParams(
    train=0.7,
    validation=0.1,
    test=0.2,
    echoes_in_training="keep_one",
    group_columns=[],
    date_column="",
    excluded_flags=[],
    seed=7,
)
LEAKAGE = LeakageParams(folds=3, repeats=1, most_rows=1000, bootstraps=100, bands=[0.7], stress=[0.8], seed=1)


@pytest.fixture(scope="session")
def made(prepare, labels, validate_params):
    """Reports and tables of a small run whose texts attack the page."""
    things = ["oven", "saddle", "kayak", "lathe", "piano", "tractor"]
    text = "".join(f"{label},the {thing} {label * 7} times\n" for label in (7, 6, 4) for thing in things)
    hostile = '7,"' + HOSTILE.replace('"', '""') + '"\n'
    raw = {"<b>.csv": text + hostile * 2 + "prize,typo\n"}
    encoded = {name: content.encode() for name, content in raw.items()}
    intake = validate(encoded, {}, labels, validate_params)
    clean, embeddings = prepare(raw)
    assert clean.equals(normalize(intake.rows))
    judged = echoes(clean, embeddings, ECHOES, shipped_judge())
    sides = split(SplitTables(clean, judged.groups, judged.pairs, intake.quarantine), SPLIT)
    priced = leakage(clean, embeddings, judged.groups, sides.split, LEAKAGE)
    moved = Drift(
        drop="<b>.csv", aspect="length", test="D", size=0.3, p_value=0.001, drifted=True, told="<i>longer</i>"
    )
    told = intake.report.model_copy(update={"drift": [moved]})
    learned = read_learned()  # the demo's, as they stand in the repository, with a text that attacks
    shown = [learned.predictions.shown[0].model_copy(update={"text": HOSTILE}), *learned.predictions.shown[1:]]
    learned = replace(learned, predictions=learned.predictions.model_copy(update={"shown": shown}))
    strong = Missed(strength="strong", planted=20, found=15, recall=0.75, recall_low=0.53, recall_high=0.89)
    told_echoes = judged.report.model_copy(update={"missed": [strong]})  # too few rows here to plant any
    reports = Reports(told, told_echoes, sides.report, priced, learned)
    page = report(reports, clean, judged.groups, sides.split, judged.pairs, ReportParams(groups_shown=10))
    return reports, page


def test_the_page_asks_nobody_for_anything(made):
    _, page = made
    outside = re.findall(r"""(?:src|href)\s*=\s*["']?(?!#)[^"'>\s]+""", page.split('<script type="module">')[0])
    assert [each for each in outside if "//" in each or "http" in each] == []
    assert "default-src 'none'" in page


def test_the_groups_show_what_changed_word_for_word_and_why(prepare, labels):
    clean, embeddings = prepare({"a.csv": "7,the freight costs far too much\n7,the freight costs far too much!\n"})
    found = echoes(clean, embeddings, ECHOES, shipped_judge())
    split = clean.select("row_id", split=pl.lit("train"), weight=pl.lit(1.0))
    (group,) = shown_groups(clean, found.groups, split, found.pairs, 5)
    first, second = group.rows
    assert (first.diff, first.why) == ([], "")
    assert second.why.startswith("the same words")
    assert [what for what, *_ in second.diff] == ["equal"]
    opposite = found.pairs.with_columns(kind=pl.lit("opposite", dtype=found.pairs["kind"].dtype))
    ((diff, why),) = shown_opposites(clean, opposite, 5)
    assert (diff, why) == (second.diff, second.why)


def test_every_text_is_escaped(made):
    _, page = made
    body = page.split('<script type="module">')[0]
    assert "<script>alert" not in page
    assert "<img src=x" not in page
    assert "&lt;img src=x" in body
    assert "onerror=alert(1)&gt; {{ 7*7 }}" in body
    assert "<b>.csv" not in body


def test_the_first_lines_carry_this_runs_numbers(made):
    reports, page = made
    assert f"{reports.echoes.rows} rows are worth {reports.echoes.effective_rows}" in headline(reports)
    assert headline(reports) in page
    assert all(sentence in draw_readme(reports) for sentence in story(reports))
    assert "1 records were set aside (1 label_unknown)" in " ".join(story(reports))


def test_the_model_card_carries_the_test_and_what_it_cannot_say(made):
    reports, _ = made
    card = draw_card(reports)
    test = reports.learned.evaluation.test
    assert f"| test | {test.rows} | {percent(test.accuracy)} |" in card
    assert reports.learned.evaluation.verdict in card
    assert "No classifier yet" in draw_card(replace(reports, learned=None))


@pytest.mark.parametrize("name", CHARTS)
def test_every_chart_is_valid_and_has_data(made, name):
    drawn = CHARTS[name](made[0])
    spec = drawn.to_dict()
    assert spec["$schema"].startswith("https://vega.github.io/schema/vega-lite/")
    assert any(len(rows) for rows in spec["datasets"].values())


def test_a_browser_draws_every_chart(made, tmp_path):
    chromium = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if not chromium:
        pytest.skip("no Chromium on this machine")
    _, page = made
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
    assert dom.split('<script type="module">')[0].count("<svg") == len(re.findall("<figure data-chart", page))


def test_specs_survive_hostile_names(made):
    _, page = made
    specs = re.findall(r'<script type="application/json" id="chart-\w+">(.*?)</script>', page, flags=re.DOTALL)
    assert len(specs) == len(re.findall("<figure data-chart", page))
    assert all(json.loads(spec) for spec in specs)
