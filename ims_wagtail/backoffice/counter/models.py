"""Cashier sessions, what was received in them and how, and what of it was taken back.

Triggers keep what is here as it was written: a session that is closed is final.
"""

from decimal import Decimal

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from ims_wagtail.funds.models import MethodOfPayment, Office
from ims_wagtail.ledger.models import Posting
from ims_wagtail.money import ZERO
from ims_wagtail.payments.models import Order

from .denominations import DENOMINATIONS


class CashierSession(models.Model):
    """A person's time at the till of an office, from the float to the cash-up."""

    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("cashier")
    )
    office = models.ForeignKey(Office, models.PROTECT, related_name="+", verbose_name=_("office"))
    opened_at = models.DateTimeField(_("opened"), db_default=Now())
    opening_float = models.DecimalField(_("float"), max_digits=12, decimal_places=2)
    closed_at = models.DateTimeField(_("closed"), null=True)
    #: The cashier, or a supervisor who counted for them and says why.
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("closed by"),
    )
    close_reason = models.CharField(
        _("why somebody else closed it"), max_length=150, blank=True, default=""
    )
    confirmed_at = models.DateTimeField(_("confirmed"), null=True)
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("confirmed by"),
    )

    class Meta:
        verbose_name = _("cashier session")
        verbose_name_plural = _("cashier sessions")
        default_permissions = ("view",)
        permissions = [
            ("take_at_counter", "Can take cash, cheques and postal orders"),
            ("close_cashiersession", "Can close the session of somebody else"),
            ("confirm_cashiersession", "Can confirm the cash-up of somebody else"),
            ("return_cheque", "Can record that a bank returned a cheque"),
            ("void_receipt", "Can void what somebody else took at the counter or by post"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["person", "office"],
                condition=Q(closed_at__isnull=True),
                name="ims_one_open_session_a_person_and_office",
            ),
            models.CheckConstraint(
                condition=Q(opening_float__gte=0), name="ims_session_float_is_not_negative"
            ),
            models.CheckConstraint(
                condition=Q(closed_at__isnull=True) | Q(closed_at__gte=F("opened_at")),
                name="ims_session_is_closed_after_it_is_opened",
            ),
            models.CheckConstraint(
                condition=Q(confirmed_at__isnull=True, confirmed_by__isnull=True)
                | (
                    Q(confirmed_at__isnull=False, closed_at__isnull=False)
                    & Q(confirmed_by__isnull=False)
                    & ~Q(confirmed_by=F("person"))
                    & ~Q(confirmed_by=F("closed_by"))
                ),
                name="ims_session_is_confirmed_by_somebody_else",
            ),
            models.CheckConstraint(
                condition=Q(closed_at__isnull=True, closed_by__isnull=True, close_reason="")
                | Q(closed_at__isnull=False, closed_by=F("person"), close_reason="")
                | (
                    Q(closed_at__isnull=False, closed_by__isnull=False)
                    & ~Q(closed_by=F("person"))
                    & ~Q(close_reason="")
                ),
                name="ims_session_says_who_closed_it_and_why",
            ),
        ]

    def __str__(self) -> str:
        return f"session {self.pk}"


class SessionTotal(models.Model):
    """What a cashier declared of one method when they cashed up, and what the book said then."""

    session = models.ForeignKey(CashierSession, models.PROTECT, related_name="totals")
    method = models.ForeignKey(MethodOfPayment, models.PROTECT, related_name="+")
    #: With the float, where the method is cash.
    expected = models.DecimalField(_("expected"), max_digits=12, decimal_places=2)
    declared = models.DecimalField(_("declared"), max_digits=12, decimal_places=2)
    reason = models.CharField(_("reason for the difference"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("total of a cashier session")
        verbose_name_plural = _("totals of cashier sessions")
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["session", "method"], name="ims_one_session_total_a_method"
            ),
            models.CheckConstraint(
                condition=Q(declared__gte=0, expected__gte=0),
                name="ims_session_totals_are_not_negative",
            ),
            models.CheckConstraint(
                condition=Q(declared=F("expected")) | ~Q(reason=""),
                name="ims_session_difference_has_a_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.session_id} {self.method_id} {self.declared}"

    @property
    def difference(self) -> Decimal:
        """Pounds declared above what was expected; negative when some are missing."""
        return self.declared - self.expected


class CashCount(models.Model):
    """How many of one coin or note were in the till when it was cashed up."""

    session = models.ForeignKey(CashierSession, models.PROTECT, related_name="counts")
    denomination = models.DecimalField(max_digits=5, decimal_places=2)
    number = models.PositiveIntegerField()

    class Meta:
        verbose_name = _("count of cash")
        verbose_name_plural = _("counts of cash")
        default_permissions = ()
        ordering = ["session", "-denomination"]
        constraints = [
            models.UniqueConstraint(
                fields=["session", "denomination"], name="ims_one_cash_count_a_denomination"
            ),
            models.CheckConstraint(
                condition=Q(denomination__in=DENOMINATIONS, number__gt=0),
                name="ims_cash_count_is_of_coins_and_notes",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number} × {self.denomination}"

    @property
    def value(self) -> Decimal:
        """What they come to, in pounds."""
        return self.denomination * self.number


class CounterReceipt(models.Model):
    """A payment that staff received: the cash handed over, and what was given back of it."""

    order = models.OneToOneField(
        Order, models.PROTECT, primary_key=True, related_name="counter_receipt"
    )
    posting = models.OneToOneField(Posting, models.PROTECT, related_name="counter_receipt")
    session = models.ForeignKey(CashierSession, models.PROTECT, null=True, related_name="receipts")
    cash_given = models.DecimalField(max_digits=12, decimal_places=2, default=ZERO)
    change = models.DecimalField(max_digits=12, decimal_places=2, default=ZERO)
    printed_at = models.DateTimeField(_("printed"), null=True)

    class Meta:
        verbose_name = _("payment received by staff")
        verbose_name_plural = _("payments received by staff")
        default_permissions = ()
        constraints = [
            models.CheckConstraint(
                condition=Q(change=0) | Q(change__gt=0, change__lt=F("cash_given")),
                name="ims_change_is_given_of_cash",
            ),
            models.CheckConstraint(
                condition=Q(cash_given=0) | Q(cash_given__gt=0, session__isnull=False),
                name="ims_cash_is_taken_in_a_session",
            ),
        ]

    def __str__(self) -> str:
        return f"receipt of order {self.order_id}"


class Tender(models.Model):
    """So much of a payment by one method: the cash kept, one cheque, or one postal order."""

    receipt = models.ForeignKey(CounterReceipt, models.PROTECT, related_name="tenders")
    number = models.PositiveSmallIntegerField()
    method = models.ForeignKey(MethodOfPayment, models.PROTECT, related_name="+")
    amount = models.DecimalField(_("amount"), max_digits=12, decimal_places=2)
    #: The lines of the posting that it paid, by their numbers.
    first_line = models.PositiveSmallIntegerField()
    last_line = models.PositiveSmallIntegerField()

    class Meta:
        verbose_name = _("part of a payment")
        verbose_name_plural = _("parts of payments")
        default_permissions = ()
        ordering = ["receipt", "number"]
        constraints = [
            models.UniqueConstraint(fields=["receipt", "number"], name="ims_one_tender_a_number"),
            models.CheckConstraint(
                condition=Q(amount__gt=0, last_line__gte=F("first_line")),
                name="ims_tender_pays_something",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.receipt_id}/{self.number}"


class ChequeDetails(models.Model):
    """Personal data of a cheque or postal order, apart from the rest so that it can be erased."""

    tender = models.OneToOneField(Tender, models.CASCADE, primary_key=True, related_name="details")
    drawer = models.CharField(_("drawer"), max_length=50, blank=True)
    sort_code = models.CharField(_("sort code"), max_length=6, blank=True)
    account_number = models.CharField(_("account number"), max_length=8, blank=True)
    number = models.CharField(_("number"), max_length=20, blank=True)

    class Meta:
        verbose_name = _("details of a cheque")
        verbose_name_plural = _("details of cheques")
        default_permissions = ()

    def __str__(self) -> str:
        return f"details of {self.tender_id}"


class ReturnedCheque(models.Model):
    """A cheque that a bank did not pay; its posting takes the whole of it back."""

    tender = models.OneToOneField(Tender, models.PROTECT, primary_key=True, related_name="returned")
    posting = models.OneToOneField(Posting, models.PROTECT, related_name="+")
    reason = models.CharField(_("reason"), max_length=150)
    returned_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("entered by")
    )
    returned_at = models.DateTimeField(_("returned"), db_default=Now())

    class Meta:
        verbose_name = _("returned cheque")
        verbose_name_plural = _("returned cheques")
        default_permissions = ()

    def __str__(self) -> str:
        return f"return of {self.tender_id}"


class VoidedReceipt(models.Model):
    """A payment that was entered by mistake; its posting reverses the whole of it."""

    receipt = models.OneToOneField(
        CounterReceipt, models.PROTECT, primary_key=True, related_name="voided"
    )
    posting = models.OneToOneField(Posting, models.PROTECT, related_name="+")
    #: Off whose till it came: none when that was cashed up before, or never belonged to one.
    session = models.ForeignKey(CashierSession, models.PROTECT, null=True, related_name="voided")
    reason = models.CharField(_("reason"), max_length=150)
    voided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("voided by")
    )
    voided_at = models.DateTimeField(_("voided"), db_default=Now())

    class Meta:
        verbose_name = _("void receipt")
        verbose_name_plural = _("void receipts")
        default_permissions = ()
        constraints = [
            models.CheckConstraint(condition=~Q(reason=""), name="ims_void_receipt_has_a_reason"),
        ]

    def __str__(self) -> str:
        return f"void of {self.receipt_id}"
