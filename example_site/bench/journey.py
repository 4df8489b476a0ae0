"""A resident's whole journey, from the payment page to the result, step by step."""

import itertools
from collections.abc import Iterator

from .browser import Browser, Page, UnexpectedPage


PAYMENT_PAGE = "/pay-for-it/parking-fine/"
CARD = "4242 4242 4242 4242"
_numbers = itertools.count(1_000_000)


def next_reference() -> str:
    """Return a parking fine's number with its check character, a new one each time.

    The rule is the demo's: weights 9 to 1 after the letters count as 05, modulo 11, 10 as A.
    """
    digits = f"{next(_numbers):07d}"
    weighed = sum(
        int(digit) * weight
        for digit, weight in zip(f"05{digits}", (9, 8, 7, 6, 5, 4, 3, 2, 1), strict=True)
    )
    return f"BJ{digits}{'0123456789A'[weighed % 11]}"


def pay(browser: Browser) -> Iterator[tuple[str, Page]]:
    """Pay a fine of £35, yielding each step with its answer; raises ``UnexpectedPage``."""
    browser.cookies.pop("ims_basket", None)  # another resident
    page = browser.get(PAYMENT_PAGE)
    yield "payment page", page
    page = browser.post(PAYMENT_PAGE, page, reference=next_reference(), amount="35.00")
    yield "add to basket", page
    page = browser.get(_leads_to(page, "/pay/basket/"))
    yield "basket", page
    page = browser.get("/pay/details/")
    yield "details", page
    page = browser.post("/pay/details/", page, email="resident@example.org")
    yield "give details", page
    page = browser.get(_leads_to(page, "/pay/check/"))
    yield "check answers", page
    page = browser.post("/pay/start/", page)
    yield "pay now", page
    card_page = _leads_to(page, "/sandbox/pay/")
    page = browser.get(card_page)
    yield "provider: card page", page
    page = browser.post(card_page, page, card_number=CARD)
    yield "provider: pay", page
    page = browser.get(_leads_to(page, "/pay/return/"))
    yield "return", page
    page = browser.get(_leads_to(page, "/pay/result/"))
    if "Payment complete" not in page.text:
        raise UnexpectedPage("the payment was not complete")
    yield "result", page


def _leads_to(page: Page, start: str) -> str:
    if not page.location.startswith(start):
        raise UnexpectedPage(f"expected a way to {start}, got {page.status} {page.location}")
    return page.location
