"""Fees and charges: a price, and what it comes to from which day."""

from decimal import Decimal

from django.conf import settings
from django.core.validators import MinValueValidator, RegexValidator
from django.db import models
from django.db.models import F, Q
from django.utils.dateformat import format as date_format
from django.utils.translation import gettext_lazy as _

from ims_wagtail.money import format_pounds


price_code_validator = RegexValidator(
    r"\A[A-Z0-9]+(-[A-Z0-9]+)*\Z", _("Use capital letters, digits and hyphens only")
)


class Price(models.Model):
    """Something the council charges a set amount for. Payment types take their amount from it."""

    code = models.CharField(
        _("code"),
        max_length=50,
        unique=True,
        validators=[price_code_validator],
        help_text=_("Spreadsheets name the price by it, like GARDEN-WASTE"),
    )
    name = models.CharField(_("name"), max_length=80)
    enabled = models.BooleanField(
        _("enabled"),
        default=True,
        help_text=_("What costs a price that is not enabled can't be paid online"),
    )

    class Meta:
        verbose_name = _("price")
        verbose_name_plural = _("prices")

    def __str__(self) -> str:
        return f"{self.code} {self.name}"


class PriceChange(models.Model):
    """What a price comes to from a day on, once a second person has approved it.

    The database refuses self-approval, any change to what was entered, and any touch to an approved
    change whose day has come. One that was carried over from before has neither person.
    """

    price = models.ForeignKey(
        Price, models.PROTECT, related_name="changes", verbose_name=_("price")
    )
    starts = models.DateField(_("from"))
    amount = models.DecimalField(
        _("amount"),
        max_digits=12,
        decimal_places=2,
        validators=[MinValueValidator(Decimal("0.01"))],
    )
    upload = models.UUIDField(_("upload"), null=True, blank=True, editable=False)
    entered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("entered by"),
    )
    entered_at = models.DateTimeField(_("entered at"), auto_now_add=True)
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("approved by"),
    )
    approved_at = models.DateTimeField(_("approved at"), null=True, blank=True)

    class Meta:
        verbose_name = _("price change")
        verbose_name_plural = _("price changes")
        default_permissions = ("add",)
        permissions = [("approve_pricechange", _("Can approve price changes"))]
        constraints = [
            models.UniqueConstraint(fields=["price", "starts"], name="ims_one_price_a_day"),
            models.CheckConstraint(condition=Q(amount__gt=0), name="ims_price_above_zero"),
            models.CheckConstraint(
                condition=Q(entered_by__isnull=True)
                | Q(approved_by__isnull=True)
                | ~Q(approved_by=F("entered_by")),
                name="ims_price_needs_a_second_person",
                violation_error_message=_("Somebody else has to approve what you entered"),
            ),
            models.CheckConstraint(
                condition=Q(approved_at__isnull=True, approved_by__isnull=True)
                & Q(entered_by__isnull=False)
                | Q(approved_at__isnull=False, approved_by__isnull=False, entered_by__isnull=False)
                | Q(approved_at__isnull=False, approved_by__isnull=True, entered_by__isnull=True),
                name="ims_price_approval_is_whole",
            ),
        ]

    def __str__(self) -> str:
        day = date_format(self.starts, "j F Y")
        return f"{self.price.code}: {format_pounds(self.amount)} from {day}"

    @property
    def is_approved(self) -> bool:
        """Whether it counts once its day has come."""
        return self.approved_at is not None
