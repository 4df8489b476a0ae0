"""The stage that says who the council is."""

from urllib.parse import urlsplit

from wagtail.models import Site

from ims_wagtail.conf import ims_settings
from ims_wagtail.ui.models import CouncilDetails


NAME = "Anyborough Council"


def is_done() -> bool:
    """Tell whether the council's details stand."""
    return CouncilDetails.objects.filter(name=NAME).exists()


def build() -> str:
    """Name the site and give it the council's details."""
    site = Site.objects.get(is_default_site=True)
    address = urlsplit(ims_settings().base_url)
    site.site_name = NAME
    site.hostname = address.hostname or "127.0.0.1"
    site.port = address.port or (443 if address.scheme == "https" else 80)
    site.save()
    CouncilDetails.objects.update_or_create(
        site=site,
        defaults={
            "name": NAME,
            "short_name": "Anyborough",
            "brand_colour": "#1d4f7c",
            # A number no business can have: its check digits are wrong.
            "vat_number": "GB 123 4567 80",
            "address": "Town Hall\nMarket Square\nAnyborough\nAY1 1AA",
            "contact_email": "payments@anyborough.example",
            "contact_phone": "01632 960100",
            "website": "https://www.anyborough.example/",
        },
    )
    return NAME
