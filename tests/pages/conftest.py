"""A council with one payment type and a home page."""

import pytest
from wagtail.models import Site

from ims_wagtail.ui.models import CouncilDetails
from tests.factories import make_merchant_account, make_method, make_payment_type
from tests.pages.making import make_home


@pytest.fixture
def council_tax(db):
    """Council tax, nine digits with a check digit."""
    make_method()
    make_merchant_account()
    return make_payment_type("council-tax", name="Council tax", reference_hint="Nine digits")


@pytest.fixture
def home(db):
    """The home page of a site whose details are there, as after its first request ever."""
    home = make_home()
    CouncilDetails.for_site(Site.objects.get())
    return home
