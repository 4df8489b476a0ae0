"""A set-up is exported as one readable file and imported elsewhere, all of it or nothing."""

import json
from datetime import date, time, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from django.contrib.auth.models import Group, Permission
from django.core.management import CommandError, call_command
from django.db import connection
from django.db.models import ForeignKey
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from wagtail.models import Page, Site

from example_site.demo_data import funds as anyborough
from ims_wagtail.access.models import AuditEntry, GroupFund
from ims_wagtail.accounts.models import StopMessage
from ims_wagtail.backoffice.models import SetupPack
from ims_wagtail.backoffice.packs.importing import (
    PackRefused,
    PlanChanged,
    import_pack,
    preview,
)
from ims_wagtail.backoffice.packs.parsing import FORMAT, PackUnreadable, parse
from ims_wagtail.backoffice.packs.sections import SECTIONS
from ims_wagtail.backoffice.packs.tables import tables_of
from ims_wagtail.backoffice.packs.writing import export
from ims_wagtail.clock import accounting_date
from ims_wagtail.funds.models import (
    Attribute,
    AttributeValue,
    Fund,
    FundGroup,
    LedgerCode,
    MethodOfPayment,
    PaymentType,
    PriceChange,
    VatCode,
    VatRate,
)
from ims_wagtail.imports.models import (
    ImportRule,
    ImportType,
    Layout,
    LayoutColumn,
    RuleAction,
    RuleCondition,
)
from ims_wagtail.imports.rules.enabling import ask_to_enable
from ims_wagtail.payments.models import Route
from tests.factories import (
    make_check_digit,
    make_council_tax_rule,
    make_fund,
    make_merchant_account,
    make_method,
    make_office,
    make_payment_type,
    make_price,
    make_stop_message,
    make_suspense_fund,
    make_vat_code,
)
from tests.imports.making import make_import_type
from tests.staff.people import ALL_FUNDS, make_person


pytestmark = pytest.mark.django_db


def make_set_up() -> None:
    """A small council with something in every section."""
    make_vat_code("S0", rate="0.2", name="Standard")
    make_check_digit()
    fund = make_fund("23", name="Council tax", reference_rule=make_council_tax_rule())
    make_suspense_fund()
    make_payment_type("council-tax", fund=fund, name_cy="Treth y cyngor")
    make_payment_type(
        "green-bin",
        fund=make_fund("41", vat_code=VatCode.objects.get(code="S0")),
        amount_source="fixed",
        price=make_price("54.00", code="GREEN-BIN"),
        open_from=date(2026, 4, 1),
    )
    make_method()
    make_office()
    LedgerCode.objects.create(fund=fund, starts=date(2026, 4, 1), code="A100")
    FundGroup.objects.create(name="Taxes").funds.add(fund)
    centre = Attribute.objects.create(
        name="cost_centre", label="Cost centre", applies_to="fund", kind="number"
    )
    AttributeValue.objects.create(attribute=centre, fund=fund, value="12.5")
    make_stop_message(fund=fund)
    make_merchant_account("main", takes=(None, PaymentType.objects.get(slug="green-bin")))
    make_files_in(fund)
    clerks = Group.objects.create(name="Clerks")
    clerks.permissions.add(
        Permission.objects.get(codename="view_fund", content_type__app_label="ims_funds")
    )
    GroupFund.objects.create(group=clerks, fund=fund)
    GroupFund.objects.create(group=Group.objects.create(name="Auditors"), fund=None)
    shops = ImportType.objects.get(code="shops")
    shops.run_by.add(clerks)
    shops.undone_by.add(Group.objects.create(name="Treasury"))


def make_files_in(fund: Fund) -> None:
    """A layout in its columns, an import type that uses it, and a rule in all its parts."""
    layout = Layout.objects.create(name="Shops", trailer_starts="T", sample="23,1.00\nT,1\n")
    for field, part, place in (
        ("reference", "row", 1),
        ("amount", "row", 2),
        ("ignored", "row", 3),
        ("row_count", "trailer", 2),
    ):
        LayoutColumn.objects.create(layout=layout, field=field, part=part, place=place)
    shops = make_import_type(
        "shops",
        funds=(fund,),
        format="laid-out",
        layout=layout,
        expected_by=time(7, 30),
        server="bank",
    )
    rule = ImportRule.objects.create(name="Rents", order=7, match="all", starts=date(2026, 4, 1))
    rule.import_types.add(shops)
    for group, value in ((1, "rent"), (2, "r.nt"), (2, "1\n2")):
        operator = {"rent": "contains", "r.nt": "matches", "1\n2": "one_of"}[value]
        RuleCondition.objects.create(
            rule=rule, group=group, field="narrative", operator=operator, value=value
        )
    RuleAction.objects.create(rule=rule, kind="narrative", value="Rent")
    RuleAction.objects.create(rule=rule, kind="split", value="X", amount="1.50", fund=fund)


def empty() -> None:
    """Take the set-up away, what names others first."""
    GroupFund.objects.all().delete()
    with connection.cursor() as cursor:
        # A price that has counted can't be deleted row by row.
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("TRUNCATE ims_funds_pricechange")
    for section in reversed(SECTIONS):
        section.model._default_manager.all().delete()


def rows() -> dict:
    return parse(export().encode())


def refused(pack: dict) -> list[tuple[str, str, str, str]]:
    with pytest.raises(PackRefused) as refusal:
        import_pack(pack, by=None)
    problems = refusal.value.plan.problems
    return [(each.section.name, each.key, each.field, each.message) for each in problems]


def test_every_section_is_filled_by_the_council_of_these_tests():
    make_set_up()

    assert [name for name, found in rows().items() if not found] == []
    assert set(rows()) == {section.name for section in SECTIONS}


def test_what_a_row_names_is_in_a_section_before_it():
    known = {Permission, Site}
    for section in SECTIONS:
        for field in section.fields():
            if isinstance(field, ForeignKey):
                assert field.related_model in known, f"{section.name}.{field.name}"
        assert set(section.linked().values()) <= known, section.name
        known.add(section.model)


def test_the_round_trip_over_an_empty_site_is_lossless():
    make_set_up()
    before = export()

    empty()
    assert not PaymentType.objects.exists()
    import_pack(parse(before.encode()), by=None)

    assert export() == before
    assert GroupFund.objects.get(group__name="Clerks").fund.code == "23"
    assert GroupFund.objects.get(group__name="Auditors").fund is None
    shops = ImportType.objects.get(code="shops")
    assert (shops.run_by.get().name, shops.undone_by.get().name) == ("Clerks", "Treasury")


def test_what_is_paid_on_one_site_is_known_by_the_name_of_its_host():
    make_set_up()
    site = Site.objects.create(hostname="moor.example", port=443, root_page=Page.objects.first())
    make_merchant_account("moor", takes=()).routes.create(site=site)
    before = export()
    Route.objects.all().delete()

    assert not import_pack(parse(before.encode()), by=None).problems
    assert export() == before
    assert Route.objects.get(site=site).account.code == "moor"

    # Elsewhere, that site has to be there first.
    site.delete()
    with pytest.raises(PackRefused) as refused:
        import_pack(parse(before.encode()), by=None)
    (problem,) = refused.value.plan.problems
    assert (problem.section.name, problem.field) == ("routes", "site")
    assert "moor.example:443" in problem.message


def test_routes_of_a_pack_from_before_there_were_sites_are_for_every_site():
    make_set_up()
    pack = json.loads(export())
    for route in pack["sections"]["routes"]:
        del route["site"]
    Route.objects.all().delete()

    plan = import_pack(parse(json.dumps(pack).encode()), by=None)

    assert [change.section.name for change in plan.new] == ["routes", "routes"]
    assert set(Route.objects.values_list("payment_type__slug", "site")) == {
        (None, None),
        ("green-bin", None),
    }


def test_the_file_is_readable_and_names_nothing_by_id():
    make_set_up()

    pack = json.loads(export())

    assert pack["format"] == FORMAT
    assert pack["version"] == 1
    green_bin = next(row for row in pack["sections"]["payment_types"] if row["fund"] == "41")
    assert green_bin["price"] == "GREEN-BIN"
    assert pack["sections"]["price_changes"] == [
        {"price": "GREEN-BIN", "starts": "2000-01-01", "amount": "54.00"}
    ]
    assert green_bin["open_from"] == "2026-04-01"
    assert {"vat_code": "S0", "starts": "2000-01-01", "rate": "0.2000"} in pack["sections"][
        "vat_rates"
    ]
    clerks = next(row for row in pack["sections"]["roles"] if row["name"] == "Clerks")
    assert clerks == {"name": "Clerks", "permissions": ["ims_funds.view_fund"], "funds": ["23"]}
    assert '"id"' not in export()
    assert list(pack["sections"]) == sorted(pack["sections"])


ODD = st.text(
    st.characters(exclude_categories=["Cs"], exclude_characters="\0"), min_size=1, max_size=50
)


@settings(
    max_examples=15,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(name=ODD, label=ODD)
@example(name='"\\\u2028‮', label="=1+1\ud7ff\U0001f6ae")
def test_odd_text_survives_the_round_trip(name, label):
    empty()
    fund = make_fund("23", name=name)
    make_payment_type("odd", fund=fund, name=name, reference_label=label)
    stop = make_stop_message(fund=fund, code=label[:10], staff_text=name)
    before = export()

    StopMessage.objects.all().delete()
    PaymentType.objects.all().delete()
    Fund.objects.all().delete()
    import_pack(parse(before.encode()), by=None)

    assert export() == before
    assert Fund.objects.get().name == name
    assert StopMessage.objects.get().code == stop.code


def test_importing_what_is_here_already_changes_nothing():
    make_set_up()

    plan = import_pack(rows(), by=None)

    assert plan.changes == []
    assert plan.unchanged > 12
    assert not AuditEntry.objects.exists()


def test_a_preview_tells_new_changed_unchanged_and_left_alone_and_saves_nothing():
    make_set_up()
    pack = rows()
    Fund.objects.filter(code="23").update(name="Something else", maximum_amount="10.00")
    PaymentType.objects.get(slug="green-bin").delete()
    make_office("ZZ")
    before = export()

    plan = preview(pack, by=None)

    (changed,) = plan.changed
    assert changed.key == "23"
    assert set(changed.fields) == {
        ("name", "Something else", "Council tax"),
        ("maximum_amount", "10.00", "5000.00"),
    }
    assert [change.key for change in plan.new] == ["green-bin", "green-bin online"]
    assert [(section.name, keys) for section, keys in plan.left_alone] == [("offices", ["ZZ"])]
    assert export() == before
    assert not AuditEntry.objects.exists()


def test_each_imported_row_is_in_the_audit_log(admin_user):
    make_set_up()
    pack = rows()
    fund = Fund.objects.get(code="23")
    fund.name = "Something else"
    fund.save()

    import_pack(pack, by=admin_user)

    entry = AuditEntry.objects.get()
    assert (entry.user, entry.action, entry.fund) == (admin_user, "import set-up", fund)
    assert (entry.before["name"], entry.after["name"]) == ("Something else", "Council tax")


def test_a_fault_is_told_with_its_place_and_nothing_is_saved():
    make_set_up()
    pack = rows()
    pack["funds"][0]["name"] = "New name"
    pack["payment_types"][0]["fund"] = "99"
    pack["payment_types"][1]["minimum_amount"] = 54
    pack["vat_rates"][0]["rate"] = "20"
    pack["offices"][0]["colour"] = "blue"
    pack["methods_of_payment"][0]["kind"] = "barter"
    before = export()

    problems = refused(pack)

    places = {(section, key, field) for section, key, field, _message in problems}
    assert places == {
        ("payment_types", "council-tax", "fund"),
        ("payment_types", "green-bin", "minimum_amount"),
        ("vat_rates", f"{pack['vat_rates'][0]['vat_code']} 2000-01-01", "rate"),
        ("offices", "CS", "colour"),
        ("methods_of_payment", pack["methods_of_payment"][0]["code"], "kind"),
    }
    messages = " ".join(message for *_place, message in problems)
    assert "Neither the pack nor this site has the fund “99”" in messages
    assert "Write a number in quotes" in messages
    assert export() == before


def test_who_names_a_faulty_row_is_not_blamed_too():
    make_set_up()
    pack = rows()
    empty()
    pack["vat_codes"][0]["enabled"] = "yes"

    assert [problem[:3] for problem in refused(pack)] == [
        ("vat_codes", pack["vat_codes"][0]["code"], "enabled")
    ]


def test_a_second_suspense_fund_is_refused_with_the_one_that_is_there():
    make_set_up()
    pack = rows()
    Fund.objects.filter(is_suspense=True).delete()
    make_suspense_fund("HERE")

    ((section, key, field, message),) = refused(pack)

    assert (section, key, field) == ("funds", "SP", "is_suspense")
    assert "HERE Suspense" in message


def test_a_mark_moves_from_one_row_to_another_within_a_pack():
    make_set_up()
    make_method(code="A1", is_default=False)
    pack = rows()
    for row in pack["methods_of_payment"]:
        row["is_default"] = row["code"] == "A1"

    import_pack(pack, by=None)

    assert MethodOfPayment.objects.get(is_default=True).code == "A1"


def test_rules_of_the_models_hold_for_packs_too():
    make_set_up()
    pack = rows()
    pack["reference_rules"][0]["pattern"] = "(a+)+$"

    ((section, _key, field, _message),) = refused(pack)

    assert (section, field) == ("reference_rules", "pattern")


@pytest.mark.parametrize(
    ("section", "change", "field", "message"),
    [
        ("vat_codes", {"code": "\u0660" * 2}, "code", "capital letters"),
        ("vat_codes", {"name": "x" * 51}, "name", "at most 50"),
        ("vat_codes", {"enabled": 1}, "enabled", "true or false"),
        ("vat_codes", {"name": None}, "name", "Null"),
        ("vat_codes", {"name": ["x"]}, "name", "text"),
        ("vat_rates", {"starts": "yesterday"}, "starts", "date"),
        ("vat_rates", {"starts": "20000102"}, "", "2000-01-02"),
        ("vat_rates", {"rate": "NaN"}, "rate", "number"),
        ("check_digits", {"modulus": True}, "modulus", "whole number"),
        ("check_digits", {"weights": "3,7"}, "weights", "square brackets"),
        ("attribute_values", {"value": "twelve"}, "", "number"),
        ("attribute_values", {"value": " 12.5"}, "value", "Write it as"),
        ("attributes", {"kind": "date"}, "kind", "in use"),
        ("fund_groups", {"funds": ["99"]}, "funds", "Neither"),
        ("roles", {"permissions": ["ims_funds.rule_the_world"]}, "permissions", "Neither"),
        ("roles", {"permissions": ["ims_funds.view_fund"] * 2}, "permissions", "twice"),
        ("roles", {"funds": "*"}, "funds", "square brackets"),
        ("layouts", {"columns": []}, "columns", "where the amount stands"),
        ("layouts", {"columns": ["amount"]}, "columns", "list of objects"),
        ("layouts", {"columns": [{"field": "amount"}]}, "columns", "number of the column"),
        ("layouts", {"columns": [{"field": "amount", "places": 1}]}, "columns", "places"),
        ("import_types", {"expected_by": "half past"}, "expected_by", "08:30"),
        ("import_types", {"layout": "Nobody's"}, "layout", "Neither"),
        ("import_types", {"arrives_by": "sftp", "server": ""}, "server", "Choose the server"),
        ("import_rules", {"actions": [{"kind": "fund", "value": "99"}]}, "actions", "no such code"),
        ("import_rules", {"actions": [{"kind": "split", "fund": "99"}]}, "actions", "1. Neither"),
        (
            "import_rules",
            {"conditions": [{"field": "amount", "operator": "more", "value": "a lot"}]},
            "conditions",
            "",
        ),
    ],
)
def test_bad_values(section, change, field, message):
    make_set_up()
    pack = rows()
    pack = {section: [pack[section][0] | change]}

    problems = refused(pack)

    assert [(problem[0], problem[2]) for problem in problems] == [(section, field)]
    assert message in problems[0][3]


def test_the_same_row_twice_is_refused():
    make_set_up()
    pack = rows()
    pack["offices"] *= 2

    assert [problem[:2] for problem in refused(pack)] == [("offices", "CS")]


def test_what_a_pack_does_not_say_stays():
    make_set_up()

    import_pack({"funds": [{"code": "23", "name": "Renamed"}]}, by=None)

    fund = Fund.objects.get(code="23")
    assert (fund.name, fund.reference_rule.name) == ("Renamed", "Council tax")


def test_an_import_does_what_was_agreed_to_or_nothing():
    make_set_up()
    pack = rows()
    Fund.objects.filter(code="23").update(name="Before")
    agreed = preview(pack, by=None).fingerprint
    Fund.objects.filter(code="23").update(name="Meanwhile")

    with pytest.raises(PlanChanged):
        import_pack(pack, by=None, agreed=agreed)

    assert Fund.objects.get(code="23").name == "Meanwhile"


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "not JSON"),
        (b"\xff\xfe{}", "UTF-8"),
        (b"[]", "not a set-up pack"),
        (b"null", "not a set-up pack"),
        (b'{"format": "other", "version": 1, "sections": {}}', "not a set-up pack"),
        (b"[" * 100_000, "nested too deeply"),
        (b"9" * 10_000, "too long"),
        (b'{"a": 1, "a": 2}', "twice"),
        (b'{"a": 1.5}', "quotes"),
        (b'{"a": NaN}', "quotes"),
        (b"x" * (5 * 1024 * 1024 + 1), "5 MB"),
    ],
)
def test_a_hostile_file_is_refused(content, message):
    with pytest.raises(PackUnreadable, match=message):
        parse(content)


@pytest.mark.parametrize(
    ("sections", "message"),
    [
        ({"users": []}, "users"),
        ({"funds": {}}, "list of objects"),
        ({"funds": ["23"]}, "list of objects"),
        ({"funds": [{"code": "\0"}]}, "can’t be stored"),
        ({"funds": [{"code": "\ud800"}]}, "can’t be stored"),
        ({"funds": [{"\0": "23"}]}, "can’t be stored"),
        ({"funds": [{"a": [[[[[[[[[[]]]]]]]]]]}]}, "nested too deeply"),
        ({"funds": [{}] * 10_001}, "more than 10,000"),
        ([], "lacks its sections"),
    ],
)
def test_hostile_sections_are_refused(sections, message):
    pack = {"format": FORMAT, "version": 1, "sections": sections}

    with pytest.raises(PackUnreadable, match=message):
        parse(json.dumps(pack).encode())


@pytest.mark.parametrize("version", [0, 2, True, "1", None])
def test_another_version_is_refused(version):
    pack = {"format": FORMAT, "version": version, "sections": {}}

    with pytest.raises(PackUnreadable, match="version"):
        parse(json.dumps(pack).encode())


def test_an_export_asks_as_often_for_many_rows_as_for_few(django_assert_max_num_queries):
    make_set_up()
    for number in range(30):
        make_payment_type(f"type-{number}", fund=make_fund(f"F{number}"))
        group = Group.objects.create(name=f"Group {number}")
        GroupFund.objects.create(group=group, fund=None)

    with django_assert_max_num_queries(len(SECTIONS) + 13):
        export()


def test_the_shell_twins(tmp_path: Path, capsys):
    make_set_up()
    file = tmp_path / "set-up.json"
    call_command("ims_setup_export", file)
    VatRate.objects.update(rate=Decimal("0.175"))

    call_command("ims_setup_import", file, dry_run=True)
    assert "rate: 0.1750 -> 0.2000" in capsys.readouterr().out
    assert VatRate.objects.filter(rate=Decimal("0.175")).exists()

    call_command("ims_setup_import", file)
    assert "0 new, 2 changed" in capsys.readouterr().out
    call_command("ims_setup_export", "-")
    assert capsys.readouterr().out == file.read_text(encoding="utf-8")


def test_the_shell_tells_problems_and_saves_nothing(tmp_path: Path):
    make_set_up()
    file = tmp_path / "set-up.json"
    pack = rows()
    pack["offices"].append({"code": "lower case"})
    file.write_text(json.dumps({"format": FORMAT, "version": 1, "sections": pack}))

    with pytest.raises(CommandError, match="offices lower case code: "):
        call_command("ims_setup_import", file)
    with pytest.raises(CommandError, match="Can't read"):
        call_command("ims_setup_import", tmp_path / "none.json")
    assert not SetupPack.objects.exists()


def test_the_set_up_of_the_example_council_fills_an_empty_site():
    anyborough.build()
    call_command("ims_roles")
    before = export()
    assert len(parse(before.encode())["payment_types"]) > 8

    empty()
    import_pack(parse(before.encode()), by=None)

    assert export() == before
    assert "Income manager" in before


def test_an_imported_price_waits_for_a_second_person(admin_user):
    make_set_up()
    later = accounting_date() + timedelta(days=30)
    row = {"price": "GREEN-BIN", "starts": later.isoformat(), "amount": "60.00"}

    import_pack({"price_changes": [row]}, by=admin_user)

    change = PriceChange.objects.get(starts=later)
    assert (change.entered_by, change.is_approved) == (admin_user, False)
    assert "60.00" not in export(), "what nobody approved is no set-up to share"
    assert import_pack({"price_changes": [row]}, by=admin_user).changes == []


def test_a_price_of_days_gone_by_or_another_amount_is_refused(admin_user):
    make_set_up()
    row = {"price": "GREEN-BIN", "starts": "2020-01-01", "amount": "60.00"}

    with pytest.raises(PackRefused, match="GREEN-BIN 2020-01-01: .*today or later"):
        import_pack({"price_changes": [row]}, by=admin_user)
    with pytest.raises(PackRefused, match="GREEN-BIN 2000-01-01 amount: .*Withdraw"):
        import_pack({"price_changes": [row | {"starts": "2000-01-01"}]}, by=admin_user)


def test_nobody_changes_a_role_of_their_own():
    make_set_up()
    clerks = Group.objects.get(name="Clerks")
    person = make_person(
        "ims_backoffice.import_setuppack",
        "auth.add_group",
        "auth.change_group",
        funds=(ALL_FUNDS,),
    )
    pack = {"roles": [{"name": "Clerks", "permissions": ["ims_funds.change_fund"], "funds": []}]}

    person.groups.add(clerks)
    with pytest.raises(PackRefused, match="You have this role"):
        import_pack(pack, by=person)
    person.groups.remove(clerks)
    import_pack(pack, by=person)

    assert clerks.permissions.get().codename == "change_fund"
    assert not GroupFund.objects.filter(group=clerks).exists()


def test_roles_need_the_leave_to_change_groups():
    make_set_up()
    pack = rows()
    person = make_person("ims_backoffice.import_setuppack", funds=(ALL_FUNDS,))
    pack["roles"] = [{"name": "Clerks", "permissions": ["ims_funds.change_fund"]}]

    with pytest.raises(PackRefused, match="auth.add_group"):
        import_pack(pack, by=person)

    assert not Group.objects.get(name="Clerks").permissions.filter(codename="change_fund").exists()


def test_an_imported_rule_is_off_until_two_people_here_switch_it_on(admin_user):
    make_set_up()
    pack = rows()
    (row,) = pack["import_rules"]
    assert [part["value"] for part in row["conditions"]] == ["rent", "r.nt", "1\n2"]
    assert not {"enabled", "asked_by"} & set(row)

    with pytest.raises(PackRefused, match="import_rules Rents enabled"):
        import_pack({"import_rules": [row | {"enabled": True}]}, by=admin_user)
    import_pack({"import_rules": [row | {"name": "Rents of others"}]}, by=admin_user)

    made = ImportRule.objects.get(name="Rents of others")
    assert (made.enabled, made.asked_by, made.approved_by) == (False, None, None)
    assert made.actions.get(kind="split").fund.code == "23"


def test_a_rule_that_is_on_or_asked_for_is_not_changed_by_a_pack(admin_user):
    make_set_up()
    (row,) = rows()["import_rules"]
    rule = ImportRule.objects.get()
    ask_to_enable(rule=rule, reason="Rents", by=admin_user)

    assert import_pack({"import_rules": [row]}, by=admin_user).changes == []
    with pytest.raises(PackRefused, match="Switch it off here first"):
        import_pack({"import_rules": [row | {"actions": row["actions"][:1]}]}, by=admin_user)

    assert rule.actions.count() == 2


def test_the_parts_of_a_row_are_previewed_and_replaced_together_in_their_order():
    make_set_up()
    (row,) = rows()["layouts"]
    columns = [row["columns"][1], row["columns"][0] | {"required": True}]
    pack = {"layouts": [row | {"columns": columns}]}

    plan = preview(pack, by=None)
    changed = next(table for table in tables_of(plan) if "columns" in table.rows[0])

    assert changed.rows[0][1:3] == ("Shops", "columns")
    assert "field ignored, part row, place 3" in changed.rows[0][3]
    assert changed.rows[0][4].endswith("field reference, part row, place 1, required")
    assert LayoutColumn.objects.count() == 4
    import_pack(pack, by=None)
    fields = list(Layout.objects.get().columns.values_list("field", flat=True))
    assert fields == ["amount", "reference"]
    assert ImportType.objects.get().layout == Layout.objects.get()
    assert import_pack(pack, by=None).changes == []


def test_rules_and_types_of_files_need_the_leave_to_change_them():
    make_set_up()
    (row,) = rows()["import_rules"]
    person = make_person("ims_backoffice.import_setuppack", funds=(ALL_FUNDS,))

    with pytest.raises(PackRefused, match="ims_imports.change_importrule"):
        import_pack({"import_rules": [row | {"order": 8}]}, by=person)
