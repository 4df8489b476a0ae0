"""Take the pictures of the manual from a running demo: ``python tools/screenshots.py [PORT]``.

Pays for something on the way, so it is meant for a demo. Pictures go to docs/images, 1,000 pixels
wide and with few colours, so that the repository stays small.
"""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path
from typing import Any

from PIL import Image
from playwright.sync_api import ViewportSize, sync_playwright


ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from tools.browser import FLAGS, find_browser  # noqa: E402


IMAGES = ROOT / "docs" / "images"
PASSWORD = "anyborough-demo"  # noqa: S105 (printed in the manual)
WIDTH = 1000
RESIDENT = ViewportSize(width=WIDTH, height=960)
STAFF = ViewportSize(width=1500, height=1120)
COLOURS = 96


class Camera:
    """A browser page of the demo that can take its own picture."""

    def __init__(self, page: Any, site: str) -> None:
        self.page = page
        self.site = site

    def open(self, path: str) -> None:
        """Go to an address of the demo."""
        self.page.goto(self.site + path)

    def press(self, name: str) -> None:
        """Press the button of that name and wait for the next page."""
        self.page.get_by_role("button", name=name, exact=True).first.click()
        self.page.wait_for_load_state("networkidle")

    def take(self, name: str, *, whole: bool = False) -> None:
        """Save what the window shows, or the whole page."""
        self.page.evaluate("scrollTo(0, 0)")
        raw = self.page.screenshot(full_page=whole, animations="disabled")
        picture = Image.open(BytesIO(raw)).convert("RGB")
        height = picture.height * WIDTH // picture.width
        picture = picture.resize((WIDTH, height), Image.Resampling.LANCZOS).quantize(COLOURS)
        path = IMAGES / f"{name}.png"
        picture.save(path, optimize=True)
        print(f"{path.relative_to(ROOT)} ({path.stat().st_size // 1024} kB)")


def resident(camera: Camera) -> None:
    """Pay council tax and a library charge."""
    camera.open("/")
    camera.take("home")
    camera.open("/pay-for-it/council-tax/")
    camera.page.get_by_text("Where to find your reference").click()
    camera.page.wait_for_load_state("networkidle")
    camera.take("reference-help", whole=True)
    camera.open("/pay-for-it/council-tax/")
    camera.page.get_by_label("Council tax account number").fill("770001384")
    camera.page.get_by_label("Amount").fill("168")
    camera.take("payment-page")
    camera.page.get_by_label("Council tax account number").fill("770001348")
    camera.press("Continue")
    camera.take("wrong-reference")
    camera.page.get_by_label("Council tax account number").fill("770001384")
    camera.press("Continue")
    camera.open("/pay-for-it/building-control/")
    camera.page.get_by_label("Building control reference").fill("24/00312/FUL")
    camera.page.get_by_label("Amount").fill("228")
    camera.press("Continue")
    camera.take("basket")
    camera.press("Continue to pay")
    camera.page.get_by_label("Full name").fill("Catherine Hill")
    camera.page.get_by_label("Email address").fill("catherine.hill@example.com")
    camera.page.get_by_label("Address line 1").fill("14 Mill Lane")
    camera.page.get_by_label("Town or city").fill("Anyborough")
    camera.page.get_by_label("Postcode").fill("AY1 2DN")
    camera.press("Continue")
    camera.take("check-your-answers", whole=True)
    again = camera.page.get_by_label("Yes, I want to pay again")
    if again.count():
        # The demo's pictures have been taken today already.
        again.check()
    camera.press("Continue to payment")
    camera.page.get_by_label("Card number").fill("4242 4242 4242 4242")
    camera.take("sandbox")
    camera.page.locator("button[value=pay]").click()
    camera.page.wait_for_url("**/pay/result/**")
    camera.take("paid", whole=True)


def staff(camera: Camera) -> None:
    """Look at the staff side as the people whose work it is."""
    camera.page.set_viewport_size(STAFF)
    with logged_in(camera, "finance"):
        camera.open("/admin/income/")
        camera.take("dashboard", whole=True)
        camera.open("/admin/income/transactions/")
        camera.take("transactions")
        camera.page.locator("main table tbody a").first.click()
        camera.page.wait_for_load_state("networkidle")
        camera.take("posting", whole=True)
        camera.open("/admin/income/attention/")
        camera.take("needing-attention")
    with logged_in(camera, "manager"):
        camera.open("/admin/income/payment-types/")
        camera.take("payment-types")
    with logged_in(camera, "editor"):
        camera.open("/admin/pages/search/?q=pay+your+council+tax")
        camera.page.locator("main table .title-wrapper a").first.click()
        camera.page.wait_for_load_state("networkidle")
        camera.take("page-editor")


@contextmanager
def logged_in(camera: Camera, username: str) -> Iterator[None]:
    """Be one of the demo people for a while."""
    camera.page.context.clear_cookies()
    camera.open("/admin/login/")
    camera.page.get_by_label("Username").fill(username)
    camera.page.get_by_label("Password").fill(PASSWORD)
    camera.press("Sign in")
    yield
    camera.page.context.clear_cookies()


def main() -> int:
    """Take all pictures. Returns the exit code."""
    port = sys.argv[1] if len(sys.argv) > 1 else "8000"
    browser_path = find_browser()
    if browser_path is None:
        print("Chromium or Chrome was not found.", file=sys.stderr)
        return 1
    IMAGES.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=browser_path, args=list(FLAGS))
        context = browser.new_context(
            viewport=RESIDENT,
            locale="en-GB",
            timezone_id="Europe/London",
            reduced_motion="reduce",
        )
        context.set_default_timeout(10_000)
        camera = Camera(context.new_page(), f"http://127.0.0.1:{port}")
        resident(camera)
        staff(camera)
        browser.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
