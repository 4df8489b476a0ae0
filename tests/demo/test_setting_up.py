"""Setting up the demo is refused where it must be and survives being cut short."""

from itertools import islice

import pytest
from django.contrib.auth.models import User
from django.core.management import CommandError, call_command

from example_site.demo_data import stages
from example_site.demo_data.households import residents
from example_site.demo_data.stages import Stage, set_up
from ims_wagtail.funds.models import Office


pytestmark = pytest.mark.django_db


def test_people_are_the_same_on_every_machine():
    assert list(islice(residents(), 50)) == list(islice(residents(), 50))
    assert next(residents()).name == "Tomasz Mitchell"


def test_demo_people_are_refused_where_nobody_asked_for_a_demo(settings):
    settings.DEMO = False

    with pytest.raises(CommandError, match="IMS_DEMO=1"):
        call_command("ims_demo")
    assert not User.objects.filter(username="admin").exists()


def test_step_that_is_cut_short_leaves_nothing_and_is_done_next_time(monkeypatch):
    def cut_short() -> str:
        Office.objects.create(code="ZZ", name="Half done")
        raise KeyboardInterrupt

    def is_done() -> bool:
        return Office.objects.filter(code="ZZ").exists()

    def whole() -> str:
        return str(Office.objects.create(code="ZZ", name="Done"))

    monkeypatch.setattr(stages, "STAGES", (Stage("Offices", is_done, cut_short),))
    with pytest.raises(KeyboardInterrupt):
        set_up(say=lambda text: None)
    assert not is_done()

    monkeypatch.setattr(stages, "STAGES", (Stage("Offices", is_done, whole),))
    assert set_up(say=lambda text: None) == 1
    assert set_up(say=lambda text: None) == 0
