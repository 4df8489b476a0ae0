"""Addresses that the package itself answers, so that no page can be found under them."""

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from wagtail.models import AbstractPage


#: First parts of the package's own addresses (``ims_wagtail.urls``).
TAKEN = frozenset({"pay", "ims"})


def refuse_taken_slug(*, slug: str, parent: AbstractPage | None) -> None:
    """Raise ``ValidationError`` for a slug directly under a site's root that we answer ourselves.

    The package's addresses come before Wagtail's, so such a page could be published but never
    seen.
    """
    if slug in TAKEN and parent is not None and parent.is_site_root():
        raise ValidationError(
            {
                "slug": _(
                    "“%(slug)s” is the address of the payment service itself, so a page there"
                    " could not be reached. Choose another, like “%(slug)s-online”."
                )
                % {"slug": slug}
            }
        )
