"""What every test may ask for: a clean database, a browser, a live site, an accessibility check."""

import gc
import os
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.cache import cache
from django.test import TransactionTestCase
from django.utils import translation
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings
from playwright.sync_api import Locator, sync_playwright

from tests.auditing import watched_changes
from tests.baseline import keep_baseline, restore_baseline
from tests.browsing import arriving, watch
from tools.browser import FLAGS, find_browser


ROOT = Path(__file__).resolve().parent.parent
AXE = ROOT / "node_modules" / "axe-core" / "axe.min.js"
AXE_TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]

# What is left out is taken out meanwhile: axe would go through it all the same.
_RUN_AXE = """async ([tags, besides]) => {
    const back = [...document.querySelectorAll(besides)].map((part) => {
        const place = document.createComment("");
        part.replaceWith(place);
        return () => place.replaceWith(part);
    });
    try {
        return await axe.run(document, {
            runOnly: {type: "tag", values: tags}, resultTypes: ["violations"],
        });
    } finally {
        back.forEach((put) => put());
    }
}"""

# Playwright keeps an event loop in the thread of the tests, where Django would refuse the database.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"

# How fast examples come says how busy the machine is, not whether the code is right. The same code
# gets the same verdict; IMS_EXAMPLES=2000 looks for examples that nobody has tried yet.
hypothesis_settings.register_profile(
    "ims",
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
    derandomize="IMS_EXAMPLES" not in os.environ,
)
hypothesis_settings.load_profile("ims")


def pytest_collection_finish() -> None:
    """Look for rubbish seldom, and never among what is loaded now: it took a tenth of the time."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: object) -> None:
    """Copy the fresh database aside, and put that back after tests that commit; never flush."""
    with django_db_blocker.unblock():
        keep_baseline()
    TransactionTestCase._fixture_teardown = lambda self: restore_baseline()


@pytest.fixture(autouse=True)
def _empty_cache() -> Iterator[None]:
    """Forget the site roots and page addresses that Wagtail remembers between requests."""
    cache.clear()
    yield
    cache.clear()


@pytest.fixture(autouse=True)
def _own_language() -> Iterator[None]:
    """Forget the language of the last request: it stays active in the thread that answered."""
    yield
    translation.deactivate()


@pytest.fixture
def days_go_on(request: pytest.FixtureRequest) -> Iterator[None]:
    """Let ``TODAY`` and ``TOMORROW`` of a module be so when the tests run past midnight."""
    from ims_wagtail.clock import accounting_date

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(request.module, "TODAY", accounting_date())
        patch.setattr(request.module, "TOMORROW", accounting_date() + timedelta(days=1))
        yield


@pytest.fixture(autouse=True)
def _staff_changes_leave_a_trace(request: pytest.FixtureRequest) -> Iterator[None]:
    """Fail a test that changes something through a staff screen without an audit entry.

    What is saved as it was is written once more, and no change: ``saves_as_it_was`` says so.
    """
    with watched_changes() as silent:
        yield
    if request.node.get_closest_marker("saves_as_it_was") is None:
        assert not silent, "\n".join(silent)


@pytest.fixture(scope="session")
def browser() -> Iterator[object]:
    """Return the machine's Chromium, started once for all browser tests of a process."""
    path = find_browser()
    if path is None:
        pytest.fail("No Chromium found: run 'make test', or set IMS_BROWSER to its path.")
    with pytest.MonkeyPatch.context() as patch, sync_playwright() as playwright:
        for name in ("click", "press"):
            patch.setattr(Locator, name, arriving(getattr(Locator, name)))
        chromium = playwright.chromium.launch(executable_path=path, args=list(FLAGS))
        yield chromium
        chromium.close()


@pytest.fixture
def new_page(browser) -> Iterator[Callable]:
    """Return a function that opens a page in a context of its own, such as a phone's.

    ``new_page(java_script_enabled=False, viewport={"width": 320, "height": 640})``. The test fails
    when any of its pages threw a script error or broke its own content security policy.
    """
    contexts = []
    problems = []

    def open_page(**options):
        settings = {
            "locale": "en-GB",
            "timezone_id": "Europe/London",
            "viewport": {"width": 1280, "height": 900},
            **options,
        }
        context = browser.new_context(**settings)
        context.set_default_timeout(30_000)
        contexts.append(context)
        page = context.new_page()
        watch(page, problems)
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert not problems, "\n".join(problems)


@pytest.fixture
def page(new_page):
    """Return a page of a desktop browser with JavaScript."""
    return new_page()


@pytest.fixture
def live_site(live_server, settings) -> str:
    """Return the address of the example site, served by threads that see what the test commits.

    Static files are served from the apps. The Wagtail site and the addresses given to payment
    providers are those of the live server.
    """
    from wagtail.models import Site

    host, port = live_server.url.removeprefix("http://").split(":")
    Site.objects.filter(is_default_site=True).update(hostname=host, port=int(port))
    settings.WAGTAILADMIN_BASE_URL = live_server.url
    settings.IMS = {**settings.IMS, "BASE_URL": live_server.url}
    return live_server.url


@pytest.fixture
def rubbish_goes_at_once() -> Iterator[None]:
    """Let tests that measure memory find only what is still in use."""
    usual = gc.get_threshold()
    gc.set_threshold(500, 5, 5)
    yield
    gc.set_threshold(*usual)


@pytest.fixture
def axe() -> Callable[..., list[str]]:
    """Return a function that lists the WCAG 2.2 A and AA failures of a page, one line each.

    ``axe(page, besides=("#sidebar",))`` leaves parts out that were looked at on another page.
    """
    if not AXE.exists():
        pytest.fail("axe-core is not installed: run 'make test'.")
    source = AXE.read_text(encoding="utf-8")

    def check(page, besides: tuple[str, ...] = ()) -> list[str]:
        # Straight through the debugger: a script element would break the page's own policy.
        debugger = page.context.new_cdp_session(page)
        debugger.send("Runtime.evaluate", {"expression": source})
        debugger.detach()
        result = page.evaluate(
            _RUN_AXE,
            [AXE_TAGS, ", ".join(besides) or ":not(*)"],
        )
        return [
            f"{violation['id']}: {violation['help']}: {node['html']} {node['failureSummary']}"
            for violation in result["violations"]
            for node in violation["nodes"]
        ]

    return check
