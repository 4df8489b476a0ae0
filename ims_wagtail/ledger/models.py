"""The book. Rows are only ever added, by ``ledger.services``; triggers refuse everything else."""

from django.conf import settings
from django.db import models
from django.db.models import F, Func, Q, Value
from django.db.models.functions import Now, Upper
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from ims_wagtail.clock import LONDON
from ims_wagtail.funds.models import Fund, MethodOfPayment, Office, VatCode

from .enums import COMMON_KINDS, ZERO_SUM_KINDS, PostingKind
from .note_models import PostingNote
from .period_models import ClosedPeriod, PeriodTotal


__all__ = [
    "ClosedPeriod",
    "DailyTotal",
    "Hold",
    "NextReference",
    "PayerDetails",
    "PeriodTotal",
    "Posting",
    "PostingNote",
    "Transaction",
]


class NextReference(Func):
    """The next human reference: a prefix, a number from a sequence, a check letter."""

    function = "ims_next_reference"

    def __init__(self, prefix: str, sequence: str) -> None:
        super().__init__(Value(prefix), Value(sequence), output_field=models.CharField())


class Posting(models.Model):
    """Why money moved; one row per event."""

    kind = models.CharField(_("kind"), max_length=20, choices=PostingKind)
    source = models.CharField(
        _("source"),
        max_length=80,
        help_text=_("What caused it, such as attempt:91; the same source posts once"),
    )
    total = models.DecimalField(_("total"), max_digits=14, decimal_places=2)
    line_count = models.PositiveIntegerField(_("lines"))
    accounting_date = models.DateField(_("accounting date"))
    asked_date = models.DateField(
        _("day the money moved"),
        null=True,
        help_text=_("Only where its month was closed, so that it counts later"),
    )
    entered_at = models.DateTimeField(_("entered at"))
    entered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        db_index=False,
        related_name="+",
        verbose_name=_("entered by"),
    )
    office = models.ForeignKey(Office, models.PROTECT, null=True, db_index=False, related_name="+")
    reverses = models.OneToOneField(
        "self", models.PROTECT, null=True, related_name="reversed_by", verbose_name=_("reverses")
    )

    class Meta:
        verbose_name = _("posting")
        verbose_name_plural = _("postings")
        default_permissions = ("view",)
        constraints = [
            # Not on the field: that would make an index for the start of a source as well.
            models.UniqueConstraint(fields=["source"], name="ims_a_source_posts_once"),
            models.CheckConstraint(condition=~Q(source=""), name="ims_posting_has_a_source"),
            models.CheckConstraint(condition=Q(line_count__gte=1), name="ims_posting_has_lines"),
            models.CheckConstraint(
                condition=~Q(kind__in=ZERO_SUM_KINDS) | Q(total=0),
                name="ims_moves_inside_sum_to_zero",
            ),
            models.CheckConstraint(
                condition=Q(kind=PostingKind.REVERSAL) | Q(reverses__isnull=True),
                name="ims_only_a_reversal_reverses",
            ),
            models.CheckConstraint(
                condition=Q(asked_date__lt=F("accounting_date")),
                name="ims_only_a_closed_day_is_put_off",
            ),
        ]
        indexes = [
            # For kinds, offices and people that are rare: the newest lines are no way to them.
            # What residents pay online is in none of the three.
            models.Index(
                fields=["kind"], condition=~Q(kind__in=COMMON_KINDS), name="ims_posting_kind"
            ),
            models.Index(
                fields=["office"], condition=Q(office__isnull=False), name="ims_posting_office"
            ),
            models.Index(
                fields=["entered_by"],
                condition=Q(entered_by__isnull=False),
                name="ims_posting_entered_by",
            ),
            models.Index(
                fields=["accounting_date", "asked_date"],
                condition=Q(asked_date__isnull=False),
                name="ims_posting_put_off",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.source}"

    @property
    def in_words(self) -> str:
        """What people call it: ``Payment of 3 May 2026, 10:15``."""
        when = date_format(self.entered_at.astimezone(LONDON), "j M Y, H:i")
        return str(_("%(kind)s of %(when)s") % {"kind": self.get_kind_display(), "when": when})


class Transaction(models.Model):
    """One line of a posting. Insert-only.

    Foreign keys to reference data carry no row-level constraint: a statement-level trigger checks
    them set by set, because row-level keys alone cost two thirds of the load speed.
    """

    posting = models.ForeignKey(Posting, models.PROTECT, related_name="lines", db_constraint=False)
    line_number = models.PositiveIntegerField()
    reference = models.CharField(
        _("transaction reference"),
        max_length=24,
        unique=True,
        db_default=NextReference("T", "ims_transaction_reference"),
    )
    receipt_number = models.CharField(_("receipt number"), max_length=24)
    fund = models.ForeignKey(
        Fund, models.PROTECT, db_constraint=False, db_index=False, related_name="transactions"
    )
    account_reference = models.CharField(_("account reference"), max_length=36)
    method = models.ForeignKey(
        MethodOfPayment,
        models.PROTECT,
        db_constraint=False,
        db_index=False,
        related_name="transactions",
        verbose_name=_("method of payment"),
    )
    amount = models.DecimalField(_("amount"), max_digits=12, decimal_places=2)
    vat_code = models.ForeignKey(
        VatCode, models.PROTECT, db_constraint=False, db_index=False, related_name="+"
    )
    vat_rate = models.DecimalField(_("VAT rate"), max_digits=5, decimal_places=4)
    vat_amount = models.DecimalField(_("VAT"), max_digits=12, decimal_places=2)
    accounting_date = models.DateField(_("accounting date"))
    entered_at = models.DateTimeField(_("entered at"))
    narrative = models.CharField(_("narrative"), max_length=200, blank=True)
    psp_reference = models.CharField(_("PSP reference"), max_length=64, blank=True)
    corrects = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        db_constraint=False,
        db_index=False,
        related_name="corrections",
        help_text=_("The line it moves or refunds"),
    )

    class Meta:
        verbose_name = _("transaction")
        verbose_name_plural = _("transactions")
        default_permissions = ("view",)
        permissions = [("export_transaction", "Can export transactions")]
        indexes = [
            models.Index(fields=["-entered_at", "-id"], name="ims_txn_newest"),
            models.Index(fields=["fund", "-entered_at", "-id"], name="ims_txn_fund"),
            # By these operators an index finds the start of a text whatever the server's language.
            models.Index(
                fields=["account_reference", "fund"],
                opclasses=["varchar_pattern_ops", "int8_ops"],
                name="ims_txn_account",
            ),
            models.Index(
                fields=["receipt_number"],
                opclasses=["varchar_pattern_ops"],
                name="ims_txn_receipt",
            ),
            models.Index(
                fields=["psp_reference"], condition=~Q(psp_reference=""), name="ims_txn_psp"
            ),
            models.Index(
                fields=["corrects"], condition=Q(corrects__isnull=False), name="ims_txn_corrects"
            ),
            models.Index(fields=["amount", "-entered_at"], name="ims_txn_amount"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["posting", "line_number"], name="ims_one_line_a_number"
            ),
            models.CheckConstraint(condition=~Q(amount=0), name="ims_line_moves_money"),
            models.CheckConstraint(
                condition=Q(vat_rate__gte=0, vat_rate__lte=1),
                name="ims_line_vat_rate_is_a_fraction",
            ),
            models.CheckConstraint(
                condition=Q(
                    vat_amount__gte=F("amount") * F("vat_rate") / (1 + F("vat_rate"))
                    - Value(0.005),
                    vat_amount__lte=F("amount") * F("vat_rate") / (1 + F("vat_rate"))
                    + Value(0.005),
                ),
                name="ims_line_vat_is_of_its_amount",
            ),
        ]

    def __str__(self) -> str:
        return self.reference


class Hold(models.Model):
    """Money of a line kept back for something that is under way, such as a refund.

    What is held can't be refunded or moved by anybody else: a trigger sees to it. Rows go when
    what they stand for is done or given up.
    """

    transaction = models.ForeignKey(
        Transaction, models.PROTECT, db_constraint=False, related_name="holds"
    )
    source = models.CharField(
        _("source"), max_length=80, help_text=_("What it is kept for, such as refund:12")
    )
    amount = models.DecimalField(_("amount"), max_digits=12, decimal_places=2)
    created_at = models.DateTimeField(_("created at"), db_default=Now())

    class Meta:
        verbose_name = _("hold")
        verbose_name_plural = _("holds")
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["source", "transaction"], name="ims_one_hold_a_source_and_line"
            ),
            models.CheckConstraint(condition=Q(amount__gt=0), name="ims_hold_keeps_money"),
        ]

    def __str__(self) -> str:
        return f"{self.source} {self.amount}"


class PayerDetails(models.Model):
    """Personal data of a posting, apart from the book so that it can be erased."""

    posting = models.OneToOneField(Posting, models.CASCADE, primary_key=True, related_name="payer")
    name = models.CharField(_("name"), max_length=100, blank=True)
    email = models.EmailField(_("e-mail"), blank=True)
    phone = models.CharField(_("telephone"), max_length=30, blank=True)
    address = models.TextField(_("address"), blank=True)
    postcode = models.CharField(_("postcode"), max_length=10, blank=True)
    card_brand = models.CharField(_("card"), max_length=30, blank=True)
    card_last_four = models.CharField(_("last four digits"), max_length=4, blank=True)

    class Meta:
        verbose_name = _("payer")
        verbose_name_plural = _("payers")
        default_permissions = ("view",)
        indexes = [
            models.Index(fields=["postcode"], condition=~Q(postcode=""), name="ims_payer_postcode"),
            models.Index(Upper("email"), name="ims_payer_email"),
            models.Index(
                fields=["card_last_four"], condition=~Q(card_last_four=""), name="ims_payer_card"
            ),
        ]

    def __str__(self) -> str:
        return f"payer of posting {self.posting_id}"


class DailyTotal(models.Model):
    """Money by day, fund, method and kind: kept by the database as lines are added."""

    pk = models.CompositePrimaryKey("accounting_date", "fund_id", "method_id", "kind")
    accounting_date = models.DateField(_("accounting date"))
    fund = models.ForeignKey(
        Fund, models.DO_NOTHING, db_constraint=False, db_index=False, related_name="+"
    )
    method = models.ForeignKey(
        MethodOfPayment, models.DO_NOTHING, db_constraint=False, db_index=False, related_name="+"
    )
    kind = models.CharField(max_length=20, choices=PostingKind)
    line_count = models.PositiveIntegerField()
    amount = models.DecimalField(max_digits=16, decimal_places=2)
    vat_amount = models.DecimalField(max_digits=16, decimal_places=2)

    class Meta:
        verbose_name = _("daily total")
        verbose_name_plural = _("daily totals")
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.accounting_date} {self.fund_id} {self.method_id} {self.kind}"
