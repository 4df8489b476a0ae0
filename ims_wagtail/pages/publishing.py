"""Publishing several pages at once, which Wagtail does without looking at what they hold."""

from collections.abc import Iterable, Iterator

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from wagtail.admin.views.bulk_action import BulkAction
from wagtail.models import AbstractPage

from .mixins import PayablePageMixin


def refuse_unready_pages(
    request: HttpRequest, action_type: str, objects: Iterable[AbstractPage], action: BulkAction
) -> HttpResponse | None:
    """Stop the publishing of drafts that lack what a payment page must have, and name them.

    The page editor asks for it by itself; here Wagtail would end in an error page instead.
    """
    if action_type != "publish" or not issubclass(action.model, AbstractPage):
        return None
    problems = list(_problems(_to_publish(request, objects)))
    if not problems:
        return None
    for problem in problems:
        messages.error(request, problem)
    return redirect(action.next_url)


def _to_publish(request: HttpRequest, objects: Iterable[AbstractPage]) -> Iterator[AbstractPage]:
    for page in objects:
        yield page.specific
        if request.POST.get("include_descendants"):
            yield from page.get_descendants().not_live().specific()


def _problems(pages: Iterable[AbstractPage]) -> Iterator[str]:
    for page in pages:
        if not isinstance(page, PayablePageMixin):
            continue
        draft = page.get_latest_revision_as_object()
        try:
            draft.full_clean()
        except ValidationError as error:
            yield _("“%(title)s” can’t be published yet. %(reasons)s") % {
                "title": draft.get_admin_display_title(),
                "reasons": " ".join(error.messages),
            }
