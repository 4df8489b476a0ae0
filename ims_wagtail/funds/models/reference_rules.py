"""What valid account references look like."""

from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from ims_wagtail.funds.cleaning import clean_check_digit, clean_reference_rule
from ims_wagtail.funds.enums import CharacterType, CheckDigitAlgorithm


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
        help_text=_('10 as A is {"10": "A"}'),
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
