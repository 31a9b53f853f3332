"""The report in a real browser: it needs nothing from elsewhere, fits phone and desk, and nothing overlaps."""

import os
import shutil
from pathlib import Path

import pytest

import qqnet
from qqnet.report.document import write_report
from qqnet.study.study import Study

playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
CHROMIUM = os.environ.get("QQNET_CHROMIUM") or next(filter(None, map(shutil.which, NAMES)), None)
pytestmark = pytest.mark.skipif(
    CHROMIUM is None, reason="no Chromium on this machine (QQNET_CHROMIUM names one)"
)

SCENARIO = Path(__file__).parent.parent / "report" / "earth-mars.yaml"

OVERFLOW = "document.documentElement.scrollWidth - document.documentElement.clientWidth"

BROKEN_PICTURES = """() => [...document.querySelectorAll('img')]
  .filter(picture => !picture.complete || picture.naturalWidth === 0 || picture.naturalHeight === 0)
  .map(picture => picture.alt)"""

EMPTY_DRAWINGS = """() => [...document.querySelectorAll('main svg')]
  .filter(drawing => drawing.checkVisibility() &&
    (drawing.getBoundingClientRect().width < 50 || drawing.getBoundingClientRect().height < 30))
  .map(drawing => drawing.getAttribute('aria-label'))"""

UNDECODED = """async () => {
  const found = [];
  for (const picture of document.querySelectorAll('svg image')) {
    const made = new Image();
    made.src = picture.getAttribute('href');
    try { await made.decode(); } catch (error) { found.push(String(error)); continue; }
    if (made.naturalWidth === 0) found.push('empty');
  }
  return found;
}"""

OVERLAPS = """name => {
  const found = [];
  for (const drawing of document.querySelectorAll(name)) {
    const texts = [...drawing.querySelectorAll('text')].map(
      text => [text.textContent, text.getBoundingClientRect()]);
    for (let n = 0; n < texts.length; n++)
      for (let m = n + 1; m < texts.length; m++) {
        const [a, b] = [texts[n][1], texts[m][1]];
        if (Math.min(a.right, b.right) - Math.max(a.left, b.left) > 0.5 &&
            Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top) > 2.5)
          found.push([texts[n][0], texts[m][0]]);
      }
  }
  return found;
}"""

SPILT = """() => {
  const found = [];
  const drawing = document.querySelector('svg.network').getBoundingClientRect();
  for (const text of document.querySelectorAll('svg.network text')) {
    const box = text.getBoundingClientRect();
    if (box.left < drawing.left - 1 || box.right > drawing.right + 1 || box.bottom > drawing.bottom + 1)
      found.push(text.textContent);
  }
  return found;
}"""


@pytest.fixture(scope="module")
def report(tmp_path_factory):
    path = tmp_path_factory.mktemp("report") / "report.html"
    write_report(Study(qqnet.load(SCENARIO)), path, animate=True)
    return path


@pytest.fixture(scope="module")
def browser():
    with playwright.sync_playwright() as driver:
        # In a container there is no sandbox to be had; the only page is our own.
        found = driver.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield found
        found.close()


@pytest.fixture(params=[(1280, "light"), (390, "light"), (1280, "dark")], ids=["desk", "phone", "dark"])
def page(request, browser, report):
    width, theme = request.param
    context = browser.new_context(
        viewport={"width": width, "height": 900},
        offline=True,
        color_scheme=theme,
        device_scale_factor=2,
        reduced_motion="reduce",
    )
    page = context.new_page()
    page.said, page.asked = [], []
    page.on("console", lambda message: page.said.append(message.text))
    page.on("pageerror", lambda error: page.said.append(str(error)))
    page.on("request", lambda request: page.asked.append(request.url))
    page.goto(report.as_uri())
    page.evaluate("document.querySelectorAll('details').forEach(fold => fold.open = true)")
    yield page
    context.close()


def test_page_is_whole_without_a_network(page, report):
    assert page.said == []
    assert [url for url in page.asked if not url.startswith(("file:", "data:"))] == []
    assert page.asked[0] == report.as_uri()
    assert page.title().endswith("QQNet report")
    assert page.evaluate(BROKEN_PICTURES) == []
    assert page.evaluate(UNDECODED) == []
    assert page.evaluate(EMPTY_DRAWINGS) == []
    assert page.locator("main svg").count() > 10


def test_page_does_not_scroll_sideways(page):
    assert page.evaluate(OVERFLOW) <= 0


@pytest.mark.parametrize("drawing", ["svg.network", "svg.waterfall"])
def test_no_two_labels_of_a_drawing_overlap(page, drawing):
    assert page.locator(drawing).count() > 0
    assert page.evaluate(OVERLAPS, drawing) == []


def test_no_label_leaves_the_drawing(page):
    assert page.evaluate(SPILT) == []


def test_contents_lead_to_the_sections(page):
    for link in page.locator("nav a").all():
        target = link.get_attribute("href")
        link.click()
        page.wait_for_function(
            "target => { const top = document.querySelector(target).getBoundingClientRect().top;"
            " const end = scrollY + innerHeight >= document.documentElement.scrollHeight - 2;"
            " return Math.abs(top) < 40 || (end && top < innerHeight); }",
            arg=target,
        )
        assert page.url.endswith(target)
        page.evaluate("scrollTo(0, 0)")


def test_text_stands_out_from_its_ground(page):
    contrast = page.evaluate(
        """() => {
          const parse = colour => colour.match(/[\\d.]+/g).slice(0, 3).map(Number);
          const light = colour => {
            const [r, g, b] = parse(colour).map(v => v / 255).map(
              v => v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4);
            return 0.2126 * r + 0.7152 * g + 0.0722 * b;
          };
          const ground = light(getComputedStyle(document.body).backgroundColor);
          const least = name => {
            const ink = light(getComputedStyle(document.querySelector(name)).color);
            return (Math.max(ink, ground) + 0.05) / (Math.min(ink, ground) + 0.05);
          };
          const names = ['h1', 'p', 'figcaption', 'td', 'th', 'nav a', '.span', '.detail'];
          return Object.fromEntries(names.map(name => [name, least(name)]));
        }"""
    )
    # WCAG 2.2, 1.4.3: at least 4.5 for text.
    assert {name: value for name, value in contrast.items() if value < 4.5} == {}


def test_print_opens_what_is_folded(browser, report):
    page = browser.new_page()
    page.goto(report.as_uri())
    hidden = (
        "[...document.querySelectorAll('details .waterfall')].filter(one => !one.checkVisibility()).length"
    )
    assert page.evaluate(hidden) > 0
    page.emulate_media(media="print")
    assert page.evaluate(hidden) == 0
    page.close()


@pytest.mark.parametrize(("motion", "kind"), [("reduce", "image/png"), ("no-preference", "image/gif")])
def test_surfaces_move_unless_the_reader_wants_rest(browser, report, motion, kind):
    context = browser.new_context(reduced_motion=motion, offline=True)
    page = context.new_page()
    page.goto(report.as_uri())
    pictures = page.locator("section#surfaces picture img").all()
    assert pictures
    for picture in pictures:
        assert picture.evaluate("one => one.currentSrc").startswith(f"data:{kind}")
        moving = picture.get_attribute("src")
        assert moving.startswith("data:image/gif")
        assert len(moving) < 2e6
    context.close()
