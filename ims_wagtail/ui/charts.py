"""Charts drawn on the server: an SVG with a table of the same figures beside it."""

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
class Figure:
    """An amount in pounds, and the list behind it."""

    value: Decimal
    url: str | None = None


@dataclass(frozen=True, slots=True)
class Row:
    """One row of the table: the figure that is drawn, then those it is compared with."""

    label: str
    figures: tuple[Figure, ...]


@dataclass(frozen=True, slots=True)
class Chart:
    """A picture and its table: the headings of the first column and of each figure."""

    title: str
    label_heading: str
    value_headings: tuple[str, ...]
    rows: Sequence[Row]


def bar_chart(chart: Chart) -> SafeString:
    """Draw the first figure of each row as a bar. Without rows there is only the table's heading.

    The picture is one image to a screen reader, named by its title; links stand in the table,
    because nothing inside an image can be reached.
    """
    bars = [(row.label, row.figures[0].value) for row in chart.rows]
    return beside_its_table(_picture(bars, chart.title) if bars else "", chart)


def beside_its_table(picture: str, chart: Chart) -> SafeString:
    """Put a picture beside the table of the same figures."""
    return safe(f'<div class="ims-chart">{picture}{_table(chart)}</div>')


def opening(title: str, height: int) -> str:
    """Begin a picture: one image, named by its title."""
    return (
        f'<svg class="ims-chart__picture" role="img" aria-label="{text(title)}"'
        f' viewBox="0 0 {WIDTH} {height}" xmlns="http://www.w3.org/2000/svg">'
        f"<title>{text(title)}</title>"
    )


def _picture(bars: Sequence[tuple[str, Decimal]], title: str) -> str:
    low = min(Decimal(0), *(value for _label, value in bars))
    high = max(Decimal(0), *(value for _label, value in bars))
    room = Decimal(WIDTH - LABELS - FIGURES)
    scale = room / (high - low) if high > low else Decimal(0)
    zero = LABELS - low * scale
    drawn = ""
    for place, (label, value) in enumerate(bars):
        top = place * ROW
        middle = top + ROW // 2
        length = abs(value) * scale
        left = zero if value >= 0 else zero - length
        kind = "ims-chart__bar" if value >= 0 else "ims-chart__bar ims-chart__bar--out"
        drawn += (
            f'<text class="ims-chart__label" x="{LABELS - 10}" y="{middle}" text-anchor="end"'
            f' dominant-baseline="central">{text(_short(label))}</text>'
            f'<rect class="{kind}" x="{left:.1f}" y="{top + (ROW - BAR) // 2}"'
            f' width="{length:.1f}" height="{BAR}"/>'
            f'<text class="ims-chart__figure" x="{WIDTH}" y="{middle}" text-anchor="end"'
            f' dominant-baseline="central">{text(format_pounds(value))}</text>'
        )
    height = len(bars) * ROW
    return (
        f"{opening(title, height)}"
        f'<line class="ims-chart__axis" x1="{zero:.1f}" y1="0" x2="{zero:.1f}" y2="{height}"/>'
        f"{drawn}</svg>"
    )


def _table(chart: Chart) -> str:
    headings = "".join(
        f'<th scope="col" class="ims-figure">{text(heading)}</th>'
        for heading in chart.value_headings
    )
    rows = "".join(
        f'<tr><th scope="row">{text(row.label)}</th>{"".join(map(_cell, row.figures))}</tr>'
        for row in chart.rows
    )
    return (
        '<div class="ims-scroll" tabindex="0" role="region"'
        f' aria-label="{text(chart.title)}">'
        f'<table class="ims-chart__table"><caption>{text(chart.title)}</caption><thead><tr>'
        f'<th scope="col">{text(chart.label_heading)}</th>{headings}</tr></thead>'
        f"<tbody>{rows}</tbody></table></div>"
    )


def _cell(figure: Figure) -> str:
    shown = text(format_pounds(figure.value))
    if figure.url:
        shown = f'<a href="{text(figure.url)}">{shown}</a>'
    return f'<td class="ims-figure">{shown}</td>'


def _short(label: str) -> str:
    return label if len(label) <= LABEL_LENGTH else f"{label[: LABEL_LENGTH - 1].rstrip()}…"
