"""What waits for a second person, and deciding about it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import BadRequest, PermissionDenied
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from wagtail.admin import messages

from ims_wagtail.access import audit
from ims_wagtail.clock import accounting_date
from ims_wagtail.funds.models import PriceChange
from ims_wagtail.funds.pricing import PriceRefused, approve, withdraw, words

from .screens import PriceScreen
from .standing import APPROVE, has_say, may_approve, may_withdraw, price_today


@dataclass(frozen=True, slots=True)
class Batch:
    """Changes that were entered together: one upload, or one change entered by hand."""

    rows: Sequence[dict[str, Any]]
    may_approve: bool

    @property
    def first(self) -> PriceChange:
        """Any of them: all have one person and one moment."""
        return self.rows[0]["change"]

    @property
    def ids(self) -> str:
        """What the button sends: exactly the changes that are shown."""
        return ",".join(str(row["change"].pk) for row in self.rows)


class WaitingView(PriceScreen):
    """The queue of prices to approve, oldest first."""

    permissions = ("ims_funds.view_price",)
    template_name = "ims_wagtail/backoffice/prices/waiting.html"
    page_title = gettext_lazy("Prices waiting for approval")

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        batches = _batches(request.user)
        return self.render_to_response(self.get_context_data(batches=batches))

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        ids = _ids(request.POST.get("changes", ""))
        try:
            if request.POST.get("decision") == "approve":
                done = _approve(ids=ids, by=request.user)
            else:
                done = _withdraw(ids=ids, by=request.user)
        except PriceRefused as refused:
            messages.error(request, str(refused))
        else:
            messages.success(request, done)
        return redirect(_next(request))


@transaction.atomic
def _approve(*, ids: Sequence[int], by: Any) -> str:
    if not by.has_perm(APPROVE):
        raise PermissionDenied
    changes = approve(change_ids=ids, by=by)
    for change in changes:
        audit.record(user=by, action="approve", obj=change, after=audit.snapshot(change))
    if len(changes) == 1:
        return _("Approved: %(change)s.") % {"change": words(changes[0])}
    return ngettext("%(n)d price approved.", "%(n)d prices approved.", len(changes)) % {
        "n": len(changes)
    }


@transaction.atomic
def _withdraw(*, ids: Sequence[int], by: Any) -> str:
    changes = list(
        PriceChange.objects.select_for_update(of=("self",))
        .select_related("price", "entered_by", "approved_by")
        .filter(pk__in=ids)
        .order_by("pk")
    )
    if not all(has_say(by, change) for change in changes):
        raise PermissionDenied
    before = {change.pk: audit.snapshot(change) for change in changes}
    for change_id in ids:
        gone = withdraw(change_id=change_id)
        audit.record(user=by, action="withdraw", obj=gone, before=before[change_id])
    return ngettext("%(n)d price withdrawn.", "%(n)d prices withdrawn.", len(ids)) % {"n": len(ids)}


def _batches(user: Any) -> list[Batch]:
    """Return what waits, an upload's changes together, in a constant number of queries."""
    changes = (
        PriceChange.objects.filter(approved_at__isnull=True)
        .select_related("price", "entered_by")
        .prefetch_related("price__changes")
        .order_by("entered_at", "pk")
    )
    today = accounting_date()
    together: dict[Any, list[dict[str, Any]]] = {}
    for change in changes:
        together.setdefault(change.upload or change.pk, []).append(
            {
                "change": change,
                "now": price_today(change.price),
                "may_withdraw": may_withdraw(user, change, today),
            }
        )
    return [
        Batch(rows=rows, may_approve=may_approve(user, rows[0]["change"]))
        for rows in together.values()
    ]


def _ids(text: str) -> list[int]:
    try:
        return [int(part) for part in text.split(",")]
    except ValueError as error:
        raise BadRequest from error


def _next(request: HttpRequest) -> str:
    """Go back to the price's own page for who came from there."""
    address = request.POST.get("next", "")
    ours = url_has_allowed_host_and_scheme(address, allowed_hosts=None)
    return address if ours else "ims_prices:waiting"
