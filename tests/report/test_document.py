import re
from collections import Counter
from html.parser import HTMLParser

import pytest

from qqnet.errors import InputError
from qqnet.report.document import report_html, write_report

VOID = {"meta", "link", "img", "br", "hr", "input"}
SOMETIMES = ("beams", "weather", "fallback", "downlinks")
"""Sections of pages that have something to say in them."""

SECTIONS = [
    "answers",
    "network",
    "surfaces",
    "planets",
    "trunks",
    "links",
    "contacts",
    "frequencies",
    "flows",
    "compliance",
    "sources",
    "provenance",
]


class Reader(HTMLParser):
    """Collects what a page refers to, and whether every element is closed."""

    def __init__(self, text):
        super().__init__()
        self.open, self.ids, self.links, self.loaded, self.words = [], [], [], [], []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag, attributes):
        found = dict(attributes)
        if "id" in found:
            self.ids.append(found["id"])
        if tag == "a":
            self.links.append(found["href"])
        self.loaded += [value for key, value in attributes if key in ("src", "href") and tag != "a" and value]
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attributes):
        self.handle_starttag(tag, attributes)
        if tag not in VOID:
            self.open.pop()

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        self.words.append(data)


@pytest.fixture(scope="module")
def lunar_page(lunar_study):
    return report_html(lunar_study)


@pytest.fixture(scope="module")
def mars_page(mars_study):
    return report_html(mars_study)


@pytest.fixture(params=["lunar_page", "mars_page"])
def page(request):
    return request.getfixturevalue(request.param)


def test_every_element_is_closed_and_every_id_unique(page):
    reader = Reader(page)
    assert reader.open == []
    assert [name for name, count in Counter(reader.ids).items() if count > 1] == []


def test_contents_lead_to_every_section(page):
    reader = Reader(page)
    inner = [link.removeprefix("#") for link in reader.links]
    contents = list(dict.fromkeys(inner))[: len(SECTIONS) + len(SOMETIMES)]
    assert [name for name in contents if name not in SOMETIMES][: len(SECTIONS)] == SECTIONS
    assert set(inner) <= set(reader.ids)


def test_use_of_beams_is_shown_where_terminals_have_numbers_of_them(lunar_page, mars_page):
    assert 'id="beams"' in lunar_page
    assert 'id="beams"' not in mars_page


def test_nothing_is_loaded_from_elsewhere(page):
    reader = Reader(page)
    assert all(value.startswith(("data:", "#")) for value in reader.loaded)
    assert "<script" not in page
    assert "@import" not in page
    assert set(re.findall(r"url\((.)", page)) <= {"#"}


def test_headlines_stand_as_the_summary_gives_them(mars_study, mars_page):
    words = " ".join(" ".join(Reader(mars_page).words).split())
    assert mars_study.summary["headlines"]
    for headline in mars_study.summary["headlines"]:
        assert " ".join(headline["question"].split()) in words
        assert " ".join(headline["answer"].split()) in words


def test_what_a_scenario_lacks_is_said_in_a_sentence(lunar_page):
    words = " ".join(Reader(lunar_page).words)
    assert "No two terminals of this network have the role of a trunk." in words
    assert "does not leave the Earth-Moon system" in words


def test_trunks_have_waterfalls_and_ways_between_planets(mars_page):
    assert mars_page.count('class="waterfall"') >= 4
    words = " ".join(Reader(mars_page).words)
    assert "mars-staging to earth-staging, laser" in words
    assert "Mars: via helio-staging" in mars_page


def test_page_is_the_same_each_time_but_for_the_provenance(lunar_study, lunar_page):
    again = report_html(lunar_study)
    before = [text.split('<section id="provenance">')[0] for text in (lunar_page, again)]
    assert before[0] == before[1]


def test_page_is_light(page):
    assert len(page) < 2_000_000


class Told:
    def __init__(self):
        self.calls, self.shares = [], []

    def start(self, stage, reused):
        self.calls.append(("start", stage, reused))

    def advance(self, fraction):
        self.shares.append(fraction)

    def finish(self, stage, seconds):
        self.calls.append(("finish", stage))
        assert seconds > 0


def test_writing_tells_its_progress(lunar_study, tmp_path):
    told = Told()
    write_report(lunar_study, tmp_path / "report.html", told)
    assert told.calls == [("start", "report", False), ("finish", "report")]
    assert told.shares == sorted(told.shares)
    assert told.shares[-1] == 1.0
    assert (tmp_path / "report.html").read_text(encoding="utf-8").endswith("</html>")


def test_an_interruption_leaves_the_old_report(lunar_study, tmp_path):
    class Interrupted(Told):
        def advance(self, fraction):
            raise KeyboardInterrupt

    path = tmp_path / "report.html"
    path.write_text("old", encoding="utf-8")
    with pytest.raises(KeyboardInterrupt):
        write_report(lunar_study, path, Interrupted())
    assert path.read_text(encoding="utf-8") == "old"
    assert list(tmp_path.iterdir()) == [path]


def test_a_folder_that_is_not_there_is_named(lunar_study, tmp_path):
    with pytest.raises(InputError, match="nowhere"):
        write_report(lunar_study, tmp_path / "nowhere" / "report.html")
