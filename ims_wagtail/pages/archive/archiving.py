"""Putting pages away and bringing them back."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest

from ims_wagtail.access import audit
from ims_wagtail.pages.mixins import PayablePageMixin

from .models import ArchivedPage


def may_archive(*, page: PayablePageMixin, user: Any) -> bool:
    """Say whether somebody may put a page away: it is taken off the site by that."""
    allowed = page.permissions_for_user(user)
    return bool(allowed.can_edit() and (not page.live or allowed.can_unpublish()))


@transaction.atomic
def archive(*, page: PayablePageMixin, by: Any) -> None:
    """Take a page off the site and out of the lists. Raises ``PermissionDenied``.

    Its payments stay what they are, and who is paying goes on.
    """
    if not may_archive(page=page, user=by):
        raise PermissionDenied
    _put_away, is_new = ArchivedPage.objects.get_or_create(page_id=page.pk)
    if not is_new:
        return
    before = {"live": page.live, "archived": False}
    if page.live:
        page.unpublish(user=by)
    after = {"live": False, "archived": True}
    audit.record(
        user=by, action="archive page", obj=page, fund=_fund(page), before=before, after=after
    )


@transaction.atomic
def bring_back(*, page: PayablePageMixin, by: Any) -> None:
    """Put a page back into the lists, unpublished. Raises ``PermissionDenied``."""
    if not page.permissions_for_user(by).can_edit():
        raise PermissionDenied
    _rows, gone = ArchivedPage.objects.filter(page_id=page.pk).delete()
    if gone:
        audit.record(
            user=by,
            action="bring back page",
            obj=page,
            fund=_fund(page),
            before={"archived": True},
            after={"archived": False},
        )


def without_archived(pages: QuerySet[Any]) -> QuerySet[Any]:
    """Leave out of some pages those that are put away; no further query."""
    return pages.exclude(pk__in=ArchivedPage.objects.values("page_id"))


def leave_out_archived(
    parent_page: Any, pages: QuerySet[Any], request: HttpRequest
) -> QuerySet[Any]:
    """Leave them out of Wagtail's lists."""
    return without_archived(pages)


def _fund(page: PayablePageMixin) -> int | None:
    return page.payment_type.fund_id if page.payment_type else None
