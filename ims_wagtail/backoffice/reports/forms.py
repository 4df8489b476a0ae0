"""What a reader of a report may choose, and what it is called when it is kept."""

from datetime import date
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ims_wagtail.access.filters import NativeDateInput
from ims_wagtail.access.policy import Scope, funds_for, scope_of
from ims_wagtail.clock import accounting_date
from ims_wagtail.funds.models import Fund, FundGroup

from .asking import Asked, Period, days_of
from .models import SavedReport
from .report import Report


VIEW = "ims_reports.view_report"
EXPORT = "ims_reports.export_report"


class AskForm(forms.Form):
    """The days and the funds of a report, all in the address."""

    period = forms.ChoiceField(label=gettext_lazy("Period"), choices=Period, required=False)
    start = forms.DateField(label=gettext_lazy("From"), required=False, widget=NativeDateInput)
    end = forms.DateField(label=gettext_lazy("To"), required=False, widget=NativeDateInput)
    fund = forms.ModelChoiceField(
        label=gettext_lazy("Fund"),
        queryset=Fund.objects.none(),
        required=False,
        empty_label=gettext_lazy("All of yours"),
    )
    fund_group = forms.ModelChoiceField(
        label=gettext_lazy("Fund group"),
        queryset=FundGroup.objects.none(),
        required=False,
        empty_label=gettext_lazy("Any"),
    )

    def __init__(self, asked: QueryDict, *, user: Any, today: date | None = None) -> None:
        data = asked.copy()
        if not data.get("period"):
            data["period"] = Period.THIS_MONTH
        super().__init__(data)
        self.user = user
        self.today = today or accounting_date()
        own = funds_for(user, VIEW)
        chosen_fund: Any = self.fields["fund"]
        chosen_fund.queryset = own.order_by("code")
        within = FundGroup.funds.through.objects.filter(fund__in=own.values("pk"))
        chosen_group: Any = self.fields["fund_group"]
        chosen_group.queryset = FundGroup.objects.filter(
            pk__in=within.values("fundgroup")
        ).order_by("name")

    def clean(self) -> dict[str, Any]:
        """Between two days takes two days, the first before the last."""
        cleaned = super().clean() or {}
        if cleaned.get("period") == Period.BETWEEN:
            for name in ("start", "end"):
                if not cleaned.get(name) and name not in self.errors:
                    self.add_error(name, _("Enter a day"))
            if not self.errors and cleaned["start"] > cleaned["end"]:
                self.add_error("end", _("The last day lies before the first"))
        return cleaned

    def asked(self) -> Asked:
        """Return what a valid form asks for, within the funds the person works in now."""
        chosen = self.cleaned_data
        period = Period(chosen["period"])
        days = (chosen["start"], chosen["end"])
        start, end = days if period == Period.BETWEEN else days_of(period, self.today)
        scope = scope_of(self.user, VIEW)
        if fund := chosen["fund"]:
            scope = scope & Scope(fund_ids=frozenset([fund.pk]))
        if group := chosen["fund_group"]:
            scope = scope & Scope(fund_ids=frozenset(group.funds.values_list("pk", flat=True)))
        return Asked(start, end, scope)


class SaveReportForm(forms.ModelForm):
    """A name for a report as it is asked for now, and how often it is sent."""

    class Meta:
        model = SavedReport
        fields = ("name", "frequency", "report", "query")


def form_of(saved: SavedReport, *, today: date) -> AskForm:
    """Return the question of a saved report, as its owner would ask it on a day."""
    return AskForm(QueryDict(saved.query), user=saved.owner, today=today)


def heading_of(report: Report, asked: Asked) -> str:
    """Say what days an outcome is of."""
    first, last = (date_format(day, "j F Y") for day in (asked.start, asked.end))
    if report.as_at:
        return _("At the end of %(day)s") % {"day": last}
    if first == last:
        return first
    return _("%(first)s to %(last)s") % {"first": first, "last": last}
