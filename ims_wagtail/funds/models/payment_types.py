"""What residents can pay for."""

from decimal import Decimal

from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from ims_wagtail.funds.cleaning import clean_payment_type
from ims_wagtail.funds.enums import AmountSource, Challenge, ReferenceSource

from .funds import Fund
from .prices import Price
from .vat import VatCode


a_penny_or_more = MinValueValidator(Decimal("0.01"), _("Enter an amount of 1p or more"))


class PaymentType(models.Model):
    """Something a resident can pay for; several may pay into one fund."""

    slug = models.SlugField(
        _("short name in addresses"),
        max_length=50,
        unique=True,
        error_messages={"unique": _("This short name is taken: choose another one")},
    )
    name = models.CharField(_("name shown to residents"), max_length=80)
    name_cy = models.CharField(_("name in Welsh"), max_length=80, blank=True)
    fund = models.ForeignKey(Fund, models.PROTECT, related_name="payment_types")
    vat_code = models.ForeignKey(
        VatCode,
        models.PROTECT,
        null=True,
        blank=True,
        verbose_name=_("VAT code"),
        help_text=_("Leave empty for the fund's"),
    )
    reference_source = models.CharField(
        _("account reference"),
        max_length=10,
        choices=ReferenceSource,
        default=ReferenceSource.PAYER,
    )
    fixed_reference = models.CharField(_("account"), max_length=36, blank=True)
    reference_label = models.CharField(
        _("label of the reference"), max_length=80, blank=True, help_text=_("“Account number”")
    )
    reference_label_cy = models.CharField(
        _("label of the reference in Welsh"), max_length=80, blank=True
    )
    reference_hint = models.CharField(_("hint of the reference"), max_length=200, blank=True)
    reference_hint_cy = models.CharField(
        _("hint of the reference in Welsh"), max_length=200, blank=True
    )
    amount_source = models.CharField(
        _("amount"), max_length=10, choices=AmountSource, default=AmountSource.PAYER
    )
    price = models.ForeignKey(
        Price,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="payment_types",
        verbose_name=_("price"),
    )
    prices = models.ManyToManyField(
        Price,
        blank=True,
        related_name="laid_out_by",
        verbose_name=_("prices that pages may use"),
        help_text=_("Where a page lays out several prices, it can charge these and no others"),
    )
    challenge = models.CharField(
        _("asked before what is owed is shown"),
        max_length=10,
        blank=True,
        choices=Challenge,
        help_text=_("Where the account owes the amount"),
    )
    part_payment = models.BooleanField(
        _("part of what is owed may be paid"),
        default=False,
        help_text=_("Otherwise all of it, or nothing"),
    )
    minimum_amount = models.DecimalField(
        _("least"),
        max_digits=12,
        decimal_places=2,
        default=Decimal("0.01"),
        validators=[a_penny_or_more],
    )
    maximum_amount = models.DecimalField(
        _("most"),
        max_digits=12,
        decimal_places=2,
        null=True,
        blank=True,
        validators=[a_penny_or_more],
        help_text=_("Leave empty for the fund's limit"),
    )
    ask_address = models.BooleanField(_("ask for the payer's address"), default=False)
    open_from = models.DateField(_("open from"), null=True, blank=True)
    open_until = models.DateField(_("open until"), null=True, blank=True)
    position = models.PositiveSmallIntegerField(
        _("place in lists"),
        default=0,
        blank=True,
        help_text=_("Smaller numbers come first; payment types with the same number go by name"),
    )
    enabled = models.BooleanField(_("enabled"), default=True)

    class Meta:
        verbose_name = _("payment type")
        verbose_name_plural = _("payment types")
        constraints = [
            models.CheckConstraint(
                condition=~Q(reference_source="fixed") | ~Q(fixed_reference=""),
                name="ims_fixed_reference_given",
            ),
            models.CheckConstraint(
                condition=~Q(amount_source="fixed") | Q(price__isnull=False),
                name="ims_price_given",
            ),
            models.CheckConstraint(
                condition=~Q(amount_source="balance")
                | (Q(reference_source="payer") & ~Q(challenge="")),
                name="ims_balance_has_a_challenge",
            ),
            models.CheckConstraint(
                condition=Q(minimum_amount__gt=0)
                & (Q(maximum_amount__isnull=True) | Q(minimum_amount__lte=F("maximum_amount"))),
                name="ims_payment_type_limits_in_order",
                violation_error_message=_("The least can't be more than the most"),
            ),
            models.CheckConstraint(
                condition=Q(open_from__isnull=True)
                | Q(open_until__isnull=True)
                | Q(open_from__lte=F("open_until")),
                name="ims_payment_type_days_in_order",
                violation_error_message=_("The last day can't be before the first"),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        self.position = self.position or 0
        clean_payment_type(self)
