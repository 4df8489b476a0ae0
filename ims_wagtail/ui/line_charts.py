"""Line charts: a figure over time, beside what it is compared with."""

from collections.abc import Callable, Sequence
from decimal import Decimal

from django.utils.safestring import SafeString

from ims_wagtail.money import format_pounds

from .charts import WIDTH, Chart, beside_its_table, opening
from .components.html import text


HEIGHT = 280
#: Where the lines lie: beside the amounts, below the legend, above the days.
LEFT, RIGHT, TOP, BOTTOM = 100, 20, 40, 30
#: So many labels fit below the lines; the table has them all.
LABELS = 5
#: How a line is told from the others without its colour.
DASHES = ("", "8 5", "2 4")


def line_chart(chart: Chart) -> SafeString:
    """Draw a line for each figure of the rows, the first one solid and with dots."""
    return beside_its_table(_picture(chart) if chart.rows else "", chart)


def _picture(chart: Chart) -> str:
    values = [figure.value for row in chart.rows for figure in row.figures]
    low, high = min(Decimal(0), *values), max(Decimal(0), *values)
    room = Decimal(HEIGHT - TOP - BOTTOM)
    scale = room / (high - low) if high > low else Decimal(0)
    step = Decimal(WIDTH - LEFT - RIGHT) / max(1, len(chart.rows) - 1)

    def across(place: int) -> Decimal:
        return LEFT + place * step

    def down(value: Decimal) -> Decimal:
        return HEIGHT - BOTTOM - (value - low) * scale

    marks = {low, Decimal(0), high} if low else {Decimal(0), high / 2, high}
    drawn = _amounts(sorted(marks), down)
    every = -(-len(chart.rows) // LABELS)
    for place, row in enumerate(chart.rows):
        if place % every == 0:
            drawn += (
                f'<text class="ims-chart__label" x="{across(place):.1f}" y="{HEIGHT - 8}"'
                f' text-anchor="middle">{text(row.label)}</text>'
            )
    for number in reversed(range(len(chart.value_headings))):
        points = [
            (across(place), down(row.figures[number].value)) for place, row in enumerate(chart.rows)
        ]
        drawn += _line(points, number)
    drawn += _legend(chart.value_headings)
    return f"{opening(chart.title, HEIGHT)}{drawn}</svg>"


def _amounts(values: Sequence[Decimal], down: Callable[[Decimal], Decimal]) -> str:
    return "".join(
        f'<line class="ims-chart__grid" x1="{LEFT}" y1="{down(value):.1f}"'
        f' x2="{WIDTH - RIGHT}" y2="{down(value):.1f}"/>'
        f'<text class="ims-chart__figure" x="{LEFT - 10}" y="{down(value):.1f}" text-anchor="end"'
        f' dominant-baseline="central">{text(format_pounds(value))}</text>'
        for value in values
    )


def _line(points: Sequence[tuple[Decimal, Decimal]], number: int) -> str:
    path = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
    drawn = (
        f'<polyline class="ims-chart__line ims-chart__line--{number}"'
        f' stroke-dasharray="{DASHES[number]}" points="{path}"/>'
    )
    if number == 0:
        drawn += "".join(
            f'<circle class="ims-chart__dot" cx="{x:.1f}" cy="{y:.1f}" r="4"/>' for x, y in points
        )
    return drawn


def _legend(headings: Sequence[str]) -> str:
    each = (WIDTH - LEFT) // len(headings)
    return "".join(
        f'<line class="ims-chart__line ims-chart__line--{number}" x1="{LEFT + number * each}"'
        f' stroke-dasharray="{DASHES[number]}" y1="14" x2="{LEFT + number * each + 30}" y2="14"/>'
        f'<text class="ims-chart__label" x="{LEFT + number * each + 38}" y="14"'
        f' dominant-baseline="central">{text(heading)}</text>'
        for number, heading in enumerate(headings)
    )
