"""What the browser tests do with a page besides looking at it."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from playwright.sync_api import Locator


def watch(page, problems: list[str]) -> None:
    """Add every script error and every breach of the content security policy to ``problems``."""

    def heard(message) -> None:
        if "Content Security Policy" in message.text:
            problems.append(f"{page.url}: {message.text}")

    page.on("console", heard)
    page.on("pageerror", lambda error: problems.append(f"{page.url}: {error}"))


def arriving(act: Callable[..., None]) -> Callable[..., None]:
    """Return ``act``, done only when the page it leads to has loaded.

    Playwright's own click ends at the first byte of the next page. What is read from it then, a
    width or a count, comes from half a page or from none, depending on how busy the machine is.
    """

    @wraps(act)
    def acted(locator: Locator, *args: Any, **kwargs: Any) -> None:
        act(locator, *args, **kwargs)
        locator.page.wait_for_load_state()

    return acted
