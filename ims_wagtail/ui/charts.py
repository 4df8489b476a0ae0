"""Bar charts drawn on the server: an SVG with a table of the same figures beside it."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.utils.safestring import SafeString

from ims_wagtail.money import format_pounds

from .components.html import safe, text


WIDTH = 640
LABELS = 210
FIGURES = 110
ROW = 30
BAR = 18
#: How many characters of a label fit before its bar; the table has it in full.
LABEL_LENGTH = 22


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar: an amount in pounds, and where its table row leads."""

    label: str
    value: Decimal
    url: str | None = None


def bar_chart(
    bars: Sequence[Bar], *, title: str, label_heading: str, value_heading: str
) -> SafeString:
    """Draw the chart and its table. Without bars there is only the table's heading.

    The picture is one image to a screen reader, named by its title; links stand in the table,
    because nothing inside an image can be reached.
    """
    return safe(
        f'<div class="ims-chart">{_picture(bars, title) if bars else ""}'
        f"{_table(bars, title, label_heading, value_heading)}</div>"
    )


def _picture(bars: Sequence[Bar], title: str) -> str:
    low = min(Decimal(0), *(bar.value for bar in bars))
    high = max(Decimal(0), *(bar.value for bar in bars))
    room = Decimal(WIDTH - LABELS - FIGURES)
    scale = room / (high - low) if high > low else Decimal(0)
    zero = LABELS - low * scale
    drawn = ""
    for place, bar in enumerate(bars):
        top = place * ROW
        middle = top + ROW // 2
        length = abs(bar.value) * scale
        left = zero if bar.value >= 0 else zero - length
        kind = "ims-chart__bar" if bar.value >= 0 else "ims-chart__bar ims-chart__bar--out"
        drawn += (
            f'<text class="ims-chart__label" x="{LABELS - 10}" y="{middle}" text-anchor="end"'
            f' dominant-baseline="central">{text(_short(bar.label))}</text>'
            f'<rect class="{kind}" x="{left:.1f}" y="{top + (ROW - BAR) // 2}"'
            f' width="{length:.1f}" height="{BAR}"/>'
            f'<text class="ims-chart__figure" x="{WIDTH}" y="{middle}" text-anchor="end"'
            f' dominant-baseline="central">{text(format_pounds(bar.value))}</text>'
        )
    height = len(bars) * ROW
    return (
        f'<svg class="ims-chart__picture" role="img" aria-label="{text(title)}"'
        f' viewBox="0 0 {WIDTH} {height}" xmlns="http://www.w3.org/2000/svg">'
        f"<title>{text(title)}</title>"
        f'<line class="ims-chart__axis" x1="{zero:.1f}" y1="0" x2="{zero:.1f}" y2="{height}"/>'
        f"{drawn}</svg>"
    )


def _table(bars: Sequence[Bar], title: str, label_heading: str, value_heading: str) -> str:
    rows = ""
    for bar in bars:
        name = text(bar.label)
        if bar.url:
            name = f'<a href="{text(bar.url)}">{name}</a>'
        rows += (
            f'<tr><th scope="row">{name}</th>'
            f'<td class="ims-figure">{text(format_pounds(bar.value))}</td></tr>'
        )
    return (
        f'<table class="ims-chart__table"><caption>{text(title)}</caption><thead><tr>'
        f'<th scope="col">{text(label_heading)}</th>'
        f'<th scope="col" class="ims-figure">{text(value_heading)}</th></tr></thead>'
        f"<tbody>{rows}</tbody></table>"
    )


def _short(label: str) -> str:
    return label if len(label) <= LABEL_LENGTH else f"{label[: LABEL_LENGTH - 1].rstrip()}…"
