import re
from html.parser import HTMLParser

import pytest
from markupsafe import Markup, escape
from pydantic import BaseModel
from report_builder import FILES, reports, tables

from anechoic.diversity import vector_drift
from anechoic.report.page import SECTIONS
from anechoic.report.report import model_card, readme, report
from anechoic.report.rows.tables import Tables
from anechoic.report.schema import ReportParams
from anechoic.report.sentences.overview import figures, headline, overview
from anechoic.report.sentences.wording import spaced
from anechoic.report.words import glossary, words_in

SHOWN = ReportParams(rows_shown=10)


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
    nothing = Tables(**{name: frame.clear() for name, frame in vars(tables()).items()})
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


# --- the terms -------------------------------------------------------------------------------------------

JARGON = ("cosine", "probe", "purged", "Kolmogorov-Smirnov distance", "Vendi score")
JARGON += ("temperature", "calibration error", "interval", "F1", "alpha", "retold", "planted", "trustworthiness")


def test_each_section_explains_the_terms_that_it_uses_beneath_it(page):
    sections = re.findall(r'<section id="(\w+)".*?</section>', page, re.DOTALL)
    told = {}
    for section in re.findall(r"<section id=.*?</section>", page, re.DOTALL):
        told |= dict(words_in(Markup(section)))
        terms = dict.fromkeys(re.findall(r"<dt>([^<]+)</dt><dd>", section))
        used = words_in(Markup(section.split("The terms used above")[0]))
        if "The terms used above" in section:
            assert {escape(term) for term, _ in used} <= set(terms)
    assert set(JARGON) <= set(told)
    assert len(sections) == len(SECTIONS) - 2


def test_a_term_is_found_as_a_word_and_in_what_people_read_alone():
    assert "p" in dict(words_in(Markup("(D 0.2, p = 0.01)")))
    assert words_in(Markup("<p class='probe'>people</p><script>cosine, p = 1</script>")) == []
    assert "energy coefficient" in dict(words_in(Markup(vector_drift.TEST)))
    assert [term for term, _ in words_in(Markup("The cosine of two vectors"))] == ["vector", "cosine"]


def test_every_term_has_a_meaning_in_a_sentence():
    assert all(len(meaning.split()) > 5 for _, meaning in glossary().values())
