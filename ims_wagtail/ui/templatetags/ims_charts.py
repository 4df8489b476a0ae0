"""Charts for staff screens."""

from collections.abc import Iterable
from decimal import Decimal

from django import template
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from ims_wagtail.ui.charts import Bar, bar_chart


register = template.Library()


@register.simple_tag
def ims_bar_chart(
    rows: Iterable[tuple[str, Decimal, str | None]], title: str, label_heading: str
) -> SafeString:
    """Draw bars and a table: ``{% ims_bar_chart rows title="Takings" label_heading="Fund" %}``.

    Each row is a label, an amount in pounds and an address or ``None``.
    """
    bars = [Bar(label=str(label), value=value, url=url) for label, value, url in rows]
    return bar_chart(bars, title=title, label_heading=label_heading, value_heading=_("Amount"))
