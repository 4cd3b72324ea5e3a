"""The plots of the reports in a real browser."""

import pytest
from playwright.sync_api import expect

from helpdesk.tickets.models import Status
from tests.browser.conftest import until

pytestmark = pytest.mark.browser

# How many pixels of a plot have which colour, the paper left out.
COLOURS = """figure => {
  const canvas = figure.querySelector("canvas");
  const pixels = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height).data;
  const found = {};
  for (let at = 0; at < pixels.length; at += 4) {
    if (pixels[at + 3] < 255) continue;
    const colour = `${pixels[at]},${pixels[at + 1]},${pixels[at + 2]}`;
    found[colour] = (found[colour] || 0) + 1;
  }
  return found;
}"""


@pytest.fixture
def page(desk, alice, agent, open_page):
    for _ in range(3):
        desk.ticket(alice)
    desk.reply(agent, desk.ticket(alice), status=Status.RESOLVED)
    page = open_page("/desk/reports?range=7", agent)
    page.locator("[data-plot] canvas").first.wait_for()
    return page


def bars(page):
    """The two colours that most of the first plot is drawn in."""
    found = page.locator("[data-plot='bars']").first.evaluate(COLOURS)
    return sorted(found, key=found.get)[-2:]


def test_plots_are_drawn_and_follow_the_theme(page):
    expect(page.locator("[data-plot] canvas")).to_have_count(4)
    light = bars(page)
    page.evaluate("document.documentElement.dataset.theme = 'dark'")
    page.locator("[data-plot][data-drawn='2']").first.wait_for()
    dark = bars(page)
    assert set(light).isdisjoint(dark)
    expect(page.locator("[data-plot] canvas")).to_have_count(4)  # the old ones are gone
    page.emulate_media(color_scheme="dark")
    page.evaluate("delete document.documentElement.dataset.theme")
    page.locator("[data-plot]:not([data-drawn='1'], [data-drawn='2'])").first.wait_for()
    assert bars(page) == dark
    assert page.complaints == []


def test_a_reader_of_screens_has_the_words_and_the_table(page):
    plot = page.get_by_role("img", name="Bars: how many were opened")
    expect(plot).to_be_visible()
    page.get_by_text("The figures").first.click()
    row = page.get_by_role("table", name="Opened and solved").get_by_role("row").last
    assert row.inner_text().split()[-3:] == ["4", "1", "3"]


def test_a_narrow_window_draws_narrow_plots(page):
    page.set_viewport_size({"width": 390, "height": 800})
    canvas = page.locator("[data-plot] canvas").first
    until(page, lambda: 0 < (canvas.bounding_box() or {"width": 0})["width"] < 380)
    assert page.evaluate("document.documentElement.scrollWidth") == 390


def test_without_a_script_there_are_tables(desk, alice, agent, open_page):
    desk.ticket(alice)
    page = open_page("/desk/reports", agent, javascript=False)
    expect(page.locator("[data-plot]").first).to_be_hidden()
    page.get_by_text("The figures").first.click()
    expect(page.get_by_role("table", name="Opened and solved")).to_be_visible()
    page.get_by_label("Tag").fill("nothing")
    page.get_by_role("button", name="Show").click()
    page.get_by_text("Nothing in these days.").first.wait_for()
    assert "tag=nothing" in page.url
