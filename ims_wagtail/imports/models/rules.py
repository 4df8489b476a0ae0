"""Rules that finance writes for rows of transactions."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from ims_wagtail.funds.models import Fund
from ims_wagtail.imports.rules.enums import ActionKind, Match, Operator, RuleField

from .runs import Import
from .types import ImportType


class ImportRule(models.Model):
    """What is done about rows of a kind. Switched on by two people; frozen while it is on.

    The database keeps both: nobody switches on what they asked for, and neither conditions nor
    actions change while the rule is on.
    """

    name = models.CharField(_("name"), max_length=80, unique=True)
    import_types: models.ManyToManyField = models.ManyToManyField(
        ImportType,
        blank=True,
        related_name="rules",
        verbose_name=_("import types"),
        help_text=_("Leave empty for files of every type"),
    )
    order = models.PositiveSmallIntegerField(
        _("order"),
        default=100,
        help_text=_("Smaller numbers first. A later rule sees what an earlier one did"),
    )
    match = models.CharField(
        _("groups of conditions"), max_length=3, choices=Match, default=Match.ANY
    )
    starts = models.DateField(
        _("for rows from"), null=True, blank=True, help_text=_("The date of the row")
    )
    ends = models.DateField(_("for rows until"), null=True, blank=True)
    enabled = models.BooleanField(_("on"), default=False, editable=False)
    #: Counts how often it was switched off: what a second person approved was this version.
    version = models.PositiveIntegerField(default=1, editable=False)
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        editable=False,
        db_index=False,
        related_name="+",
    )
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        editable=False,
        db_index=False,
        related_name="+",
    )

    class Meta:
        verbose_name = _("import rule")
        verbose_name_plural = _("import rules")
        ordering = ["order", "pk"]
        permissions = [
            ("enable_importrule", "Can ask for an import rule to be switched on"),
            ("approve_enable_importrule", "Can approve switching an import rule on"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(enabled=False)
                | Q(asked_by__isnull=False, approved_by__isnull=False)
                & ~Q(asked_by=F("approved_by")),
                name="ims_a_rule_is_switched_on_by_two",
            ),
            models.CheckConstraint(
                condition=Q(starts__isnull=True) | Q(ends__isnull=True) | Q(ends__gte=F("starts")),
                name="ims_a_rule_ends_after_it_starts",
                violation_error_message=_("The last day is before the first"),
            ),
        ]

    def __str__(self) -> str:
        return self.name


class RuleCondition(models.Model):
    """One comparison. ``value`` is text as typed: ``rules.reading`` gives it its type."""

    rule = models.ForeignKey(ImportRule, models.CASCADE, related_name="conditions")
    group = models.PositiveSmallIntegerField(_("group"), default=1)
    field = models.CharField(_("the row's"), max_length=10, choices=RuleField)
    operator = models.CharField(_("compared"), max_length=16, choices=Operator)
    value = models.TextField(_("with"), blank=True)

    class Meta:
        verbose_name = _("condition of a rule")
        verbose_name_plural = _("conditions of rules")
        default_permissions = ()
        ordering = ["group", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(group__gte=1, group__lte=9), name="ims_rule_groups_are_1_to_9"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.field} {self.operator} {self.value}"


class RuleAction(models.Model):
    """One thing done to a row."""

    rule = models.ForeignKey(ImportRule, models.CASCADE, related_name="actions")
    kind = models.CharField(_("what is done"), max_length=16, choices=ActionKind)
    value = models.CharField(_("value"), max_length=200, blank=True)
    #: Of a split: the part, and the fund it goes to; ``value`` is its account reference.
    amount = models.DecimalField(
        _("amount of the part"), max_digits=12, decimal_places=2, null=True, blank=True
    )
    fund = models.ForeignKey(
        Fund,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("fund of the part"),
    )

    class Meta:
        verbose_name = _("action of a rule")
        verbose_name_plural = _("actions of rules")
        default_permissions = ()
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(kind=ActionKind.SPLIT)
                | Q(amount__isnull=False, amount__gt=0, fund__isnull=False),
                name="ims_a_split_says_amount_and_fund",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.value}"


class RuleUse(models.Model):
    """How many rows of a file a rule acted on. It keeps rules that ever acted from being deleted.

    Counted while the file is checked, so that no list has to look through millions of rows.
    """

    rule = models.ForeignKey(ImportRule, models.PROTECT, related_name="uses", db_index=False)
    of_import = models.ForeignKey(Import, models.CASCADE, related_name="rule_uses")
    count = models.PositiveIntegerField(_("rows"))

    class Meta:
        verbose_name = _("file it acted on")
        verbose_name_plural = _("files it acted on")
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["rule", "of_import"], name="ims_one_use_of_a_rule"),
        ]

    def __str__(self) -> str:
        return f"{self.rule_id} {self.of_import_id} {self.count}"
