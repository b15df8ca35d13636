"""Use the HTML report in a real browser: sort, filter, open, keys, themes, print; nothing is requested.

    python tests/browser/click.py [--shots FOLDER]    # docs/page.png is the file page.png of that folder

Not part of the test suite: it needs `pip install -e '.[browser]'` and an installed Chromium (`CHROMIUM` names it; default
/usr/bin/chromium). With --shots it also takes pictures at three widths in both themes.
"""

import argparse
import os
import subprocess
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

ROOT = Path(__file__).parent.parent.parent
LOG = "samples/shop/shop.log"
WIDTHS = (390, 820, 1280)
OFFLINE = (
    *("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"),
    *("--disable-component-update", "--disable-sync"),
)


def report(folder: Path) -> str:
    """The address of the report of the sample."""
    place = folder / "report.html"
    command = [sys.executable, "-m", "logscan", LOG, "--tz", "UTC", "--quiet", "--output", f"html={place}"]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    return place.as_uri()


def opened(browser: Browser, address: str, width: int = 1280, theme: str = "light") -> tuple[Page, list[str]]:
    """The report in a new window, and a list that fills with all that goes wrong."""
    page = browser.new_page(viewport={"width": width, "height": 900}, color_scheme=theme)  # type: ignore[arg-type]
    wrong: list[str] = []
    page.on("console", lambda message: wrong.append(message.text))
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.on("request", lambda request: None if request.url.startswith(address) else wrong.append(request.url))
    page.goto(address)
    return page, wrong


def column(page: Page, name: str) -> list[str]:
    """A value of every row that is shown, in order."""
    script = f"rows => rows.filter(row => !row.hidden).map(row => row.dataset.{name})"
    return list(page.eval_on_selector_all("#table tbody tr", script))


def sorting(page: Page) -> None:
    """A heading sorts, and sorts back; the arrow says how."""
    page.click('[data-sort="count"]')
    counts = [int(each) for each in column(page, "count")]
    assert counts == sorted(counts, reverse=True), counts
    assert page.get_attribute('th:has([data-sort="count"])', "aria-sort") == "descending"
    page.click('[data-sort="count"]')
    counts = [int(each) for each in column(page, "count")]
    assert counts == sorted(counts), counts
    page.click('[data-sort="title"]')
    titles = [each.lower() for each in column(page, "title")]
    assert titles[0].startswith("httpx") or titles[0].startswith("integrity"), titles
    page.click('[data-sort="nr"]')
    assert column(page, "nr") == [str(n) for n in range(1, len(counts) + 1)]


def filtering(page: Page) -> None:
    """Words and chips hide rows and panels, and say how many are left."""
    total = len(column(page, "nr"))
    page.keyboard.press("/")
    page.keyboard.type("pool orders.py")
    assert column(page, "title")[0].startswith("SQLAlchemy: connection pool") and len(column(page, "nr")) == 1
    assert page.inner_text("#shown") == f"1 of {total} shown, 12 events"
    assert page.locator(".panel:visible").count() == 1
    page.keyboard.press("Escape")
    assert len(column(page, "nr")) == total and page.inner_text("#shown") == ""
    new = column(page, "label").count("NEW")
    page.click('.chip[data-label="NEW"]')
    assert new and "NEW" not in column(page, "label") and len(column(page, "nr")) == total - new
    page.click('.chip[data-label="NEW"]')
    assert len(column(page, "nr")) == total


def opening(page: Page) -> None:
    """A row's link opens its panel, by mouse and by keys; all open and close."""
    assert not page.evaluate("document.querySelector('#i4').open")
    page.click('tr[data-nr="4"] .title a')
    page.wait_for_function("document.querySelector('#i4').open")
    assert page.locator("#i4 .copy", has_text="pip install").is_visible()
    page.click('.all[data-open=""]')
    assert page.locator(".panel[open]").count() == 0
    page.locator("body").press("j")
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    page.wait_for_function("document.querySelector('#i2').open")
    page.click('.all[data-open="true"]')
    assert page.locator(".panel:not([open])").count() == 0


def theme(page: Page) -> None:
    """The button and its key turn the colours over."""
    colour = "getComputedStyle(document.body).backgroundColor"
    before = page.evaluate(colour)
    page.click("#theme")
    assert page.evaluate(colour) != before
    page.locator("body").press("t")
    assert page.evaluate(colour) == before


def timeline(page: Page) -> None:
    """A column tells what is in it."""
    page.locator(".timeline g").first.hover()
    assert "to" in page.inner_text("#said") and "uvicorn" in page.inner_text("#said")


def hostile(browser: Browser, folder: Path) -> None:
    """A page full of hostile text runs nothing, asks for nothing, and is no wider than a phone."""
    sys.path.insert(0, str(ROOT / "tests"))
    from test_report_formats import HOSTILE

    from logscan.renderers import RENDERERS, View

    place = folder / "hostile.html"
    place.write_text(RENDERERS["html"](HOSTILE, View()), encoding="utf-8")
    page, wrong = opened(browser, place.as_uri(), WIDTHS[0])
    page.on("dialog", lambda dialog: (wrong.append(dialog.message), dialog.dismiss())[1])
    page.click('.all[data-open="true"]')
    page.mouse.move(100, 300)
    page.wait_for_timeout(500)
    assert wrong == [], wrong
    assert page.evaluate("document.documentElement.scrollWidth") <= WIDTHS[0]
    print("hostile: fine")


def main() -> None:
    """Run everything; an assertion that fails ends with its traceback."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0] if __doc__ else "")
    parser.add_argument("--shots", type=Path, help="folder for pictures")
    shots: Path | None = parser.parse_args().shots
    with tempfile.TemporaryDirectory() as scratch, sync_playwright() as driver:
        address = report(Path(scratch))
        browser = driver.chromium.launch(executable_path=os.environ.get("CHROMIUM", "/usr/bin/chromium"), args=OFFLINE)
        for check in (sorting, filtering, opening, theme, timeline):
            page, wrong = opened(browser, address)
            check(page)
            assert wrong == [], wrong
            print(f"{check.__name__}: fine")
        hostile(browser, Path(scratch))
        for width in WIDTHS:
            for name in ("light", "dark"):
                page, wrong = opened(browser, address, width, name)
                assert page.evaluate("document.documentElement.scrollWidth") <= width, f"{width}: wider than the window"
                assert wrong == [], wrong
                if shots is not None:
                    page.screenshot(path=shots / f"{width}-{name}.png", full_page=True)
        page, _ = opened(browser, address)
        if shots is not None:
            page.screenshot(
                path=shots / "page.png", clip={"x": 0, "y": 0, "width": 1280, "height": 1290}, full_page=True
            )
        assert len(page.pdf()) > 10_000
        browser.close()
    print(f"{len(WIDTHS)} widths, two themes, print: fine")


if __name__ == "__main__":
    main()
