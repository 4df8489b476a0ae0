"""What holds for single kinds of rows when a set-up pack brings them, beyond their models' rules.

Who imports a price has entered it, and somebody else approves it.
"""

from typing import Any

from django.contrib.auth.models import Group
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _

from ims_wagtail.funds.attributes import read, stored
from ims_wagtail.funds.models import AttributeValue, PriceChange
from ims_wagtail.funds.pricing import lowest_limit, problem_with
from ims_wagtail.imports.models import ImportRule


def check_value(value: AttributeValue, by: Any) -> None:
    """Raise ``ValidationError`` when a council's own fact is not of the kind it has defined."""
    owners = {"fund": value.fund_id, "payment_type": value.payment_type_id}
    if value.attribute.applies_to in owners and owners[value.attribute.applies_to] is None:
        raise ValidationError(
            _("This attribute says something about another kind of thing. Take it out.")
        )
    kept = read(value.attribute, value.value)
    text = value.value if isinstance(kept, bool) else stored(kept)
    if text != value.value:
        raise ValidationError({"value": _("Write it as “%(text)s”.") % {"text": text}})


def refuse_own_role(group: Group, by: Any) -> None:
    """Raise ``ValidationError`` when a person would change what they themselves may do."""
    if by is None or by.is_superuser or group._state.adding:
        return
    if by.groups.filter(pk=group.pk).exists():
        raise ValidationError(
            _("You have this role, so somebody else has to change it. Leave the roles out.")
        )


def refuse_rule_in_force(rule: ImportRule, by: Any) -> None:
    """Raise ``ValidationError`` for a rule that is on or asked for: its course is two people's."""
    if rule.asked_by_id:
        raise ValidationError(
            _("Here it is on, or asked for. Switch it off here first, or leave the rules out.")
        )


def enter_price(change: PriceChange, by: Any) -> None:
    """Enter an imported price. Raises ``ValidationError`` where the screens would refuse it too.

    In the shell, where ``by`` is None, it counts at once and keeps its day, as one that is carried
    over from another system: an empty site has nobody to approve it.
    """
    if not change._state.adding:
        raise ValidationError(
            {
                "amount": _(
                    "Here it is another amount from that day, and a price is never changed. "
                    "Withdraw the price here first, or take this out of the pack."
                )
            }
        )
    if by is None:
        change.approved_at = timezone.now()
        return
    problem = problem_with(
        starts=change.starts,
        amount=change.amount,
        existing=None,
        limit=lowest_limit(change.price),
    )
    if problem:
        raise ValidationError(
            _("%(problem)s. Change it in the file, or leave the price changes out.")
            % {"problem": problem}
        )
    change.entered_by = by
