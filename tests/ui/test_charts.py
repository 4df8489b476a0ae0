"""Charts that can be read without seeing them."""

from decimal import Decimal

import pytest
from bs4 import BeautifulSoup
from django.template import engines
from django.urls import reverse

from ims_wagtail.ui.wagtail_hooks import ICONS


ROWS = [
    ("Council tax", Decimal("200.00"), "/admin/?fund=1&day=2"),
    ("<b>Markets & fairs of the whole borough</b>", Decimal("100.00"), None),
    ("Refunds", Decimal("-50.00"), None),
]


def drawn(rows) -> BeautifulSoup:
    template = engines["django"].from_string(
        '{% load ims_charts %}{% ims_bar_chart rows title="Takings today" label_heading="Fund" %}'
    )
    return BeautifulSoup(template.render({"rows": rows}), "html.parser")


def test_the_picture_is_one_named_image_with_nothing_to_reach_inside():
    picture = drawn(ROWS).svg

    assert picture["role"] == "img"
    assert picture["aria-label"] == picture.title.string == "Takings today"
    assert not picture.find("a")


def test_the_same_figures_stand_in_a_table():
    table = drawn(ROWS).table

    cells = [row.get_text("|") for row in table.tbody.find_all("tr")]
    assert cells == [
        "Council tax|£200.00",
        "<b>Markets & fairs of the whole borough</b>|£100.00",
        "Refunds|-£50.00",
    ]
    assert table.caption.string == "Takings today"
    assert table.a["href"] == "/admin/?fund=1&day=2"


def test_bars_are_in_proportion_and_refunds_point_the_other_way():
    bars = drawn(ROWS).svg.find_all("rect")

    widths = [float(bar["width"]) for bar in bars]
    axis = float(drawn(ROWS).svg.line["x1"])
    assert widths[0] == pytest.approx(2 * widths[1], abs=0.2)
    assert widths[0] == pytest.approx(4 * widths[2], abs=0.2)
    assert float(bars[0]["x"]) == axis
    assert float(bars[2]["x"]) + widths[2] == pytest.approx(axis, abs=0.2)


def test_no_style_is_written_into_the_page():
    assert not drawn(ROWS).find_all(style=True)


def test_a_day_without_takings_has_a_table_and_no_picture():
    page = drawn([])

    assert page.svg is None
    assert page.table.caption.string == "Takings today"


def test_a_day_of_noughts_is_drawn():
    (bar,) = drawn([("Council tax", Decimal("0.00"), None)]).svg.find_all("rect")

    assert float(bar["width"]) == 0


@pytest.mark.django_db
def test_staff_screens_have_the_icons_of_money_and_the_styles_of_charts(admin_client):
    page = BeautifulSoup(admin_client.get(reverse("wagtailadmin_home")).content, "html.parser")
    sprite = admin_client.get(reverse("wagtailadmin_sprite"))

    assert page.find("link", href="/static/ims_wagtail/ui/admin.css")
    symbols = BeautifulSoup(sprite.content, "html.parser")
    assert not [name for name in ICONS if not symbols.find(id=f"icon-{name}")]
