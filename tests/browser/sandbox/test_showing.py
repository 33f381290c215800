"""What the page makes of text and blocks: marks, links, dates, tables, charts, and never markup."""

from __future__ import annotations

import pytest
from playwright.async_api import expect

from tests.browser.conftest import OpenPage
from tests.browser.sandbox import stock_blocks
from tests.browser.sandbox.running import Running
from tests.browser.sandbox.workspace import KARA, TEAM

# mrkdwn as an app writes it, and the same as the page's elements (classes and attributes left out).
MRKDWN = [
    ("*bold* _it_ ~gone~ `co*de*`", "<strong>bold</strong> <em>it</em> <s>gone</s> <code>co*de*</code>"),
    ("snake_case_name 2*3*4 a~b~c", "snake_case_name 2*3*4 a~b~c"),
    ("*_both_* and *not bold *", "<strong><em>both</em></strong> and *not bold *"),
    ("&lt;b&gt; &amp;amp; <https://a.example/?x=1&amp;y=2|see *it*>", "&lt;b&gt; &amp;amp; <a>see *it*</a>"),
    ("<javascript:alert(1)|click>", "&lt;javascript:alert(1)|click&gt;"),
    ("https://a.example/x, then", "<a>https://a.example/x</a>, then"),
    ("<@U001> <@U404> <!here>", "<span>@Kara Voss</span> <span>@U404</span> <span>@here</span>"),
    ("before\n&gt; said\n&gt; twice\nafter", "before<blockquote>said<br>twice</blockquote>after"),
    ("• one\n• *two*", "<ul><li>one</li><li><strong>two</strong></li></ul>"),
    ("```let a = '*x*';\n&lt;b&gt;```", "<pre><code>let a = '*x*';\n&lt;b&gt;</code></pre>"),
    ("a ``` b", "a ``` b"),
    (":tada: :nope: 10:30:45", "<span>🎉</span> :nope: 10:30:45"),
    ("<!date^1791183300^{date_short_pretty} at {time}|x>", "<time>Today at 08:55</time>"),
    ("<!date^1791269700^{date_long_pretty}|x>", "<time>Tomorrow</time>"),
    ("<!date^1791183300^{date} {time_secs} {unknown}|plain words>", "<time>plain words</time>"),
    ("<!date^nonsense^{date}|kept>", "<time>kept</time>"),
    ("<img src=x onerror=alert(1)>", "&lt;img src=x onerror=alert(1)&gt;"),
]

BARE = """(node) => {
    const copy = node.cloneNode(true);
    for (const one of copy.querySelectorAll('*')) {
        for (const name of one.getAttributeNames()) one.removeAttribute(name);
    }
    return copy.innerHTML;
}"""


async def test_mrkdwn_becomes_elements_and_never_markup(workspace: Running, open_page: OpenPage) -> None:
    blocks = [{"type": "section", "text": stock_blocks.mrkdwn(text)} for text, _ in MRKDWN]
    await workspace.post(TEAM, "all of it", blocks=blocks)
    page = await open_page(workspace.page(KARA, TEAM))
    sections = page.locator(".section-text")
    await expect(sections).to_have_count(len(MRKDWN))

    shown = [await section.evaluate(BARE) for section in await sections.all()]

    assert shown == [expected for _, expected in MRKDWN]


async def test_every_kind_of_block_is_shown(workspace: Running, open_page: OpenPage) -> None:
    await workspace.post(TEAM, "gallery", blocks=stock_blocks.GALLERY)
    page = await open_page(workspace.page(KARA, TEAM))
    message = page.get_by_test_id("message")

    await expect(message.get_by_role("heading", name="Monday health check")).to_be_visible()
    await expect(message.locator(".block-context")).to_contain_text("Week 41 · Today at 09:00 · North")
    await expect(message.locator(".field")).to_have_count(4)
    await expect(message.locator(".block-markdown li")).to_have_text(["Call Ben", "Write to Acme"])
    await expect(message.locator(".block-markdown td")).to_have_text(["Ben", "4"])
    await expect(message.locator(".block-rich_text ol li")).to_have_text(["first", "second"])
    await expect(message.get_by_role("article", name="Harbor Freight")).to_contain_text(
        "No activity for 12 days"
    )
    await expect(message.get_by_role("img", name="A picture elsewhere")).to_be_visible()
    await expect(message.locator(".unknown")).to_have_count(0)


async def test_a_data_table_is_turned_page_by_page(workspace: Running, open_page: OpenPage) -> None:
    await workspace.post(TEAM, "gallery", blocks=stock_blocks.GALLERY)
    page = await open_page(workspace.page(KARA, TEAM))
    table = page.get_by_role("table", name="Deals that matter")

    await expect(table.get_by_role("rowheader")).to_have_text(["Deal 1", "Deal 2"])
    await page.get_by_role("button", name="Next rows of Deals that matter").click()
    await page.get_by_role("button", name="Next rows of Deals that matter").click()
    await expect(table.get_by_role("rowheader")).to_have_text(["Deal 5"])
    await expect(page.get_by_text("5–5 of 5")).to_be_visible()


@pytest.mark.parametrize(("kind", "marks"), [("bar", "rect"), ("line", "circle"), ("area", ".fill")])
async def test_a_chart_is_drawn_and_told_as_a_table(
    workspace: Running, open_page: OpenPage, kind: str, marks: str
) -> None:
    await workspace.post(TEAM, "chart", blocks=[stock_blocks.chart(kind)])
    page = await open_page(workspace.page(KARA, TEAM))
    figure = page.get_by_role("figure", name=f"{kind.title()} of the quarter")

    await expect(figure.get_by_role("img")).to_have_accessible_name(
        f"{kind.title()} chart: {kind.title()} of the quarter. The figures are in the table below."
    )
    await expect(figure.locator(marks)).to_have_count(2 if kind == "area" else 6)
    await figure.get_by_text("Show figures").click()
    await expect(figure.get_by_role("row")).to_have_text(
        ["MonthWonLost", "Jul120,00040,000", "Aug90,00070,000", "Sep140,00030,000"]
    )


async def test_a_pie_is_drawn_in_shares(workspace: Running, open_page: OpenPage) -> None:
    await workspace.post(TEAM, "pie", blocks=[stock_blocks.PIE])
    page = await open_page(workspace.page(KARA, TEAM))
    figure = page.get_by_role("figure", name="Open pipeline")

    await expect(figure.locator(".slice")).to_have_count(3)
    await expect(figure.locator(".slice-label")).to_have_text(["45%", "35%", "20%"])
