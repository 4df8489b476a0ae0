"""What editors do to a page with payments disturbs nobody, and loses nothing."""

import pytest
from django.urls import reverse
from wagtail.models import Locale

from ims_wagtail.access.models import AuditEntry
from ims_wagtail.pages.models import PaymentPage
from ims_wagtail.payments.models import OrderLine
from ims_wagtail.payments.providers.sandbox import remote
from ims_wagtail.payments.providers.sandbox.cards import BY_NUMBER
from tests.checkout.resident import Resident
from tests.factories import make_suspense_fund
from tests.pages.making import make_editor, make_index, make_page, parsed, signed_in, words
from tests.pages.test_editing import _filled_in


# A provider is never called inside a transaction.
pytestmark = pytest.mark.django_db(transaction=True)

SUCCESS = BY_NUMBER["4242424242424242"]
GIVEN = {"reference": "301122331", "amount": "45.50"}


@pytest.fixture
def page(home, council_tax):
    """A published page, as its editor left it."""
    make_suspense_fund()
    page = make_page(
        home,
        payment_type=council_tax,
        reference_help="<p>On your bill.</p>",
        confirmation="<p>Allow two days.</p>",
    )
    page.save_revision().publish()
    return page


@pytest.fixture
def paid(page):
    """Somebody has paid on it; where their receipt is."""
    resident = Resident()
    resident.fill_in(resident.visit(page.url), **GIVEN)
    result = resident.pay(SUCCESS)
    assert "Payment complete" in result.text
    return resident, result.link("View, print or save")


def copy(admin, page, index):
    return admin.post(
        reverse("wagtailadmin_pages:copy", args=[page.pk]),
        {
            "new_title": "Another",
            "new_slug": "another",
            "new_parent_page": str(page.get_parent().pk),
            "publish_copies": "on",
        },
    )


def move(admin, page, index):
    return admin.post(reverse("wagtailadmin_pages:move_confirm", args=[page.pk, index.pk]))


def alias(admin, page, index):
    page.create_alias(parent=index, update_slug="same")
    return admin.get(reverse("wagtailadmin_explore", args=[index.pk]))


def translate(admin, page, index):
    welsh, _made = Locale.objects.get_or_create(language_code="cy")
    page.get_parent().copy_for_translation(welsh)
    page.copy_for_translation(welsh)
    return admin.get(reverse("wagtailadmin_pages:edit", args=[page.get_translation(welsh).pk]))


def unpublish(admin, page, index):
    return admin.post(reverse("wagtailadmin_pages:unpublish", args=[page.pk]))


def delete(admin, page, index):
    return admin.post(reverse("wagtailadmin_pages:delete", args=[page.pk]))


def revert(admin, page, index):
    first = page.get_latest_revision()
    page.title = "Another name"
    page.save_revision().publish()
    shown = admin.get(reverse("wagtailadmin_pages:revisions_revert", args=[page.pk, first.pk]))
    assert "previous version" in words(shown)
    filled_in = _filled_in(payment_type=page.payment_type_id, revision=first.pk)
    return admin.post(
        reverse("wagtailadmin_pages:edit", args=[page.pk]),
        filled_in | {"action-publish": "action-publish"},
    )


def test_a_page_with_payments_may_be_treated_like_any_other(admin_client, home, page, paid):
    index = make_index(home)
    resident, receipt = paid

    # One after the other, as in the life of a page.
    for do in (copy, alias, translate, revert, move, unpublish, delete):
        answer = do(admin_client, PaymentPage.objects.get(pk=page.pk), index)

        assert answer.status_code in (200, 302), (do.__name__, words(answer))
        assert "£45.50" in resident.visit(receipt).text
        line = OrderLine.objects.get()
        assert (line.page_id, line.page_title) == (page.pk, "Pay your council tax")
        order = admin_client.get(reverse("ims_orders:inspect", args=[line.order_id]))
        assert "Pay your council tax" in words(order)
        for address in ("wagtailadmin_explore_root", "wagtailadmin_home"):
            assert admin_client.get(reverse(address)).status_code == 200
    assert admin_client.get("/admin/income/reports/page-conversion/").status_code == 200
    # What was made from it begins without payments of its own, and is still there.
    assert {"another", "same"} <= set(PaymentPage.objects.values_list("slug", flat=True))


@pytest.mark.parametrize("do", [unpublish, delete])
def test_who_is_paying_pays_to_the_end(admin_client, home, page, do):
    resident = Resident()
    resident.fill_in(resident.visit(page.url), **GIVEN)
    at_the_provider = Resident()
    at_the_provider.fill_in(at_the_provider.visit(page.url), **GIVEN | {"reference": "123456780"})
    payment = at_the_provider.begin_payment()

    do(admin_client, page, make_index(home))

    assert "£45.50" in resident.visit("/pay/basket/").text
    result = resident.pay(SUCCESS)
    assert "Payment complete" in result.text
    assert "Allow two days." in result.text
    assert remote.use_card(payment=payment, card=SUCCESS)
    assert "Payment complete" in at_the_provider.come_back(payment).text


def test_an_archived_page_leaves_the_lists_and_keeps_its_payments(admin_client, home, page, paid):
    resident, receipt = paid
    where = reverse("ims_archived_pages")
    lists = [
        reverse("wagtailadmin_explore", args=[home.pk]),
        reverse("wagtailadmin_pages:type_use", args=["ims_pages", "paymentpage"]),
    ]
    edit = reverse("wagtailadmin_pages:edit", args=[page.pk])
    assert parsed(admin_client.get(edit)).find("a", href=f"{where}?page={page.pk}")
    assert "brought back" in words(admin_client.get(f"{where}?page={page.pk}"))

    admin_client.post(where, {"do": "archive", "page": page.pk})

    assert not PaymentPage.objects.get(pk=page.pk).live
    assert resident.visit(page.url).status == 404
    assert all(page.title not in listed(admin_client.get(address)) for address in lists)
    assert "£45.50" in resident.visit(receipt).text
    assert OrderLine.objects.get().page_title == page.title

    assert page.title in words(admin_client.get(where))
    admin_client.post(where, {"do": "bring_back", "page": page.pk})
    assert all(page.title in listed(admin_client.get(address)) for address in lists)
    actions = AuditEntry.objects.order_by("pk").values_list("action", flat=True)
    assert list(actions)[-2:] == ["archive page", "bring back page"]

    admin_client.post(where, {"do": "archive", "page": page.pk})
    page.save_revision().publish()
    assert resident.visit(page.url).status == 200
    assert page.title in listed(admin_client.get(lists[0]))


def test_only_who_may_unpublish_a_page_archives_it(home, page):
    writer = signed_in(make_editor(fund=page.payment_type.fund, on=home, publish=False))

    writer.post(reverse("ims_archived_pages"), {"do": "archive", "page": page.pk})

    assert PaymentPage.objects.get(pk=page.pk).live


def listed(response):
    """What stands in Wagtail's list."""
    table = parsed(response).select_one("table.listing")
    return table.get_text() if table else ""
