"""Funds that are looked at together."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from .funds import Fund


class FundGroup(models.Model):
    """Funds that finance looks at together, such as all parking or all of housing."""

    name = models.CharField(
        _("name"),
        max_length=50,
        unique=True,
        error_messages={"unique": _("Another group has this name: choose another one")},
    )
    funds = models.ManyToManyField(Fund, related_name="groups", verbose_name=_("funds"))

    class Meta:
        verbose_name = _("fund group")
        verbose_name_plural = _("fund groups")

    def __str__(self) -> str:
        return self.name
