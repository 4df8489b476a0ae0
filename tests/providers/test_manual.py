"""The manual says of each provider what it can, and of Smartpay Fuse and Stripe what they mean."""

from pathlib import Path

from ims_wagtail.payments.providers.contract import Can
from ims_wagtail.payments.providers.registry import PROVIDERS, provider_class
from ims_wagtail.payments.providers.smartpay_fuse.keys import EXTRA
from ims_wagtail.payments.providers.smartpay_fuse.replies import OF_A_TRANSACTION, REQUIRED
from ims_wagtail.payments.providers.stripe_checkout.observations import (
    DISPUTE_STATES,
    INTENT_STATES,
    REFUND_STATES,
)


DOCS = Path(__file__).resolve().parent.parent.parent / "docs"
PAGE = (DOCS / "reference" / "providers.md").read_text("utf-8")
HEADINGS = {
    "Refunds": Can.REFUND,
    "Telephone": Can.TELEPHONE,
    "Reserve first": Can.DELAYED_CAPTURE,
    "Daily comparison": Can.LIST,
    "Disputes": Can.DISPUTES,
}


def rows(heading):
    """Return the rows of the first table with a heading, as dicts."""
    lines = [line.strip("| ").split(" | ") for line in PAGE.splitlines() if line.startswith("|")]
    start = next(number for number, cells in enumerate(lines) if heading in cells)
    found = []
    for cells in lines[start + 2 :]:
        if len(cells) != len(lines[start]):
            break
        found.append(dict(zip(lines[start], cells, strict=True)))
    return found


def section(title):
    """Return the text under a heading of the second level."""
    return PAGE.split(f"\n## {title}\n")[1].split("\n## ")[0]


def test_the_table_says_what_each_provider_can():
    said = {row["Named"].strip("`"): row for row in rows("Named")}
    assert said.keys() == PROVIDERS.keys()
    assert set(HEADINGS.values()) == set(Can)
    for key, row in said.items():
        told = {what for heading, what in HEADINGS.items() if row[heading] == "yes"}
        assert told == provider_class(key).can, key
        assert {row[heading] for heading in HEADINGS} <= {"yes", "no"}


def test_every_part_of_smartpay_fuse_s_credential_is_named():
    for page in (section("Smartpay Fuse"), (DOCS / "how-to/connect-smartpay-fuse.md").read_text()):
        for name in EXTRA:
            assert f'"{name}"' in page


def test_the_fields_that_make_a_reply_are_named():
    for name in REQUIRED | {OF_A_TRANSACTION}:
        assert f"`{name}`" in section("Smartpay Fuse")


def test_every_word_of_stripe_is_explained():
    for word in (*INTENT_STATES, *REFUND_STATES, *DISPUTE_STATES):
        assert f"`{word}`" in section("Stripe Checkout")
