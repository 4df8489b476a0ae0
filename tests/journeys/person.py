"""Somebody at a browser, who finds everything by what it is called and looks at every page."""

import re
from contextlib import contextmanager
from typing import Any

from playwright.sync_api import expect

from .ways import DESKTOP, Way


#: More stops than any page of ours has.
_MOST_TABS = 80

_LOOK = """() => {
    const page = document.scrollingElement;
    const levels = [...document.querySelectorAll("h1, h2, h3, h4, h5, h6")]
        .filter((heading) => heading.checkVisibility())
        .map((heading) => Number(heading.tagName[1]));
    const errors = document.querySelectorAll(".govuk-error-summary, .summary[role=alert]");
    return {
        levels,
        title: document.title,
        lang: document.documentElement.lang,
        tooWide: page.scrollWidth - page.clientWidth,
        isError: errors.length > 0,
        twice: [...document.querySelectorAll("[id]")].map((element) => element.id)
            .filter((id, place, ids) => ids.indexOf(id) !== place),
    };
}"""


class Person:
    """One person in one browser. Each page they come to must be well made."""

    def __init__(self, page: Any, *, site: str, way: Way = DESKTOP, lang: str = "en-gb") -> None:
        self.page = page
        self.site = site
        self.way = way
        self.lang = lang

    # Coming to pages

    def open(self, path: str) -> None:
        """Type an address of the site."""
        self.page.goto(self.site + path)

    def sees(self, heading: str) -> None:
        """Check that the page has this heading, and that it is a well-made page."""
        expect(self.page.get_by_role("heading", level=1)).to_have_text(
            re.compile(rf"^\s*{re.escape(heading)}\s*$")
        )
        found = self.page.evaluate(_LOOK)
        where = f"{heading} ({self.page.url}, {self.way.name})"
        levels = found["levels"]
        assert found["tooWide"] <= 0, f"{where} scrolls sideways by {found['tooWide']} pixels"
        assert levels.count(1) == 1, f"{where}: {levels}"
        assert all(b <= a + 1 for a, b in zip(levels, levels[1:], strict=False)), (where, levels)
        assert found["lang"] == self.lang, where
        assert found["title"].startswith("Error: ") == found["isError"], (where, found["title"])
        assert re.search(r"\S – (Anyborough Council|Sandbox Pay)$", found["title"]), where
        assert found["twice"] == [], where

    @property
    def text(self) -> str:
        """What stands on the page itself, on one line."""
        return " ".join(self.page.locator("main").inner_text().split())

    @property
    def errors(self) -> list[str]:
        """What the error summary says."""
        return self.page.locator(".govuk-error-summary__list li").all_inner_texts()

    @property
    def facts(self) -> list[tuple[str, str]]:
        """Everything in the page's summary lists."""
        rows = self.page.locator(".govuk-summary-list__row")
        return [
            (
                row.locator("dt").inner_text().strip(),
                " ".join(row.locator("dd").first.inner_text().split()),
            )
            for row in rows.all()
        ]

    @property
    def notices(self) -> list[str]:
        """What the notification banners say."""
        banners = self.page.locator(".govuk-notification-banner__content")
        return [" ".join(words.split()) for words in banners.all_inner_texts()]

    @property
    def fact(self) -> dict[str, str]:
        """The summary lists by their keys."""
        return dict(self.facts)

    # Using what is on them

    def type(self, label: str, text: str) -> None:
        """Put text into a field, in place of what is there."""
        control = self.page.get_by_label(label, exact=True)
        if self.way.keyboard:
            self._reach(control)
            self.page.keyboard.press("Control+A")
            self.page.keyboard.type(text)
            if not text:
                self.page.keyboard.press("Delete")
        else:
            control.fill(text)

    def choose(self, label: str) -> None:
        """Tick a box, or choose one of several answers."""
        control = self.page.get_by_label(label, exact=True)
        if not self.way.keyboard:
            control.check()
        elif control.get_attribute("type") == "radio":
            self._reach(control, by_arrows=control.get_attribute("name"))
            self.page.keyboard.press("Space")
        else:
            self._reach(control)
            self.page.keyboard.press("Space")
        expect(control).to_be_checked()

    def press(self, name: str, *, about: str = "") -> None:
        """Press the button of this name (and hidden words ``about`` it); wait for the next page."""
        self._go(self.page.get_by_role("button", name=_named(name, about)), "Enter")

    def follow(self, name: str, *, about: str = "") -> None:
        """Follow the link of this name (and hidden words ``about`` it)."""
        self._go(self.page.get_by_role("link", name=_named(name, about)), "Enter")

    def follow_error(self, message: str) -> None:
        """Follow a line of the error summary, which must lead to the control it is about."""
        line = self.page.locator(".govuk-error-summary__list").get_by_role(
            "link", name=message, exact=True
        )
        target = self.page.locator(str(line.get_attribute("href")))
        if self.way.keyboard:
            self._reach(line)
            self.page.keyboard.press("Enter")
        else:
            line.click()
        expect(target).to_be_focused()
        expect(target).to_be_in_viewport()
        described = target.evaluate(
            "control => [control, control.closest('fieldset')]"
            ".map((element) => element?.getAttribute('aria-describedby') ?? '').join(' ')"
        )
        words = [self.page.locator(f"#{part}").inner_text() for part in described.split()]
        assert any(message in said for said in words), (message, words)

    def go_back(self) -> None:
        """Press the browser's own back button."""
        self.page.go_back(wait_until="load")

    def tab(self, *, backwards: bool = False) -> str:
        """Go to the next stop, which must be visible; return what it is called."""
        self.page.keyboard.press("Shift+Tab" if backwards else "Tab")
        focused = self.page.locator(":focus")
        self._check_focus_is_visible(focused)
        return " ".join((focused.get_attribute("id") or focused.inner_text()).split())

    def _go(self, target: Any, key: str) -> None:
        if self.way.keyboard:
            self._reach(target)
            with self._next_page():
                self.page.keyboard.press(key)
        else:
            with self._next_page():
                target.click()

    @contextmanager
    def _next_page(self):
        with self.page.expect_navigation(wait_until="load"):
            yield

    def _reach(self, target: Any, *, by_arrows: str | None = None) -> None:
        """Tab to something; within a group of radio buttons of this name, by arrows."""
        wanted = target.element_handle()
        for _stop in range(_MOST_TABS):
            if wanted.evaluate("element => element === document.activeElement"):
                self._check_focus_is_visible(target)
                return
            in_group = by_arrows and self.page.evaluate("document.activeElement.name") == by_arrows
            self.page.keyboard.press("ArrowDown" if in_group else "Tab")
        raise AssertionError(f"{target} can't be reached by keyboard on {self.page.url}")

    def _check_focus_is_visible(self, focused: Any) -> None:
        """The surroundings of a control look different when the focus leaves it."""
        box = focused.bounding_box()
        assert box, f"the focus on {self.page.url} is on something that is not shown: {focused}"
        edge = 6
        size = self.page.viewport_size
        left, top = max(box["x"] - edge, 0), max(box["y"] - edge, 0)
        clip = {
            "x": left,
            "y": top,
            "width": min(box["x"] + box["width"] + edge, size["width"]) - left,
            "height": min(box["y"] + box["height"] + edge, size["height"]) - top,
        }
        assert clip["width"] > 0 and clip["height"] > 0, f"{focused} has the focus out of sight"
        with_focus = self.page.screenshot(clip=clip)
        control = focused.element_handle()
        control.evaluate("element => element.blur()")
        without = self.page.screenshot(clip=clip)
        control.evaluate("element => element.focus()")
        assert with_focus != without, f"the focus can't be seen on {focused} of {self.page.url}"


def _named(name: str, about: str) -> re.Pattern[str]:
    words = [part for part in (name, about) if part]
    return re.compile(r"^\s*" + r"\s+".join(map(re.escape, words)) + r"\s*$")
