"""Income → Messages of the day: written here, shown to residents or to staff while they last."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django import forms
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin.forms import WagtailAdminModelForm
from wagtail.admin.ui.components import Component
from wagtail.admin.ui.tables import Column
from wagtail.models import Site

from ims_wagtail.access.columns import TimeColumn
from ims_wagtail.access.filters import StaffFilterSet
from ims_wagtail.access.viewsets import ScopedModelViewSet
from ims_wagtail.clock import LONDON
from ims_wagtail.ui.council import notices_for
from ims_wagtail.ui.models import Audience, Notice


class LondonDateTimeField(forms.DateTimeField):
    """A moment as UK clocks show it, in the browser's own input, whatever the reader's profile."""

    def __init__(self, **options: Any) -> None:
        widget = forms.DateTimeInput({"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
        super().__init__(widget=widget, **options)

    def prepare_value(self, value: Any) -> Any:
        if isinstance(value, datetime) and timezone.is_aware(value):
            return value.astimezone(LONDON).replace(tzinfo=None)
        return value

    def to_python(self, value: Any) -> datetime | None:
        with timezone.override(LONDON):
            return super().to_python(value)


class NoticeForm(WagtailAdminModelForm):
    """Who is told what, and from when to when."""

    class Meta:
        model = Notice
        fields = ["site", "audience", "severity", "text", "text_cy", "starts", "ends"]
        field_classes = {"starts": LondonDateTimeField, "ends": LondonDateTimeField}
        widgets = {
            "text": forms.Textarea({"rows": 3}),
            "text_cy": forms.Textarea({"rows": 3}),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance._state.adding:
            self.initial.setdefault("starts", timezone.now())
            self.initial.setdefault("site", Site.objects.filter(is_default_site=True).first())


class NoticeFilterSet(StaffFilterSet):
    class Meta:
        model = Notice
        fields = ["site", "audience", "severity"]


def state_of(notice: Notice) -> str:
    """Say whether a message is shown now."""
    now = timezone.now()
    if notice.ends and notice.ends <= now:
        return _("Over")
    return _("Shown now") if notice.starts <= now else _("To come")


class NoticeViewSet(ScopedModelViewSet):
    model = Notice
    name = "messages"
    icon = "comment"
    menu_label = gettext_lazy("Messages of the day")
    menu_order = 70
    filterset_class = NoticeFilterSet
    ordering = "-starts"
    select_related = ("site",)
    search_fields = ["text", "text_cy"]
    list_display = [
        "__str__",
        Column("get_audience_display", label=gettext_lazy("For"), sort_key="audience"),
        Column("get_severity_display", label=gettext_lazy("Severity")),
        Column("site", label=gettext_lazy("Site")),
        TimeColumn("starts", label=gettext_lazy("Starts"), sort_key="starts"),
        TimeColumn("ends", label=gettext_lazy("Ends"), sort_key="ends"),
        Column("state", label=gettext_lazy("State"), accessor=state_of),
    ]

    def get_form_class(self, for_update: bool = False) -> type[forms.ModelForm]:
        return NoticeForm


def staff_notices(request: HttpRequest) -> list[Notice]:
    """Return what the site has to say to staff today."""
    return notices_for(request, Audience.STAFF)


class NoticePanel(Component):
    """The messages on Wagtail's home page, above everything else."""

    name = "ims_notices"
    template_name = "ims_wagtail/backoffice/staff/notices.html"
    order = 10

    def __init__(self, notices: list[Notice]) -> None:
        self.notices = notices

    def get_context_data(self, parent_context: Mapping[str, Any] | None = None) -> dict[str, Any]:
        return {"notices": self.notices}
