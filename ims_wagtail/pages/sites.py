"""On which site residents reach a page."""

from wagtail.models import AbstractPage


def site_id_of(page: AbstractPage | None) -> int | None:
    """Return the site a page stands on, for what differs by site; ``None`` where it is on none.

    No query, as a rule: Wagtail remembers the addresses of its sites.
    """
    parts = page.get_url_parts() if page is not None and page.path else None
    return parts[0] if parts else None
