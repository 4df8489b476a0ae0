"""Who may take payments, for which funds, and what stands in the way of taking a card."""

from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from ims_wagtail.access.people import methods_for, offices_for
from ims_wagtail.access.policy import Scope, scope_of
from ims_wagtail.funds.enums import MethodKind
from ims_wagtail.funds.models import MethodOfPayment
from ims_wagtail.funds.selectors import NotSetUp, default_method
from ims_wagtail.payments import gateway
from ims_wagtail.payments.availability import is_open
from ims_wagtail.payments.enums import Channel
from ims_wagtail.payments.models import Order, Route
from ims_wagtail.payments.providers.contract import Can


PERMISSION = "ims_payments.take_payment"


def taking_scope(user: Any) -> Scope:
    """Return the funds for which the user may take payments."""
    return scope_of(user, PERMISSION)


def may_act_on(user: Any, order: Order) -> bool:
    """Say whether the user may go on with an order: in every fund that it is for."""
    scope = taking_scope(user)
    return all(line.fund_id in scope for line in order.lines.all())


def staff_method() -> MethodOfPayment | None:
    """Return the method by which cards are taken through staff, if there is one."""
    try:
        return default_method(MethodKind.CARD_STAFF)
    except NotSetUp:
        return None


def missing_for_telephone(user: Any) -> list[str | Promise]:
    """Return what the user lacks to take a card by telephone, in words; nothing when they may."""
    missing: list[str | Promise] = []
    routes = Route.objects.filter(channel=Channel.TELEPHONE).select_related("account")
    able = [each.account for each in routes if gateway.can(each.account, Can.TELEPHONE)]
    if not any(map(is_open, able)):
        missing.append(
            _(
                "No merchant account takes payments by telephone now. Give one a route “by "
                "telephone” under Set-up, Merchant accounts."
            )
        )
    method = staff_method()
    if method is None:
        missing.append(
            _("No enabled method of payment is the default for cards taken through staff.")
        )
    elif not methods_for(user).filter(pk=method.pk).exists():
        missing.append(
            _(
                "You may not use the method of payment “%(method)s”. It is ticked for you under "
                "Set-up, People."
            )
            % {"method": method.name}
        )
    if not offices_for(user).exists():
        missing.append(_("You have no office. It is chosen for you under Set-up, People."))
    return missing
