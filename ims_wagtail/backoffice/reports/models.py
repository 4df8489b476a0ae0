"""Reports that somebody keeps under a name and has sent to them, and what they were at the time."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _


class Frequency(models.TextChoices):
    """How often a report is made and sent."""

    NEVER = "never", _("Not sent")
    DAILY = "daily", _("Every day")
    WEEKLY = "weekly", _("Every Monday")
    MONTHLY = "monthly", _("On the first of the month")


class SavedReport(models.Model):
    """What a person asks of a report, under a name. Only the question is kept.

    When it is sent, it tells of the funds its owner works in then.
    """

    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="ims_saved_reports"
    )
    report = models.CharField(max_length=40, help_text=_("The code of the report"))
    name = models.CharField(_("name"), max_length=60)
    query = models.CharField(max_length=500, blank=True)
    frequency = models.CharField(
        _("sent by e-mail"), max_length=10, choices=Frequency, default=Frequency.NEVER
    )
    problem = models.CharField(
        max_length=200, blank=True, help_text=_("Why it was not sent when it was last due")
    )
    saved_at = models.DateTimeField(db_default=Now())

    class Meta:
        verbose_name = _("saved report")
        verbose_name_plural = _("saved reports")
        default_permissions = ()
        permissions = [
            ("view_report", "Can see reports and have them sent"),
            ("export_report", "Can download reports"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["owner", "report", "name"], name="ims_one_saved_report_a_name"
            ),
            models.CheckConstraint(condition=~Q(name=""), name="ims_saved_report_has_a_name"),
        ]

    def __str__(self) -> str:
        return self.name


class ReportResult(models.Model):
    """A report as it was on the day it was due, for its owner's eyes; deleted after a while."""

    saved = models.ForeignKey(
        SavedReport, models.CASCADE, related_name="results", verbose_name=_("saved report")
    )
    due_on = models.DateField(_("due"))
    made_at = models.DateTimeField(_("made at"), null=True)
    start = models.DateField(null=True)
    end = models.DateField(null=True)
    every_fund = models.BooleanField(default=False)
    funds = models.JSONField(default=list, help_text=_("Keys of the funds it tells of"))
    rows = models.JSONField(default=list)
    checks = models.JSONField(default=list)

    class Meta:
        verbose_name = _("kept report")
        verbose_name_plural = _("kept reports")
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["saved", "due_on"], name="ims_a_report_is_due_once"),
        ]

    def __str__(self) -> str:
        return f"{self.saved_id} {self.due_on}"
