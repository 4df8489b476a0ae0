"""Set-ups that would lose money say so before they do."""

import pytest
from django.core.management import call_command
from django.db import connection

from ims_wagtail.funds.system_checks import check_database
from tests.factories import make_suspense_fund


pytestmark = pytest.mark.django_db


def found() -> set[str | None]:
    return {message.id for message in check_database(app_configs=None, databases=["default"])}


def test_a_council_without_a_suspense_fund_is_warned():
    assert "ims_funds.W001" in found()
    make_suspense_fund()
    assert "ims_funds.W001" not in found()


def test_a_server_that_may_forget_payments_is_an_error():
    assert "ims_funds.E001" not in found()
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL synchronous_commit = off")
    assert "ims_funds.E001" in found()


def test_a_server_that_compiles_questions_first_is_named():
    assert "ims_funds.W008" not in found()
    with connection.cursor() as cursor:
        # A server without a compiler can only pretend to have one.
        cursor.execute("CREATE FUNCTION public.pg_jit_available() RETURNS bool RETURN true")
        cursor.execute("SET LOCAL search_path = public, pg_catalog")
    assert "ims_funds.W008" in found()


def test_the_database_is_not_looked_at_unless_asked(django_assert_num_queries):
    with django_assert_num_queries(0):
        assert check_database(app_configs=None, databases=None) == []


def test_the_check_command_reports_them_when_given_a_database(capsys):
    call_command("check", databases=["default"], tags=["database"])

    assert "ims_funds.W001" in capsys.readouterr().err
