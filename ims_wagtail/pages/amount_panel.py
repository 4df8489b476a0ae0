"""The table of rules in sentences, and how its examples come out, beside the editor's fields."""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from wagtail.admin.panels import Panel

from ims_wagtail.checkout.amounts.layouts import Needed, Rule, RuleTable
from ims_wagtail.checkout.amounts.words import cost, numbers
from ims_wagtail.checkout.amounts.working import Prices, is_offered
from ims_wagtail.clock import accounting_date
from ims_wagtail.funds.selectors import prices_today
from ims_wagtail.money import format_pounds

from .amounts import examples, layout_from
from .questions import questions_from


@dataclass(frozen=True, slots=True)
class Shown:
    """An example with what it comes to by the rules."""

    name: str
    amount: str
    found: str
    holds: bool


class AmountPanel(Panel):
    """Reads the rules of the page aloud, as last saved, at today's prices."""

    class BoundPanel(Panel.BoundPanel):
        template_name = "ims_wagtail/pages/admin/amount.html"

        def is_shown(self) -> bool:
            return any(block.block_type == "rules" for block in self.instance.amount)

        def get_context_data(self, parent_context: Any = None) -> dict[str, Any]:
            """Work the examples out."""
            context = super().get_context_data(parent_context)
            page = self.instance
            questions = questions_from(page.questions)
            payment_type = page.payment_type
            prices = prices_today(payment_type, accounting_date()) if payment_type else {}
            layout = layout_from(page.amount, questions)
            rules = layout.rules if isinstance(layout, RuleTable) else ()
            context["sentences"] = [sentence(rule, prices) for rule in rules]
            context["examples"] = [
                Shown(
                    name=example["name"] or "",
                    amount=format_pounds(example["amount"]) if example["amount"] else "",
                    found=format_pounds(found) if found is not None else _("no price"),
                    holds=found is not None and found == example["amount"],
                )
                for block in page.amount
                if block.block_type == "rules"
                for example, found in examples(block.value, questions, prices)
            ]
            return context


def sentence(rule: Rule, prices: Prices) -> str:
    """Read a rule aloud: “If … is “Yes”: £36.00 for the first, £31.50 for each further one”."""
    price = cost(rule, prices) if is_offered(rule, prices) else _("no price today")
    if not rule.tests:
        return _("For everybody else: %(price)s") % {"price": price}
    return _("If %(conditions)s: %(price)s") % {
        "conditions": _(" and ").join(map(_condition, rule.tests)),
        "price": price,
    }


def _condition(test: Needed) -> str:
    return _("“%(question)s” is %(answer)s") % {
        "question": test.label,
        "answer": f"“{test.said}”" if test.answer else numbers(test),
    }
