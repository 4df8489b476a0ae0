"""Charts that can be read without seeing them."""

from decimal import Decimal

import pytest
from bs4 import BeautifulSoup
from django.template import engines
from django.urls import reverse

from ims_wagtail.ui.charts import Chart, Figure, Row
from ims_wagtail.ui.wagtail_hooks import ICONS


def chart(*rows: Row) -> Chart:
    return Chart("Takings today", "Fund", ("Amount", "A week earlier"), rows)


def row(label: str, value: str, earlier: str = "0.00", url: str | None = None) -> Row:
    return Row(label, (Figure(Decimal(value), url), Figure(Decimal(earlier))))


ROWS = (
    row("Council tax", "200.00", "50.00", url="/admin/?fund=1&day=2"),
    row("<b>Markets & fairs of the whole borough</b>", "100.00", "150.00"),
    row("Refunds", "-50.00", "100.00"),
)


def drawn(*rows: Row, how: str = "ims_bar_chart") -> BeautifulSoup:
    template = engines["django"].from_string(f"{{% load ims_charts %}}{{% {how} chart %}}")
    return BeautifulSoup(template.render({"chart": chart(*rows)}), "html.parser")


def test_the_picture_is_one_named_image_with_nothing_to_reach_inside():
    picture = drawn(*ROWS).svg

    assert picture["role"] == "img"
    assert picture["aria-label"] == picture.title.string == "Takings today"
    assert not picture.find("a")


def test_the_same_figures_stand_in_a_table():
    table = drawn(*ROWS).table

    cells = [row.get_text("|") for row in table.tbody.find_all("tr")]
    assert cells == [
        "Council tax|£200.00|£50.00",
        "<b>Markets & fairs of the whole borough</b>|£100.00|£150.00",
        "Refunds|-£50.00|£100.00",
    ]
    assert table.caption.string == "Takings today"
    assert table.a["href"] == "/admin/?fund=1&day=2"


def test_bars_are_in_proportion_and_refunds_point_the_other_way():
    bars = drawn(*ROWS).svg.find_all("rect")

    widths = [float(bar["width"]) for bar in bars]
    axis = float(drawn(*ROWS).svg.line["x1"])
    assert widths[0] == pytest.approx(2 * widths[1], abs=0.2)
    assert widths[0] == pytest.approx(4 * widths[2], abs=0.2)
    assert float(bars[0]["x"]) == axis
    assert float(bars[2]["x"]) + widths[2] == pytest.approx(axis, abs=0.2)


def test_no_style_is_written_into_the_page():
    assert not drawn(*ROWS).find_all(style=True)


def test_a_day_without_takings_has_a_table_and_no_picture():
    page = drawn()

    assert page.svg is None
    assert page.table.caption.string == "Takings today"


def test_a_day_of_noughts_is_drawn():
    (bar,) = drawn(row("Council tax", "0.00")).svg.find_all("rect")

    assert float(bar["width"]) == 0


def test_lines_rise_with_the_figures_and_each_is_told_apart_without_its_colour():
    picture = drawn(*ROWS, how="ims_line_chart").svg
    earlier, now = picture.find_all("polyline")

    def heights(line) -> list[float]:
        return [float(point.split(",")[1]) for point in line["points"].split()]

    assert heights(now)[0] < heights(now)[1] < heights(now)[2]  # 200, 100, -50: down is less
    assert heights(earlier)[1] < heights(earlier)[2] < heights(earlier)[0]  # 150, 100, 50
    assert earlier["stroke-dasharray"] != now["stroke-dasharray"]
    assert picture["role"] == "img"
    assert {"Amount", "A week earlier", "Refunds"} <= {t.string for t in picture.find_all("text")}
    assert drawn(*ROWS, how="ims_line_chart").table.caption.string == "Takings today"


@pytest.mark.parametrize("rows", [(), (row("Council tax", "0.00", "0.00"),)])
def test_lines_of_nothing_are_drawn(rows):
    assert len(drawn(*rows, how="ims_line_chart").find_all("polyline")) == 2 * len(rows)


@pytest.mark.django_db
def test_staff_screens_have_the_icons_of_money_and_the_styles_of_charts(admin_client):
    page = BeautifulSoup(admin_client.get(reverse("wagtailadmin_home")).content, "html.parser")
    sprite = admin_client.get(reverse("wagtailadmin_sprite"))

    assert page.find("link", href="/static/ims_wagtail/ui/admin.css")
    symbols = BeautifulSoup(sprite.content, "html.parser")
    assert not [name for name in ICONS if not symbols.find(id=f"icon-{name}")]
