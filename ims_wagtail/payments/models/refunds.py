"""Refunds: money on its way back to a payer, from asking to the book."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from ims_wagtail.funds.models import Fund
from ims_wagtail.ledger.models import NextReference, Posting, Transaction
from ims_wagtail.payments.enums import BatchState, RefundRoute, RefundState

from .accounts import MerchantAccount
from .attempts import Attempt


class Refund(models.Model):
    """Money to be given back of one posting, by one route. A trigger keeps its course."""

    reference = models.CharField(
        _("refund number"),
        max_length=24,
        unique=True,
        db_default=NextReference("F", "ims_refund_reference"),
    )
    posting = models.ForeignKey(
        Posting, models.PROTECT, related_name="refunds", verbose_name=_("payment")
    )
    attempt = models.ForeignKey(
        Attempt,
        models.PROTECT,
        null=True,
        related_name="refunds",
        help_text=_("The card payment that is refunded"),
    )
    route = models.CharField(_("route"), max_length=10, choices=RefundRoute)
    account = models.ForeignKey(
        MerchantAccount,
        models.PROTECT,
        null=True,
        related_name="refunds",
        verbose_name=_("merchant account"),
        help_text=_("Which took the money, and gives it back"),
    )
    batch = models.ForeignKey(
        "RefundBatch",
        models.PROTECT,
        null=True,
        related_name="refunds",
        verbose_name=_("refund of many payments"),
    )
    amount = models.DecimalField(_("amount"), max_digits=12, decimal_places=2)
    reason = models.CharField(_("reason"), max_length=200)
    state = models.CharField(
        _("state"), max_length=10, choices=RefundState, default=RefundState.REQUESTED
    )
    provider_id = models.CharField(_("provider's refund number"), max_length=64, blank=True)
    available_before = models.DecimalField(
        max_digits=12,
        decimal_places=2,
        null=True,
        help_text=_("What the provider said could be refunded just before it was asked"),
    )
    problem = models.CharField(_("problem"), max_length=200, blank=True)
    requested_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        db_index=False,
        related_name="+",
        verbose_name=_("asked for by"),
    )
    requested_at = models.DateTimeField(_("asked for at"), db_default=Now())
    sent_at = models.DateTimeField(_("sent at"), null=True)
    finished_at = models.DateTimeField(_("finished at"), null=True)
    checks = models.PositiveSmallIntegerField(_("checks"), default=0)
    next_check_at = models.DateTimeField(_("next check"), null=True)

    class Meta:
        verbose_name = _("refund")
        verbose_name_plural = _("refunds")
        default_permissions = ("view",)
        permissions = [
            ("request_refund", "Can ask for a refund"),
            ("approve_refund", "Can approve a refund"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(amount__gt=0), name="ims_refund_gives_money"),
            models.CheckConstraint(
                condition=~Q(reason="") | Q(route=RefundRoute.PROVIDER),
                name="ims_refund_has_a_reason",
            ),
            models.CheckConstraint(
                condition=Q(requested_by__isnull=False) | Q(route=RefundRoute.PROVIDER),
                name="ims_refund_was_asked_for",
            ),
            models.CheckConstraint(
                condition=Q(route=RefundRoute.BANK)
                | Q(attempt__isnull=False, account__isnull=False),
                name="ims_card_refund_has_a_payment",
            ),
            models.UniqueConstraint(
                fields=["account", "provider_id"],
                condition=~Q(provider_id=""),
                name="ims_one_refund_a_provider_refund",
            ),
            models.UniqueConstraint(
                fields=["attempt"],
                condition=Q(state__in=(RefundState.SENDING, RefundState.UNKNOWN)),
                name="ims_one_refund_of_a_payment_at_a_time",
            ),
        ]
        indexes = [
            models.Index(
                fields=["next_check_at"],
                condition=Q(next_check_at__isnull=False),
                name="ims_refunds_to_check",
            ),
            models.Index(fields=["-requested_at", "-id"], name="ims_refund_newest"),
        ]

    def __str__(self) -> str:
        return self.reference


class RefundLine(models.Model):
    """How much of a refund is of which line of the book."""

    refund = models.ForeignKey(Refund, models.CASCADE, related_name="lines")
    transaction = models.ForeignKey(
        Transaction, models.PROTECT, db_constraint=False, related_name="refund_lines"
    )
    amount = models.DecimalField(_("amount"), max_digits=12, decimal_places=2)

    class Meta:
        verbose_name = _("line of a refund")
        verbose_name_plural = _("lines of refunds")
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["refund", "transaction"], name="ims_one_refund_line_a_line"
            ),
            models.CheckConstraint(condition=Q(amount__gt=0), name="ims_refund_line_gives_money"),
        ]

    def __str__(self) -> str:
        return f"{self.refund_id}/{self.transaction_id}"


class RefundPayee(models.Model):
    """The bank account a refund goes to: personal data, apart so that it can be erased."""

    refund = models.OneToOneField(Refund, models.CASCADE, primary_key=True, related_name="payee")
    name = models.CharField(_("name of the account"), max_length=18)
    sort_code = models.CharField(_("sort code"), max_length=6)
    account_number = models.CharField(_("account number"), max_length=8)

    class Meta:
        verbose_name = _("payee of a refund")
        verbose_name_plural = _("payees of refunds")
        default_permissions = ("view",)

    def __str__(self) -> str:
        return f"payee of refund {self.refund_id}"


class RefundFile(models.Model):
    """A file of refunds for the bank: made once, downloaded as often as needed."""

    number = models.PositiveIntegerField(_("number"), unique=True)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("made by")
    )
    made_at = models.DateTimeField(_("made at"), db_default=Now())
    refunds = models.ManyToManyField(Refund, related_name="files")
    total = models.DecimalField(_("total"), max_digits=14, decimal_places=2)
    confirmed_at = models.DateTimeField(_("confirmed at"), null=True)

    class Meta:
        verbose_name = _("file of refunds for the bank")
        verbose_name_plural = _("files of refunds for the bank")
        default_permissions = ("view", "add", "change")

    def __str__(self) -> str:
        return str(self.number)


class RefundBatch(models.Model):
    """All payments of a payment type or a page in some days, refunded on one approval.

    What is wanted is written down first; a worker then holds the money payment by payment, and goes
    on where another was stopped.
    """

    fund = models.ForeignKey(Fund, models.PROTECT, related_name="+", verbose_name=_("fund"))
    what = models.CharField(_("what was paid for"), max_length=300)
    since = models.DateField(_("paid from"))
    until = models.DateField(_("paid to"))
    reason = models.CharField(_("reason"), max_length=200)
    state = models.CharField(
        _("state"), max_length=10, choices=BatchState, default=BatchState.PREPARING
    )
    wanted = models.JSONField(help_text=_("Ids of postings and lines, and pounds of each"))
    position = models.PositiveIntegerField(_("prepared"), default=0)
    left_out = models.JSONField(default=list, help_text=_("Receipt numbers and why"))
    requested_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        db_index=False,
        related_name="+",
        verbose_name=_("asked for by"),
    )
    requested_at = models.DateTimeField(_("asked for at"), db_default=Now())

    class Meta:
        verbose_name = _("refund of many payments")
        verbose_name_plural = _("refunds of many payments")
        default_permissions = ("view",)

    def __str__(self) -> str:
        return self.what
