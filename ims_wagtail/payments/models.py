"""Orders, attempts to pay them, and everything a provider ever told us."""

import uuid

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from ims_wagtail.funds.models import Fund, PaymentType, VatCode
from ims_wagtail.ledger.models import NextReference

from .enums import UNFINISHED_STATES, AttemptState, EventSource, OrderState


class MerchantAccount(models.Model):
    """An account of the council at a payment provider. Its secrets stand in the environment."""

    code = models.SlugField(_("code"), max_length=40, unique=True)
    name = models.CharField(_("name"), max_length=80)
    provider = models.CharField(_("provider"), max_length=40)
    is_default = models.BooleanField(_("takes payments"), default=False)
    minimum_amount = models.DecimalField(_("least"), max_digits=12, decimal_places=2)
    maximum_amount = models.DecimalField(_("most"), max_digits=12, decimal_places=2)

    class Meta:
        verbose_name = _("merchant account")
        verbose_name_plural = _("merchant accounts")
        constraints = [
            models.UniqueConstraint(
                fields=["is_default"],
                condition=Q(is_default=True),
                name="ims_one_account_takes_payments",
            ),
        ]

    def __str__(self) -> str:
        return self.name


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
    created_at = models.DateTimeField(_("created at"), db_default=Now())
    paid_at = models.DateTimeField(_("paid at"), null=True)

    class Meta:
        verbose_name = _("order")
        verbose_name_plural = _("orders")
        default_permissions = ("view",)
        indexes = [models.Index(fields=["basket_token"], name="ims_order_basket")]
        constraints = [
            models.CheckConstraint(condition=Q(total__gt=0), name="ims_order_asks_for_money"),
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
    page_id = models.PositiveBigIntegerField(null=True, help_text=_("The page it was added on"))
    page_title = models.CharField(max_length=255, blank=True)
    confirmation = models.TextField(
        blank=True, help_text=_("What the page says once paid, as HTML")
    )

    class Meta:
        verbose_name = _("order line")
        verbose_name_plural = _("order lines")
        default_permissions = ()
        ordering = ["order", "number"]
        constraints = [
            models.UniqueConstraint(fields=["order", "number"], name="ims_one_order_line_a_number"),
            models.CheckConstraint(condition=Q(amount__gt=0), name="ims_order_line_asks_for_money"),
        ]
        indexes = [
            models.Index(fields=["account_reference", "fund"], name="ims_order_line_account")
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
        verbose_name = _("payer of an order")
        verbose_name_plural = _("payers of orders")
        default_permissions = ()

    def __str__(self) -> str:
        return f"payer of order {self.order_id}"


class Attempt(models.Model):
    """One payment at a provider, made to pay an order."""

    order = models.ForeignKey(Order, models.PROTECT, related_name="attempts")
    number = models.PositiveSmallIntegerField()
    reference = models.CharField(
        _("our reference"), max_length=40, unique=True, help_text=_("What the provider knows it by")
    )
    account = models.ForeignKey(MerchantAccount, models.PROTECT, related_name="attempts")
    token_hash = models.CharField(max_length=64, unique=True)
    provider_id = models.CharField(_("PSP reference"), max_length=64, blank=True)
    state = models.CharField(
        _("state"), max_length=20, choices=AttemptState, default=AttemptState.CREATING
    )
    amount = models.DecimalField(_("amount"), max_digits=12, decimal_places=2)
    problem = models.CharField(
        _("problem"), max_length=200, blank=True, help_text=_("Why it needs a person")
    )
    created_at = models.DateTimeField(_("created at"), db_default=Now())
    finished_at = models.DateTimeField(_("finished at"), null=True)
    captured = models.BooleanField(
        _("captured"), default=False, help_text=_("The provider has confirmed the money is ours")
    )
    checks = models.PositiveSmallIntegerField(_("checks"), default=0)
    next_check_at = models.DateTimeField(_("next check"), null=True)

    class Meta:
        verbose_name = _("attempt")
        verbose_name_plural = _("attempts")
        default_permissions = ("view",)
        permissions = [("check_attempt", "Can ask the provider about an attempt")]
        constraints = [
            models.UniqueConstraint(fields=["order", "number"], name="ims_one_attempt_a_number"),
            models.UniqueConstraint(
                fields=["order"],
                condition=Q(state__in=UNFINISHED_STATES),
                name="ims_one_unfinished_attempt_an_order",
            ),
            models.UniqueConstraint(
                fields=["account", "provider_id"],
                condition=~Q(provider_id=""),
                name="ims_one_attempt_a_provider_payment",
            ),
        ]
        indexes = [
            models.Index(
                fields=["next_check_at"],
                condition=Q(next_check_at__isnull=False),
                name="ims_attempts_to_check",
            ),
            models.Index(
                fields=["created_at"], condition=~Q(problem=""), name="ims_attempt_problem"
            ),
        ]

    def __str__(self) -> str:
        return self.reference


class ProviderEvent(models.Model):
    """One observation of a provider: what was said, when, and how it reached us. Insert-mostly."""

    account = models.ForeignKey(MerchantAccount, models.PROTECT, related_name="events")
    attempt = models.ForeignKey(Attempt, models.PROTECT, null=True, related_name="events")
    source = models.CharField(_("seen by"), max_length=10, choices=EventSource)
    message_id = models.CharField(max_length=80, blank=True)
    provider_id = models.CharField(_("PSP reference"), max_length=64, blank=True)
    raw_state = models.CharField(_("provider's word"), max_length=60, blank=True)
    detail = models.JSONField(default=dict, help_text=_("Codes and amounts, no personal data"))
    received_at = models.DateTimeField(_("received at"), db_default=Now())
    handled_at = models.DateTimeField(_("handled at"), null=True)

    class Meta:
        verbose_name = _("provider event")
        verbose_name_plural = _("provider events")
        default_permissions = ("view",)
        constraints = [
            models.UniqueConstraint(
                fields=["account", "message_id"],
                condition=~Q(message_id=""),
                name="ims_one_event_a_message",
            ),
        ]
        indexes = [
            models.Index(
                fields=["received_at"],
                condition=Q(handled_at__isnull=True),
                name="ims_events_to_handle",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.source} {self.provider_id} {self.raw_state}"
