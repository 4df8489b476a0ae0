"""How and where money is taken."""

from decimal import Decimal

from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from ims_wagtail.funds.codes import CODE_TAKEN, code_validator, ledger_code_validator
from ims_wagtail.funds.colours import clean_colours, colour_validator
from ims_wagtail.funds.enums import MethodKind


#: Limits count pounds taken, so that none is below nothing.
not_negative = MinValueValidator(Decimal(0), _("Enter an amount of £0 or more"))


class Office(models.Model):
    """A place where money is taken, stamped on what its staff enter."""

    code = models.CharField(
        _("code"),
        max_length=2,
        unique=True,
        validators=[code_validator],
        error_messages={"unique": CODE_TAKEN},
    )
    name = models.CharField(_("name"), max_length=50)
    enabled = models.BooleanField(_("enabled"), default=True)

    class Meta:
        verbose_name = _("office")
        verbose_name_plural = _("offices")

    def __str__(self) -> str:
        return f"{self.code} {self.name}"


class MethodOfPayment(models.Model):
    """How money came in or moved: cash, card, journal and so on."""

    code = models.CharField(
        _("code"),
        max_length=5,
        unique=True,
        validators=[code_validator],
        error_messages={"unique": CODE_TAKEN},
    )
    name = models.CharField(_("name"), max_length=50)
    name_cy = models.CharField(_("name in Welsh"), max_length=50, blank=True)
    kind = models.CharField(_("kind"), max_length=24, choices=MethodKind)
    is_default = models.BooleanField(_("used for its kind unless another is chosen"), default=False)
    minimum_amount = models.DecimalField(
        _("least"),
        max_digits=12,
        decimal_places=2,
        default=Decimal("0.00"),
        validators=[not_negative],
    )
    maximum_amount = models.DecimalField(
        _("most"), max_digits=12, decimal_places=2, validators=[not_negative]
    )
    refundable = models.BooleanField(_("can be refunded"), default=False)
    background_colour = models.CharField(
        _("background colour"),
        max_length=7,
        blank=True,
        validators=[colour_validator],
        help_text=_("As #2185d0; leave both colours empty for the usual ones"),
    )
    text_colour = models.CharField(
        _("text colour"),
        max_length=7,
        blank=True,
        validators=[colour_validator],
        help_text=_("It must be readable on the background: at least 4.5 to 1"),
    )
    clearing_code = models.CharField(
        _("clearing code"),
        max_length=30,
        blank=True,
        validators=[ledger_code_validator],
        help_text=_("The general-ledger code of the account in which this money arrives"),
    )
    enabled = models.BooleanField(_("enabled"), default=True)

    class Meta:
        verbose_name = _("method of payment")
        verbose_name_plural = _("methods of payment")
        constraints = [
            models.UniqueConstraint(
                fields=["kind"],
                condition=Q(is_default=True),
                name="ims_one_default_method_a_kind",
                violation_error_message=_(
                    "Another method is used for this kind: take the tick away there first"
                ),
            ),
            models.CheckConstraint(
                condition=Q(minimum_amount__gte=0, minimum_amount__lte=F("maximum_amount")),
                name="ims_method_limits_in_order",
                violation_error_message=_("The least can't be more than the most"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.name}"

    def clean(self) -> None:
        clean_colours(self)
