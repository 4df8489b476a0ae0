"""Publishing several pages at once, which Wagtail does without looking at what they hold."""

from collections.abc import Iterable, Iterator

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from wagtail.admin.views.bulk_action import BulkAction
from wagtail.models import AbstractPage

from .checks import Version, stops_for
from .mixins import PayablePageMixin
from .ready import in_words
from .signed_off import goes_through_finance, needs_sign_off


def ask_finance_first(request: HttpRequest, page: AbstractPage) -> HttpResponse | None:
    """Keep as a draft what somebody wants to publish and finance has to sign off first."""
    if not isinstance(page, PayablePageMixin):
        return None
    if not goes_through_finance(page) or not needs_sign_off(page):
        return None
    if page.live and page.first_published_at is None:
        # Wagtail adds a new page as live before it asks; its version is kept already.
        page.live = False
        page.save(update_fields=["live"], clean=False)
    messages.warning(
        request,
        _(
            "“%(title)s” is saved as a draft. Finance signs off what a page takes and asks before "
            "it is published: choose “Submit” under the arrow beside “Save draft”."
        )
        % {"title": page.get_admin_display_title()},
    )
    return redirect("wagtailadmin_pages:edit", page.pk)


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
        if goes_through_finance(draft) and needs_sign_off(draft):
            yield _("“%(title)s” can’t be published yet. Finance has to sign it off.") % {
                "title": draft.get_admin_display_title()
            }
        reasons = list(_reasons(draft))
        if reasons:
            yield _("“%(title)s” can’t be published yet. %(reasons)s") % {
                "title": draft.get_admin_display_title(),
                "reasons": " ".join(reasons),
            }


def _reasons(draft: PayablePageMixin) -> Iterator[str]:
    wrong: set[str] = set()
    try:
        draft.full_clean()
    except ValidationError as error:
        yield from error.messages
        # What is missing altogether is said once.
        wrong = set(error.message_dict)
    for finding in stops_for(Version(draft)):
        if finding.field not in wrong:
            yield in_words(finding)
