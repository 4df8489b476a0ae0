"""Orders: what payers undertook to pay."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from ims_wagtail.funds.models import Fund, Office, PaymentType, VatCode
from ims_wagtail.ledger.models import NextReference
from ims_wagtail.payments.enums import CARD_CHANNELS, Channel, OrderState

from .accounts import MerchantAccount


class Order(models.Model):
    """What a payer undertook to pay: a frozen copy of their basket. A trigger keeps its lines."""

    token = models.UUIDField(
        default=uuid.uuid4, unique=True, help_text=_("Reaches the order from an address")
    )
    reference = models.CharField(
        _("receipt number"),
        max_length=24,
        unique=True,
        db_default=NextReference("R", "ims_receipt_number"),
    )
    state = models.CharField(_("state"), max_length=10, choices=OrderState, default="unpaid")
    total = models.DecimalField(_("total"), max_digits=12, decimal_places=2)
    language = models.CharField(max_length=10)
    basket_token = models.UUIDField(help_text=_("The basket it was made from"))
    account = models.ForeignKey(
        MerchantAccount,
        models.PROTECT,
        null=True,
        related_name="orders",
        verbose_name=_("merchant account"),
        help_text=_(
            "Which takes the payment: a basket over several accounts has an order for each. "
            "What staff receive themselves has none"
        ),
    )
    channel = models.CharField(_("taken"), max_length=10, choices=Channel, default=Channel.ONLINE)
    taken_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        db_index=False,
        related_name="+",
        verbose_name=_("taken by"),
        help_text=_("The member of staff who took the payment or sent the link"),
    )
    office = models.ForeignKey(
        Office,
        models.PROTECT,
        null=True,
        db_index=False,
        related_name="+",
        verbose_name=_("office"),
    )
    site = models.ForeignKey(
        "wagtailcore.Site",
        models.SET_NULL,
        null=True,
        db_index=False,
        related_name="+",
        verbose_name=_("site"),
        help_text=_("Whose name and VAT number stand on the receipt; the default site's if none"),
    )
    created_at = models.DateTimeField(_("created at"), db_default=Now())
    paid_at = models.DateTimeField(_("paid at"), null=True)

    class Meta:
        verbose_name = _("payment")
        verbose_name_plural = _("payments")
        default_permissions = ("view",)
        permissions = [("take_payment", "Can take payments by telephone, and send payment links")]
        indexes = [
            models.Index(fields=["basket_token"], name="ims_order_basket"),
            models.Index(
                fields=["paid_at"], condition=Q(paid_at__isnull=False), name="ims_order_paid"
            ),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(total__gt=0), name="ims_order_asks_for_money"),
            models.CheckConstraint(
                condition=Q(channel__in=CARD_CHANNELS, account__isnull=False)
                | Q(~Q(channel__in=CARD_CHANNELS), ~Q(state="unpaid"), account__isnull=True),
                name="ims_order_has_an_account_or_was_received",
            ),
            models.CheckConstraint(
                condition=Q(state="unpaid", paid_at__isnull=True)
                | Q(~Q(state="unpaid"), paid_at__isnull=False),
                name="ims_paid_order_has_a_time",
            ),
        ]

    def __str__(self) -> str:
        return self.reference


class OrderLine(models.Model):
    """One thing paid for, with its own copy of every fact a receipt needs."""

    order = models.ForeignKey(Order, models.CASCADE, related_name="lines")
    number = models.PositiveSmallIntegerField()
    basket_line = models.UUIDField(help_text=_("The basket line it was made from"), db_index=True)
    payment_type = models.ForeignKey(PaymentType, models.PROTECT, related_name="+")
    fund = models.ForeignKey(Fund, models.PROTECT, related_name="+")
    account_reference = models.CharField(_("account reference"), max_length=36)
    description = models.CharField(_("description"), max_length=120)
    reference_label = models.CharField(max_length=80, blank=True)
    amount = models.DecimalField(_("amount"), max_digits=12, decimal_places=2)
    vat_code = models.ForeignKey(VatCode, models.PROTECT, related_name="+")
    vat_rate = models.DecimalField(_("VAT rate"), max_digits=5, decimal_places=4)
    vat_amount = models.DecimalField(_("VAT"), max_digits=12, decimal_places=2)
    answers = models.JSONField(
        default=list, help_text=_("Questions and answers: a list of {key, label, value}")
    )
    answer_days = models.PositiveSmallIntegerField(
        null=True,
        help_text=_("How many days answers are kept, if not as long as the site says"),
    )
    amount_basis = models.JSONField(
        default=dict,
        help_text=_("What made the amount up: prices, quantities and the rule that matched"),
    )
    page_id = models.PositiveBigIntegerField(null=True, help_text=_("The page it was added on"))
    page_title = models.CharField(max_length=255, blank=True)
    confirmation = models.TextField(
        blank=True, help_text=_("What the page says once paid, as HTML")
    )

    class Meta:
        verbose_name = _("line of a payment")
        verbose_name_plural = _("lines of payments")
        # The list of them is that of the answers payers gave.
        default_permissions = ("view",)
        ordering = ["order", "number"]
        constraints = [
            models.UniqueConstraint(fields=["order", "number"], name="ims_one_order_line_a_number"),
            models.CheckConstraint(condition=Q(amount__gt=0), name="ims_order_line_asks_for_money"),
        ]
        indexes = [
            models.Index(fields=["account_reference", "fund"], name="ims_order_line_account"),
            models.Index(
                fields=["page_id", "order"],
                condition=Q(page_id__isnull=False),
                name="ims_order_line_page",
            ),
            models.Index(fields=["id"], condition=~Q(answers=[]), name="ims_order_line_answers"),
        ]

    def __str__(self) -> str:
        return f"{self.order_id}/{self.number}"


class OrderContact(models.Model):
    """Personal data of an order, apart from it so that it can be erased."""

    order = models.OneToOneField(Order, models.CASCADE, primary_key=True, related_name="contact")
    name = models.CharField(max_length=100, blank=True)
    email = models.EmailField(blank=True)
    phone = models.CharField(max_length=30, blank=True)
    address_line_1 = models.CharField(max_length=80, blank=True)
    address_line_2 = models.CharField(max_length=80, blank=True)
    town = models.CharField(max_length=80, blank=True)
    county = models.CharField(max_length=80, blank=True)
    postcode = models.CharField(max_length=10, blank=True)

    class Meta:
        verbose_name = _("payer of a payment")
        verbose_name_plural = _("payers of payments")
        default_permissions = ()

    def __str__(self) -> str:
        return f"payer of order {self.order_id}"
