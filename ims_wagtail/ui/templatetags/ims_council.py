"""Template tags for the council's own details."""

from typing import Any

from django import template
from django.conf import global_settings, settings
from django.http import HttpRequest
from django.template import Context
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import override
from wagtail.models import AbstractPage

from ims_wagtail.ui.components.html import safe, text
from ims_wagtail.ui.council import council_for, notices_for
from ims_wagtail.ui.models import Audience, CouncilDetails, Notice


register = template.Library()


@register.simple_tag(takes_context=True)
def council(context: Context) -> CouncilDetails:
    """Return the details of the site asked for: ``{% council as council %}``.

    Without a request (an e-mail, a 500 page) there is no site, so the details are empty.
    """
    request = context.get("request")
    return council_for(request) if request else CouncilDetails()


@register.simple_tag(takes_context=True)
def notices(context: Context) -> list[Notice]:
    """Return what the site has to say to residents today: ``{% notices as messages %}``."""
    request = context.get("request")
    return notices_for(request, Audience.RESIDENTS) if request else []


@register.simple_tag(takes_context=True)
def languages(context: Context) -> list[tuple[str, str, str]]:
    """Return code, name and address of each language: ``{% languages as choices %}``.

    Each is named in itself, for people who can read no other; Django's own tag says “Saesneg” on a
    Welsh page, to somebody looking for English. The address is that of the page's translation, or
    this one where there is none. A site that has not chosen its languages has Django's list of a
    hundred, in which nobody would find their own, so it offers none.
    """
    request = context.get("request")
    if settings.LANGUAGES == global_settings.LANGUAGES or request is None:
        return []
    translated = _translations(context.get("page"), request)
    named = []
    for code, name in settings.LANGUAGES:
        with override(code):
            named.append((code, str(name), translated.get(code, request.get_full_path())))
    return named


def _translations(page: Any, request: HttpRequest) -> dict[str, str]:
    """Return where a page stands in other languages, by their codes."""
    bilingual = getattr(settings, "WAGTAIL_I18N_ENABLED", False)
    if not bilingual or not isinstance(page, AbstractPage) or not page.pk:
        return {}
    others = page.get_translations().live().select_related("locale")
    return {other.locale.language_code: other.get_url(request) for other in others}


@register.simple_tag
def council_logo(details: CouncilDetails) -> SafeString:
    """Draw the council's logo, or its name where it has none. A link is never without words."""
    name = details.name or details.short_name or _("Home")
    if details.logo_id is None or details.logo is None:
        return safe(text(name))
    picture = details.logo.get_rendition("max-800x180")
    return format_html(
        '<img class="ims-logo" src="{}" width="{}" height="{}" alt="{}">',
        picture.url,
        picture.width,
        picture.height,
        name,
    )
