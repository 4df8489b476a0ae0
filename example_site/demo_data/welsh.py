"""The stage that adds the Welsh pages. Their words await a Welsh speaker's review."""

from django.contrib.auth.models import Group, Permission
from wagtail.models import GroupPagePermission, Locale, Page

from ims_wagtail.pages.models import PaymentPage


#: By the slug of the English page: the Welsh slug and the Welsh words.
WORDS = {
    "anyborough": (
        "anyborough-cy",
        {
            "title": "Cyngor Anyborough",
            "introduction": "<p>Talwch y cyngor â cherdyn, ddydd a nos.</p>",
        },
    ),
    "pay-for-it": (
        "talu",
        {
            "title": "Talu amdano",
            "search_description": "Talwch dreth gyngor a mwy â cherdyn.",
            "introduction": "<p>Dewiswch beth rydych am dalu amdano.</p>",
        },
    ),
    "council-tax": (
        "treth-gyngor",
        {
            "title": "Talu eich treth gyngor",
            "search_description": "Talwch dreth gyngor eleni neu ddyled ers cyn hynny.",
            "introduction": (
                "<p>Gallwch dalu’r bil cyfan, rhandaliad neu unrhyw swm o £1.</p>"
                "<p>Mae angen rhif eich cyfrif treth gyngor. Mae ganddo 9 digid.</p>"
            ),
            "reference_help": "<p>Mae rhif eich cyfrif ar ben eich bil ar y dde.</p>",
            "reference_image_alt": (
                "Bil treth gyngor. Mae rhif y cyfrif, 9 digid, ar y dde ar y brig dan y geiriau "
                "“Account number”."
            ),
            "confirmation": (
                "<p>Bydd eich taliad ar eich cyfrif treth gyngor o fewn 2 ddiwrnod gwaith.</p>"
            ),
        },
    ),
}


def is_done() -> bool:
    """Tell whether there are Welsh pages."""
    return Page.objects.filter(locale__language_code="cy").exists()


def build() -> str:
    """Translate the way to council tax, and let the editors translate the rest."""
    locale, _created = Locale.objects.get_or_create(language_code="cy")
    leading = PaymentPage.objects.get(slug="council-tax")
    pages = leading.get_ancestors(inclusive=True).filter(slug__in=WORDS).order_by("depth")
    for english in pages:
        slug, words = WORDS[english.slug]
        page = english.specific.copy_for_translation(locale)
        page.slug = slug
        for name, text in words.items():
            setattr(page, name, text)
        page.save_revision().publish()
        for given in GroupPagePermission.objects.filter(page=english):
            GroupPagePermission.objects.create(
                group=given.group, page=page.page_ptr, permission=given.permission
            )
    may_translate = Permission.objects.get(codename="submit_translation")
    Group.objects.get(name="Content editor").permissions.add(may_translate)
    return f"{len(WORDS)} pages"
