"""Income → Set-up → Access review: who can move money in which fund, and whether they still do."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib.auth import get_user_model
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import TemplateView
from wagtail.admin.menu import MenuItem
from wagtail.admin.views.generic import WagtailAdminTemplateMixin

from ims_wagtail.access import audit
from ims_wagtail.access.duties import TASKS, conflicts
from ims_wagtail.access.export import stream_csv
from ims_wagtail.access.models import StaffProfile
from ims_wagtail.access.policy import EVERYWHERE, Scope, scope_of
from ims_wagtail.access.review import last_used, scopes_by_person
from ims_wagtail.approvals.limits import limits_in_words
from ims_wagtail.funds.models import Fund

from .screens import VIEW, name_of


EXPORT = "ims_access.export_staffprofile"


@dataclass(frozen=True, slots=True)
class Holding:
    """One thing a person may do with money."""

    person: str
    user_name: str
    task: str | Promise
    funds: str
    last_sign_in: datetime | None
    last_used: datetime | None


def holdings(scope: Scope) -> list[Holding]:
    """Return who may do what in the funds of the scope, administrators first; six queries."""
    words, used = fund_words(scope), last_used(TASKS)
    administrators = get_user_model()._default_manager.filter(is_active=True, is_superuser=True)
    rows = [
        Holding(
            person=name_of(user),
            user_name=user.get_username(),
            task=_("Everything: an administrator"),
            funds=words(EVERYWHERE),
            last_sign_in=user.last_login,
            last_used=max((at for (pk, _task), at in used.items() if pk == user.pk), default=None),
        )
        for user in administrators.order_by("pk")
    ]
    for user, scopes in scopes_by_person(TASKS):
        rows += [
            Holding(
                person=name_of(user),
                user_name=user.get_username(),
                task=task,
                funds=words(scopes[permission]),
                last_sign_in=user.last_login,
                last_used=used.get((user.pk, permission)),
            )
            for permission, task in TASKS.items()
            if permission in scopes and scopes[permission] & scope
        ]
    return rows


def fund_words(scope: Scope) -> Callable[[Scope], str]:
    """Return a function that names the funds of a scope, as far as the reader works in them."""
    codes = dict(Fund.objects.order_by("code").values_list("pk", "code"))

    def words(held: Scope) -> str:
        if held.every:
            return _("All funds")
        return ", ".join(code for pk, code in codes.items() if pk in held & scope)

    return words


class AccessReviewView(WagtailAdminTemplateMixin, TemplateView):
    """The review as a page, and as a file with ``?export=csv``."""

    template_name = "ims_wagtail/backoffice/staff/access_review.html"
    page_title = gettext_lazy("Access review")
    header_icon = "key"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        self.scope = scope_of(request.user, VIEW)
        if not self.scope:
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)  # type: ignore[return-value]

    def get(  # type: ignore[override]
        self, request: HttpRequest, *args: Any, **kwargs: Any
    ) -> HttpResponseBase:
        if "export" not in request.GET:
            return super().get(request, *args, **kwargs)
        allowed = scope_of(request.user, EXPORT) & self.scope
        if not allowed or request.GET["export"] != "csv":
            raise PermissionDenied
        audit.record(user=request.user, action="export", obj=StaffProfile)
        headings: Mapping[str, Any] = {
            "person": _("Person"),
            "user_name": _("User name"),
            "task": _("May"),
            "funds": _("Funds"),
            "last_sign_in": _("Last sign-in"),
            "last_used": _("Last used"),
        }
        return stream_csv(
            filename="access-review",
            headings=list(headings.values()),
            rows=([getattr(row, name) for name in headings] for row in holdings(allowed)),
        )

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        return [*self.breadcrumbs_items, {"url": "", "label": self.get_page_title()}]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        words = fund_words(self.scope)
        return {
            **super().get_context_data(**kwargs),
            "holdings": holdings(self.scope),
            "conflicts": [
                {
                    "person": name_of(found.user),
                    "duty": found.duty.name,
                    "funds": words(found.scope),
                }
                for found in conflicts()
                if found.scope & self.scope
            ],
            "limits": limits_in_words(),
            "may_export": bool(scope_of(self.request.user, EXPORT)),
        }


class AccessReviewMenuItem(MenuItem):
    """Shown to whoever may see people."""

    def is_shown(self, request: HttpRequest) -> bool:
        return bool(scope_of(request.user, VIEW))
