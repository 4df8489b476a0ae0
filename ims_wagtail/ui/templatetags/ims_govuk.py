"""Template tags for govuk-frontend's components; each calls one function of ``ui.components``."""

from collections.abc import Sequence

from django import template
from django.core.paginator import Page
from django.forms import BaseForm
from django.forms.boundfield import BoundField
from django.template import Context
from django.utils.html import format_html
from django.utils.safestring import SafeString

from ims_wagtail.ui.components import actions
from ims_wagtail.ui.components import content as drawn
from ims_wagtail.ui.components.html import safe
from ims_wagtail.ui.fields import render_field
from ims_wagtail.ui.forms import GovukForm


register = template.Library()


@register.simple_tag
def govuk_field(field: BoundField) -> SafeString:
    """Draw one form field: ``{% govuk_field form.email %}``."""
    return render_field(field)


@register.simple_tag
def govuk_error_summary(*forms: BaseForm | str | None) -> SafeString:
    """Draw what is wrong in these forms, or nothing: ``{% govuk_error_summary form %}``.

    Anything that is not a public form is passed over, so base.html can name a ``form`` that most
    pages don't have.
    """
    errors = [
        pair
        for form in forms
        if isinstance(form, GovukForm) and form.errors
        for pair in form.error_list()
    ]
    return drawn.error_summary(errors) if errors else safe("")


@register.simple_tag
def govuk_button(words: str, kind: str = "", name: str = "", value: str = "") -> SafeString:
    """Draw a button that sends its form: ``{% govuk_button "Remove" kind="secondary" %}``."""
    attrs = {"name": name or None, "value": value or None}
    return actions.button(words, kind=kind, once=True, attrs=attrs)


@register.simple_tag
def govuk_print_button(words: str) -> SafeString:
    """Draw a button that prints the page; it appears only where scripts run."""
    attrs = {"data-ims-print": True, "hidden": True}
    return actions.button(words, kind="secondary", input_type="button", attrs=attrs)


@register.simple_tag
def govuk_button_link(words: str, href: str, kind: str = "", start: bool = False) -> SafeString:
    """Draw a link as a button: ``{% govuk_button_link "Pay now" href=url start=True %}``."""
    return actions.button_link(words, href=href, kind=kind, start=start)


@register.simple_tag
def govuk_back_link(href: str, words: str = "") -> SafeString:
    """Draw the link back: ``{% govuk_back_link href=url %}``. Belongs in ``before_content``."""
    return actions.back_link(words, href=href)


@register.simple_tag
def govuk_summary_list(
    rows: Sequence[drawn.Row],
    title: str = "",
    actions: Sequence[drawn.Action] = (),
    level: int = 2,
    borders: bool = True,
) -> SafeString:
    """Draw facts: ``{% govuk_summary_list rows %}``, rows being ``components.content.Row``."""
    return drawn.summary_list(rows, title=title, actions=actions, level=level, borders=borders)


@register.simple_tag
def govuk_table(
    rows: Sequence[Sequence[drawn.Cell]],
    caption: str,
    head: Sequence[drawn.Cell] = (),
    row_headers: bool = False,
) -> SafeString:
    """Draw a table: ``{% govuk_table rows caption=caption head=head %}``.

    On a narrow screen it scrolls inside its own box, which takes the focus so that the arrow keys
    can move it, and is named by the caption.
    """
    table = drawn.table(rows, head=head, caption=caption, caption_size="m", row_headers=row_headers)
    return format_html(
        '<div class="ims-scroll" role="region" tabindex="0" aria-label="{}">{}</div>',
        caption,
        table,
    )


@register.simple_tag
def govuk_tag(words: str, colour: str = "") -> SafeString:
    """Draw a state: ``{% govuk_tag "Paid" "green" %}``."""
    return drawn.tag(words, colour=colour)


@register.simple_block_tag
def govuk_panel(content: str, title: str, level: int = 1) -> SafeString:
    """Draw the "done" panel around what the block holds."""
    return drawn.panel(title, safe(content.strip()), level=level)


@register.simple_block_tag
def govuk_notification_banner(
    content: str, kind: str = "", title: str = "", id: str = ""
) -> SafeString:
    """Draw a notification banner: ``{% govuk_notification_banner kind="success" %}``."""
    return drawn.notification_banner(safe(content), kind=kind, title=title, id=id)


@register.simple_block_tag
def govuk_inset_text(content: str) -> SafeString:
    """Draw an inset around what the block holds."""
    return drawn.inset_text(safe(content))


@register.simple_block_tag
def govuk_warning_text(content: str) -> SafeString:
    """Draw a warning around what the block holds."""
    return drawn.warning_text(safe(content.strip()))


@register.simple_block_tag
def govuk_details(content: str, summary: str, opened: bool = False) -> SafeString:
    """Draw help that opens: ``{% govuk_details "Where to find it" %}…{% endgovuk_details %}``."""
    return drawn.details(summary, safe(content), opened=opened)


@register.simple_tag(takes_context=True)
def govuk_pagination(context: Context, page: Page) -> SafeString:
    """Draw links to the other pages of a ``Page``; nothing when there is only one."""
    paginator = page.paginator
    if paginator.num_pages < 2:
        return safe("")
    query = context["request"].GET.copy()

    def address(number: int) -> str:
        query["page"] = str(number)
        return f"?{query.urlencode()}"

    return actions.pagination(
        items=[
            actions.PageLink(number, address(number), number == page.number)
            if isinstance(number, int)
            else None
            for number in paginator.get_elided_page_range(page.number, on_each_side=1, on_ends=1)
        ],
        previous=address(page.previous_page_number()) if page.has_previous() else "",
        next=address(page.next_page_number()) if page.has_next() else "",
    )
