"""Charts for staff screens."""

from django import template

from ims_wagtail.ui.charts import bar_chart
from ims_wagtail.ui.line_charts import line_chart


register = template.Library()

#: ``{% ims_bar_chart chart %}`` and ``{% ims_line_chart chart %}`` draw a ``ui.charts.Chart``.
register.simple_tag(bar_chart, name="ims_bar_chart")
register.simple_tag(line_chart, name="ims_line_chart")
