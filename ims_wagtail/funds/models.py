"""What can be paid for: funds, payment types, VAT, methods of payment, offices, reference rules."""

from decimal import Decimal

from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from .cleaning import clean_check_digit, clean_payment_type, clean_reference_rule
from .enums import (
    AmountSource,
    CharacterType,
    CheckDigitAlgorithm,
    MethodKind,
    ReferenceSource,
)


_code = RegexValidator(r"\A[A-Z0-9]+\Z", _("Use capital letters and digits only"))


class VatCode(models.Model):
    """A VAT treatment such as standard, zero or exempt; its percentage lives in dated rates."""

    code = models.CharField(_("code"), max_length=2, unique=True, validators=[_code])
    name = models.CharField(_("name"), max_length=50)
    enabled = models.BooleanField(_("enabled"), default=True)

    class Meta:
        verbose_name = _("VAT code")
        verbose_name_plural = _("VAT codes")

    def __str__(self) -> str:
        return f"{self.code} {self.name}"


class VatRate(models.Model):
    """The rate of a VAT code from a day on, as a fraction: 0.2 is 20 %."""

    vat_code = models.ForeignKey(VatCode, models.CASCADE, related_name="rates")
    starts = models.DateField(_("from"))
    rate = models.DecimalField(
        _("rate"),
        max_digits=5,
        decimal_places=4,
        validators=[MinValueValidator(Decimal(0)), MaxValueValidator(Decimal(1))],
        help_text=_("A fraction: 0.2 is 20 %"),
    )

    class Meta:
        verbose_name = _("VAT rate")
        verbose_name_plural = _("VAT rates")
        constraints = [
            models.UniqueConstraint(fields=["vat_code", "starts"], name="ims_one_vat_rate_a_day"),
            models.CheckConstraint(
                condition=Q(rate__gte=0, rate__lte=1), name="ims_vat_rate_is_a_fraction"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.vat_code.code}: {self.rate:.2%} from {self.starts}"


class CheckDigit(models.Model):
    """How the check character of a reference is worked out.

    Source: the weighted-sum and Dynix strategies of the councils' earlier system.
    """

    name = models.CharField(_("name"), max_length=100, unique=True)
    algorithm = models.CharField(_("algorithm"), max_length=20, choices=CheckDigitAlgorithm)
    modulus = models.PositiveSmallIntegerField(
        _("modulus"), validators=[MinValueValidator(2), MaxValueValidator(97)]
    )
    weights = ArrayField(
        models.SmallIntegerField(),
        verbose_name=_("weights"),
        help_text=_("One for each character of the reference, the check character's own included"),
    )
    source_prefix = models.CharField(
        _("characters that replace the start"),
        max_length=20,
        blank=True,
        help_text=_("“05” turns BJ1234567 into 051234567 before weighing"),
    )
    substitutions = models.JSONField(
        _("results written as another character"),
        default=dict,
        blank=True,
        help_text=_("10 as A is {“10”: “A”}"),
    )
    subtract = models.BooleanField(_("subtract the remainder from the modulus"), default=False)

    class Meta:
        verbose_name = _("check digit")
        verbose_name_plural = _("check digits")
        constraints = [
            models.CheckConstraint(condition=Q(modulus__gte=2), name="ims_modulus_at_least_2"),
            models.CheckConstraint(
                condition=Q(weights__len__gte=1), name="ims_check_digit_has_weights"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        clean_check_digit(self)


class ReferenceRule(models.Model):
    """What a valid account reference looks like. Every part that is set is always checked."""

    name = models.CharField(_("name"), max_length=60, unique=True)
    minimum_length = models.PositiveSmallIntegerField(
        _("shortest"), default=1, validators=[MinValueValidator(1), MaxValueValidator(36)]
    )
    maximum_length = models.PositiveSmallIntegerField(
        _("longest"), default=30, validators=[MinValueValidator(1), MaxValueValidator(36)]
    )
    character_type = models.CharField(
        _("characters"), max_length=30, choices=CharacterType, blank=True
    )
    pattern = models.CharField(
        _("pattern"), max_length=200, blank=True, help_text=_("A regular expression, whole text")
    )
    mask = models.CharField(
        _("mask"),
        max_length=36,
        blank=True,
        help_text=_(
            "$ letter, # digit, ? letter or digit, * letter, digit, space, / or -, "
            "@ check character; anything else stands for itself"
        ),
    )
    check_digit = models.ForeignKey(
        CheckDigit, models.PROTECT, null=True, blank=True, verbose_name=_("check digit")
    )
    ignore_spaces = models.BooleanField(_("ignore spaces"), default=True)
    ignore_hyphens = models.BooleanField(_("ignore hyphens"), default=False)
    example = models.CharField(
        _("example"),
        max_length=36,
        blank=True,
        help_text=_("A reference that holds, shown as help"),
    )

    class Meta:
        verbose_name = _("reference rule")
        verbose_name_plural = _("reference rules")
        constraints = [
            models.CheckConstraint(
                condition=Q(minimum_length__gte=1, minimum_length__lte=F("maximum_length")),
                name="ims_reference_lengths_in_order",
            ),
            models.CheckConstraint(
                condition=~Q(mask__contains="@") | Q(check_digit__isnull=False),
                name="ims_mask_has_its_check_digit",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        clean_reference_rule(self)


class Fund(models.Model):
    """An account of the council that money is paid into."""

    code = models.CharField(_("code"), max_length=5, unique=True, validators=[_code])
    name = models.CharField(_("name"), max_length=50)
    reference_rule = models.ForeignKey(
        ReferenceRule, models.PROTECT, null=True, blank=True, verbose_name=_("reference rule")
    )
    account_must_exist = models.BooleanField(
        _("account must exist"),
        default=False,
        help_text=_("Refuse a reference that is not among the fund's account holders"),
    )
    maximum_amount = models.DecimalField(
        _("most that may be paid at once"),
        max_digits=12,
        decimal_places=2,
        validators=[MinValueValidator(Decimal("0.01"))],
    )
    allow_overpayment = models.BooleanField(
        _("allow more than the balance"),
        default=True,
        help_text=_("Otherwise an account can't be paid more than it owes"),
    )
    vat_code = models.ForeignKey(VatCode, models.PROTECT, verbose_name=_("VAT code"))
    vat_override = models.BooleanField(
        _("another VAT code may be chosen"), default=False, help_text=_("By staff, line by line")
    )
    is_suspense = models.BooleanField(
        _("suspense fund"), default=False, help_text=_("Holds money nobody has matched yet")
    )
    enabled = models.BooleanField(_("enabled"), default=True)

    class Meta:
        verbose_name = _("fund")
        verbose_name_plural = _("funds")
        constraints = [
            models.UniqueConstraint(
                fields=["is_suspense"], condition=Q(is_suspense=True), name="ims_one_suspense_fund"
            ),
            models.CheckConstraint(
                condition=Q(maximum_amount__gt=0), name="ims_fund_maximum_above_zero"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.name}"


class Office(models.Model):
    """A place where money is taken, stamped on what its staff enter."""

    code = models.CharField(_("code"), max_length=2, unique=True, validators=[_code])
    name = models.CharField(_("name"), max_length=50)
    enabled = models.BooleanField(_("enabled"), default=True)

    class Meta:
        verbose_name = _("office")
        verbose_name_plural = _("offices")

    def __str__(self) -> str:
        return f"{self.code} {self.name}"


class MethodOfPayment(models.Model):
    """How money came in or moved: cash, card, journal and so on."""

    code = models.CharField(_("code"), max_length=5, unique=True, validators=[_code])
    name = models.CharField(_("name"), max_length=50)
    kind = models.CharField(_("kind"), max_length=24, choices=MethodKind)
    is_default = models.BooleanField(_("used for its kind unless another is chosen"), default=False)
    minimum_amount = models.DecimalField(
        _("least"), max_digits=12, decimal_places=2, default=Decimal("0.00")
    )
    maximum_amount = models.DecimalField(_("most"), max_digits=12, decimal_places=2)
    refundable = models.BooleanField(_("can be refunded"), default=False)
    enabled = models.BooleanField(_("enabled"), default=True)

    class Meta:
        verbose_name = _("method of payment")
        verbose_name_plural = _("methods of payment")
        constraints = [
            models.UniqueConstraint(
                fields=["kind"], condition=Q(is_default=True), name="ims_one_default_method_a_kind"
            ),
            models.CheckConstraint(
                condition=Q(minimum_amount__gte=0, minimum_amount__lte=F("maximum_amount")),
                name="ims_method_limits_in_order",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.name}"


class PaymentType(models.Model):
    """Something a resident can pay for; several may pay into one fund."""

    slug = models.SlugField(_("short name in addresses"), max_length=50, unique=True)
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
    reference_hint = models.CharField(_("hint of the reference"), max_length=200, blank=True)
    amount_source = models.CharField(
        _("amount"), max_length=10, choices=AmountSource, default=AmountSource.PAYER
    )
    fixed_amount = models.DecimalField(
        _("price"), max_digits=12, decimal_places=2, null=True, blank=True
    )
    minimum_amount = models.DecimalField(
        _("least"), max_digits=12, decimal_places=2, default=Decimal("0.01")
    )
    maximum_amount = models.DecimalField(
        _("most"),
        max_digits=12,
        decimal_places=2,
        null=True,
        blank=True,
        help_text=_("Leave empty for the fund's limit"),
    )
    ask_address = models.BooleanField(_("ask for the payer's address"), default=False)
    open_from = models.DateField(_("open from"), null=True, blank=True)
    open_until = models.DateField(_("open until"), null=True, blank=True)
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
                condition=~Q(amount_source="fixed")
                | Q(fixed_amount__isnull=False, fixed_amount__gt=0),
                name="ims_fixed_amount_given",
            ),
            models.CheckConstraint(
                condition=Q(minimum_amount__gt=0)
                & (Q(maximum_amount__isnull=True) | Q(minimum_amount__lte=F("maximum_amount"))),
                name="ims_payment_type_limits_in_order",
            ),
            models.CheckConstraint(
                condition=Q(open_from__isnull=True)
                | Q(open_until__isnull=True)
                | Q(open_from__lte=F("open_until")),
                name="ims_payment_type_days_in_order",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        clean_payment_type(self)
