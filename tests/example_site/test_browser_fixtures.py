"""The browser fixtures must be able to fail, or the browser tests that use them prove nothing."""

import pytest

from tests.browsing import watch


pytestmark = pytest.mark.browser

STRICT = "default-src 'self'; script-src 'self'; style-src 'self'"


@pytest.fixture
def show(page):
    """Return a function that shows HTML as a page of a site with a strict policy."""

    def render(body: str):
        html = f"<!doctype html><html lang='en'><title>Rent</title><main>{body}</main></html>"
        policy = {"Content-Security-Policy": STRICT, "Content-Type": "text/html"}
        page.route("http://site.test/", lambda route: route.fulfill(body=html, headers=policy))
        page.goto("http://site.test/")
        return page

    return render


def test_axe_reports_a_field_without_a_label_under_a_strict_policy(show, axe):
    failures = axe(show("<h1>Rent</h1><input name='amount'>"))

    assert [failure.split(":")[0] for failure in failures] == ["label"]


def test_axe_has_nothing_to_say_about_a_labelled_field(show, axe):
    labelled = "<h1>Rent</h1><label for='amount'>Amount</label><input id='amount'>"

    assert axe(show(labelled)) == []


def test_an_inline_script_under_a_strict_policy_is_a_problem(browser):
    problems: list[str] = []
    stranger = browser.new_page()
    watch(stranger, problems)
    html = "<!doctype html><script>window.ran = true</script>"
    policy = {"Content-Security-Policy": STRICT, "Content-Type": "text/html"}
    stranger.route("http://site.test/", lambda route: route.fulfill(body=html, headers=policy))

    stranger.goto("http://site.test/")

    assert len(problems) == 1
    stranger.close()
