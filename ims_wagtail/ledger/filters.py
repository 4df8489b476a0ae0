"""What the transaction list can be narrowed by."""

from functools import reduce
from operator import or_
from typing import Any

import django_filters
from django import forms
from django.contrib.auth import get_user_model
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from ims_wagtail.access.filters import (
    AmountFilter,
    AmountRangeFilter,
    DayRangeFilter,
    LondonDateRangeFilter,
    LondonMomentRangeFilter,
    ReferenceFilter,
    StaffFilterSet,
    fund_filter,
)
from ims_wagtail.access.policy import funds_for, scope_of
from ims_wagtail.funds.models import FundGroup, MethodOfPayment, Office, VatCode

from .accounting_days import counting_between
from .enums import TAKINGS_KINDS, PostingKind
from .finding import payers_known_by
from .lookups import check_long_enough, containing
from .models import PayerDetails, Transaction


#: The value of the kind filter that stands for all kinds by which money comes or goes.
TAKINGS = "takings"


def groups_in_scope(request: HttpRequest) -> QuerySet[FundGroup]:
    """Return the fund groups that hold a fund whose transactions the reader may see."""
    own = funds_for(request.user, "ims_ledger.view_transaction")
    # A subquery, never a join: a join would offer a group once for each of its funds.
    within = FundGroup.funds.through.objects.filter(fund__in=own.values("pk"))
    return FundGroup.objects.filter(pk__in=within.values("fundgroup")).order_by("name")


class TransactionFilterSet(StaffFilterSet):
    """Every filter is in the address, so that a list can be kept as a bookmark."""

    receipt_number = ReferenceFilter(label=_("Receipt number"))
    reference = ReferenceFilter(label=_("Transaction reference"))
    account_reference = ReferenceFilter(label=_("Account reference"))
    psp_reference = django_filters.CharFilter(
        label=_("PSP reference"), help_text=_("In full, capitals as they are")
    )
    narrative = django_filters.CharFilter(
        label=_("Narrative"),
        method="with_narrative",
        validators=[check_long_enough],
        help_text=_("Any part of it; * stands for anything between two parts"),
    )
    amount = AmountFilter(label=_("Amount"))
    amount_between = AmountRangeFilter(field_name="amount", label=_("Amount between"))
    entered_at = LondonDateRangeFilter(label=_("Date"))
    moment = LondonMomentRangeFilter(field_name="entered_at", label=_("Date and time"))
    accounting_date = DayRangeFilter(label=_("Accounting date"), method="counting_on")
    fund = fund_filter("ims_ledger.view_transaction")
    fund_group = django_filters.ModelChoiceFilter(
        label=_("Fund group"),
        queryset=groups_in_scope,
        empty_label=_("Any"),
        method="of_group",
    )
    method = django_filters.ModelChoiceFilter(
        label=_("Method of payment"),
        queryset=MethodOfPayment.objects.order_by("code"),
        empty_label=_("Any"),
    )
    kind = django_filters.ChoiceFilter(
        label=_("Kind"),
        choices=[(TAKINGS, _("Takings: money in and out")), *PostingKind.choices],
        empty_label=_("Any"),
        method="of_kind",
    )
    vat_code = django_filters.ModelChoiceFilter(
        label=_("VAT code"), queryset=VatCode.objects.order_by("code"), empty_label=_("Any")
    )
    office = django_filters.ModelChoiceFilter(
        field_name="posting__office",
        label=_("Office"),
        queryset=Office.objects.order_by("code"),
        empty_label=_("Any"),
    )
    entered_by = django_filters.CharFilter(
        label=_("Entered by"), method="by_person", help_text=_("Their user name in full")
    )
    payer = django_filters.CharFilter(
        label=_("Payer"),
        method="of_payer",
        help_text=_("Part of a name, or an e-mail or postcode in full"),
    )
    card = django_filters.CharFilter(
        label=_("Last four digits of the card"), max_length=4, method="with_card"
    )
    corrected = django_filters.ChoiceFilter(
        label=_("Refunded, moved or reversed"),
        choices=[("yes", _("Yes, all or part")), ("no", _("No"))],
        empty_label=_("Any"),
        method="that_was_corrected",
        widget=forms.Select,
    )
    source = django_filters.CharFilter(
        field_name="posting__source", label=_("Source"), help_text=_("In full, such as attempt:91")
    )

    class Meta:
        model = Transaction
        fields: list[str] = []

    def counting_on(self, rows: QuerySet[Any], name: str, value: slice | None) -> QuerySet[Any]:
        """Keep what counts on the days, which for closed months is later than the money moved."""
        return rows.filter(counting_between(value.start, value.stop)) if value else rows

    def of_group(self, rows: QuerySet[Any], name: str, value: FundGroup | None) -> QuerySet[Any]:
        """Keep the funds of a group; which of them the reader sees is settled elsewhere."""
        if value is None:
            return rows
        # Their keys, not a subquery: the planner then knows how many lines they have.
        return rows.filter(fund__in=list(value.funds.values_list("pk", flat=True)))

    def of_kind(self, rows: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        """Keep one kind, or everything that a day's takings count."""
        kinds = TAKINGS_KINDS if value == TAKINGS else (value,)
        return rows.filter(posting__kind__in=kinds)

    def with_narrative(self, rows: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        """Keep lines whose narrative holds what was typed, ``*`` standing for anything."""
        return rows.filter(containing("narrative", value.strip()))

    def by_person(self, rows: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        """Keep what one person entered."""
        people = get_user_model()._default_manager.filter(username__iexact=value.strip())
        return rows.filter(posting__entered_by__in=list(people.values_list("pk", flat=True)))

    def of_payer(self, rows: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        """Keep a payer's lines; nothing where the reader may not know payers."""
        known = payers_known_by(value.strip())
        return self._paid_by(rows, reduce(or_, known)) if known else rows.none()

    def with_card(self, rows: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        """Keep what was paid by a card with these last digits."""
        return self._paid_by(rows, Q(card_last_four=value.strip()))

    def that_was_corrected(self, rows: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        """Keep lines of which something was refunded, moved or reversed; or the others."""
        corrections = Exists(Transaction.objects.filter(corrects=OuterRef("pk")))
        return rows.filter(corrections if value == "yes" else ~corrections)

    def _paid_by(self, rows: QuerySet[Any], payers: Q) -> QuerySet[Any]:
        scope = scope_of(self._request().user, "ims_ledger.view_payerdetails")
        if not scope.every:
            rows = rows.filter(fund__in=scope.fund_ids)
        return rows.filter(posting__in=PayerDetails.objects.filter(payers).values("posting"))

    def _request(self) -> HttpRequest:
        if self.request is None:
            raise ValueError("these filters need the request, to know who reads")
        return self.request
