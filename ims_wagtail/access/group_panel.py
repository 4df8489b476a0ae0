"""The part of the Groups screen that says in which funds a group's permissions hold."""

from typing import Any

from django import forms
from django.contrib.auth.models import Group
from django.db import transaction
from django.forms.boundfield import BoundWidget
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from wagtail.log_actions import get_active_log_context

from ims_wagtail.funds.models import Fund

from .audit import record
from .models import GroupFund


class GroupFundsPanel(forms.Form):
    """All funds, or some of them. Without either, the group's permissions open no fund."""

    all_funds = forms.BooleanField(
        label=_("All funds"),
        required=False,
        help_text=_("Funds added later too. The choice below then counts for nothing."),
    )

    def __init__(self, data: Any = None, files: Any = None, instance: Group | None = None) -> None:
        self.group = instance or Group()
        super().__init__(data, files, prefix="ims_funds", initial=self._granted())
        self.fields["funds"] = forms.ModelMultipleChoiceField(
            label=_("Funds"),
            queryset=Fund.objects.order_by("code"),
            required=False,
            widget=forms.CheckboxSelectMultiple,
        )

    @property
    def rows(self) -> list[tuple[Fund, BoundWidget]]:
        """Return each fund with its tick box, for the table."""
        boxes = {str(box.data["value"]): box for box in self["funds"].subwidgets}
        funds = Fund.objects.order_by("code")
        return [(fund, boxes[str(fund.pk)]) for fund in funds if str(fund.pk) in boxes]

    def clean(self) -> dict[str, Any] | None:
        """Refuse a change of a group by one of its own members, whatever it would change."""
        actor = get_active_log_context().user
        members = None if self.group._state.adding else self.group.user_set
        if (
            members is not None
            and actor is not None
            and not actor.is_superuser
            and members.filter(pk=actor.pk).exists()
        ):
            raise forms.ValidationError(
                _("You are a member of this group, and nobody changes their own rights.")
            )
        return super().clean()

    def _granted(self) -> dict[str, Any]:
        if self.group._state.adding:
            return {}
        rows = list(GroupFund.objects.filter(group=self.group).values_list("fund_id", flat=True))
        return {
            "all_funds": None in rows,
            "funds": [fund_id for fund_id in rows if fund_id is not None],
        }

    @transaction.atomic
    def save(self) -> None:
        """Write the choice down, and in the audit log what it was before."""
        before = self._in_words()
        wanted: set[int | None] = {fund.pk for fund in self.cleaned_data["funds"]}
        if self.cleaned_data["all_funds"]:
            wanted = {None}
        rows = GroupFund.objects.filter(group=self.group)
        present = set(rows.values_list("fund_id", flat=True))
        for row in rows:
            if row.fund_id not in wanted:
                row.delete()
        GroupFund.objects.bulk_create(
            [GroupFund(group=self.group, fund_id=fund_id) for fund_id in wanted - present]
        )
        after = self._in_words()
        if before != after:
            record(
                user=get_active_log_context().user,
                action="change funds",
                obj=self.group,
                before={"funds": before},
                after={"funds": after},
            )

    def _in_words(self) -> list[str]:
        rows = GroupFund.objects.filter(group=self.group).select_related("fund")
        return sorted(str(row.fund) if row.fund else "all" for row in rows)

    def as_admin_panel(self) -> SafeString:
        """Draw the panel for the Groups screen."""
        return render_to_string("ims_wagtail/access/staff/group_funds.html", {"form": self})
