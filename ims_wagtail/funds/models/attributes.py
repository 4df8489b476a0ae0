"""Facts a council wants in its exports about funds and payment types."""

from django.contrib.postgres.fields import ArrayField
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from ims_wagtail.funds.attributes import clean_attribute
from ims_wagtail.funds.enums import AttributeKind, AttributeOwner

from .funds import Fund
from .payment_types import PaymentType


class Attribute(models.Model):
    """A fact that finance defines, with its type; exports carry it under its name."""

    name = models.CharField(
        _("name in files"),
        max_length=30,
        validators=[
            RegexValidator(
                r"\A[a-z][a-z0-9_]*\Z",
                _("Use small letters, digits and _, beginning with a letter"),
            )
        ],
        help_text=_("“cost_centre”"),
    )
    label = models.CharField(_("label on screens"), max_length=50)
    applies_to = models.CharField(_("a fact about"), max_length=15, choices=AttributeOwner)
    kind = models.CharField(_("kind"), max_length=10, choices=AttributeKind)
    choices = ArrayField(
        models.CharField(max_length=50),
        verbose_name=_("choices"),
        default=list,
        blank=True,
        help_text=_("Separate them with commas; for a choice only"),
    )
    required = models.BooleanField(_("required"), default=False)
    position = models.PositiveSmallIntegerField(
        _("place in forms"), default=0, blank=True, help_text=_("Smaller numbers come first")
    )

    class Meta:
        verbose_name = _("attribute")
        verbose_name_plural = _("attributes")
        constraints = [
            models.UniqueConstraint(
                fields=["applies_to", "name"],
                name="ims_attribute_named_once",
                violation_error_message=_("This name is taken: choose another one"),
            ),
            models.CheckConstraint(
                condition=~Q(kind="choice") | Q(choices__len__gte=1),
                name="ims_attribute_has_its_choices",
                violation_error_message=_("Give the choices"),
            ),
        ]

    def __str__(self) -> str:
        return self.label

    def clean(self) -> None:
        self.position = self.position or 0
        clean_attribute(self)


class AttributeValue(models.Model):
    """What one attribute says about one fund or payment type, as text that its kind can read."""

    attribute = models.ForeignKey(Attribute, models.PROTECT, related_name="values")
    fund = models.ForeignKey(
        Fund, models.CASCADE, null=True, blank=True, related_name="attribute_values"
    )
    payment_type = models.ForeignKey(
        PaymentType, models.CASCADE, null=True, blank=True, related_name="attribute_values"
    )
    value = models.CharField(max_length=200)

    class Meta:
        verbose_name = _("value of an attribute")
        verbose_name_plural = _("values of attributes")
        default_permissions = ()
        constraints = [
            models.CheckConstraint(
                condition=Q(fund__isnull=True) ^ Q(payment_type__isnull=True),
                name="ims_attribute_value_has_one_owner",
            ),
            models.CheckConstraint(
                condition=~Q(value=""), name="ims_attribute_value_says_something"
            ),
            models.UniqueConstraint(fields=["attribute", "fund"], name="ims_one_value_a_fund"),
            models.UniqueConstraint(
                fields=["attribute", "payment_type"], name="ims_one_value_a_payment_type"
            ),
        ]

    def __str__(self) -> str:
        return self.value
