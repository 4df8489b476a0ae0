"""Where in the admin a finding is put right. Rooms below don't know the addresses of screens."""

from typing import Any

from django.db.models import Model
from django.urls import reverse
from wagtail.models import AbstractPage

from ims_wagtail.access.models import StaffProfile
from ims_wagtail.checkout.requests.models import Application, RequestToPay
from ims_wagtail.funds.models import (
    Fund,
    MethodOfPayment,
    PaymentType,
    ReferenceRule,
    VatCode,
)
from ims_wagtail.imports.models import ImportType
from ims_wagtail.payments.models import Attempt, MerchantAccount


#: The screen of a row, and the list to look at when something is missing from it.
_ROWS: dict[type[Model], str] = {
    Fund: "ims_funds:edit",
    ImportType: "ims_import_types:inspect",
    MerchantAccount: "ims_merchant_accounts:inspect",
    PaymentType: "ims_payment_types:edit",
    ReferenceRule: "ims_reference_rules:edit",
    VatCode: "income_vat-codes_modeladmin_edit",
}
_LISTS: dict[type[Model], str] = {
    Application: "ims_applications:index",
    Attempt: "ims_attention:index",
    Fund: "ims_funds:index",
    MerchantAccount: "ims_merchant_accounts:index",
    MethodOfPayment: "income_methods-of-payment_modeladmin_index",
    RequestToPay: "ims_requests_to_pay:index",
    StaffProfile: "ims_access_review",
}


def address_of(about: Any) -> str:
    """Return the address of what a finding is about; nothing when no screen puts it right."""
    if isinstance(about, AbstractPage):
        return reverse("wagtailadmin_pages:edit", args=[about.pk])
    if isinstance(about, Model) and type(about) in _ROWS:
        return reverse(_ROWS[type(about)], args=[about.pk])
    if isinstance(about, type) and about in _LISTS:
        return reverse(_LISTS[about])
    return ""
