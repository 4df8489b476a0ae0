"""What a member of staff has gathered so far for somebody: one basket a person, kept by us.

It is found by who is logged in, so that another window or a new session goes on with it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.contrib.auth import get_user_model
from django.db import transaction
from wagtail.models import Site

from ims_wagtail.access.people import offices_for
from ims_wagtail.backoffice.models import StaffBasket
from ims_wagtail.checkout.models import Basket
from ims_wagtail.checkout.selectors import OpenBasket, open_basket
from ims_wagtail.checkout.services import save_details
from ims_wagtail.funds.models import Office


@dataclass(frozen=True, slots=True)
class Draft:
    """A basket with who pays, the payer's language, and the office it is taken for.

    ``site`` is the one in whose name it is taken; the default one if none.
    """

    shopping: OpenBasket
    language: str
    office: Office | None
    site: Site | None = None

    @property
    def site_id(self) -> int | None:
        """The site as an order keeps it."""
        return self.site.pk if self.site else None

    @property
    def basket(self) -> Basket | None:
        """The basket; none before the first line or detail."""
        return self.shopping.basket

    @property
    def lacks_details(self) -> bool:
        """Whether who pays has still to be asked."""
        basket = self.basket
        return (
            basket is None
            or not basket.details_given
            or (self.shopping.asks_address and not basket.name)
        )


def open_draft(user: Any, *, with_rules: bool = False) -> Draft:
    """Return what the user has gathered. What is paid has left it; paid to the end it is empty."""
    baskets = StaffBasket.objects.select_related("basket", "office", "site")
    kept = baskets.filter(user_id=user.pk).first()
    if kept is None:
        return Draft(OpenBasket(basket=None, lines=()), settings.LANGUAGE_CODE, _own_office(user))
    shopping = open_basket(kept.basket.token, with_rules=with_rules)
    if shopping.basket is None:
        return Draft(shopping, settings.LANGUAGE_CODE, kept.office or _own_office(user))
    return Draft(shopping, kept.language, kept.office or _own_office(user), kept.site)


@transaction.atomic
def draft_basket(user: Any) -> Basket:
    """Return the basket that the user gathers in, a new one when the last is done with."""
    _lock(user)
    basket = open_draft(user).basket
    if basket is None:
        StaffBasket.objects.filter(user_id=user.pk).delete()
        basket = Basket.objects.create()
        StaffBasket.objects.create(
            basket=basket, user_id=user.pk, language=settings.LANGUAGE_CODE, office=None
        )
    return basket


@transaction.atomic
def save_payer(
    *,
    user: Any,
    details: Mapping[str, str],
    language: str,
    office: Office | None,
    site: Site | None,
) -> None:
    """Keep who pays, by the fields of a basket, the language they read, the office and the site."""
    basket = draft_basket(user)
    save_details(basket=basket, details=details)
    StaffBasket.objects.filter(basket=basket).update(language=language, office=office, site=site)


@transaction.atomic
def discard(user: Any) -> None:
    """Forget what was gathered, the payer's details with it."""
    _lock(user)
    Basket.objects.filter(staff_basket__user_id=user.pk).delete()


def put_aside(user: Any) -> None:
    """Begin anew with the next caller; the basket stays until baskets are purged."""
    StaffBasket.objects.filter(user_id=user.pk).delete()


def _lock(user: Any) -> None:
    """Let no second window make a second basket at the same moment."""
    list(get_user_model().objects.select_for_update().filter(pk=user.pk).values("pk"))


def _own_office(user: Any) -> Office | None:
    """Return where the person works, or the only office they may use."""
    if not user.is_superuser and user.ims_profile.office_id:
        return user.ims_profile.office
    offices = list(offices_for(user)[:2])
    return offices[0] if len(offices) == 1 else None
