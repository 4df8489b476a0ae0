"""The stage that makes one person for each role. Their password is meant to be known."""

from io import StringIO

from django.contrib.auth.hashers import make_password
from django.contrib.auth.models import Group, User
from django.core.management import call_command

from ims_wagtail.access.models import GroupFund, StaffProfile
from ims_wagtail.funds.enums import MethodKind
from ims_wagtail.funds.models import Fund, Office
from ims_wagtail.funds.selectors import default_method


PASSWORD = "anyborough-demo"  # noqa: S105 (printed on the screen and in the manual)
FINANCE_OFFICER = "finance"

#: Who takes the payments of a staffed channel.
TILLS = {"staff-card": "agent", "cash": "cashier", "post": "cashier"}

_PARKING = "Parking cashier"
_PARKING_FUNDS = ("11", "2R")

#: Groups whose members may take cards by telephone.
_TAKE_CARDS = ("Cashier", _PARKING, "Contact-centre agent")
#: Groups whose members take cash, cheques and postal orders.
_TAKE_CASH = ("Cashier", _PARKING)
_AT_THE_COUNTER = (
    MethodKind.CASH,
    MethodKind.CHEQUE,
    MethodKind.POSTAL_ORDER,
    MethodKind.POST,
)

# user name, name, group (empty: everything), office, what they do
PEOPLE = (
    ("admin", "Alex Archer", "", "", "Everything: users, pages, settings and money"),
    ("editor", "Elin Hughes", "Content editor", "", "Makes and publishes pages"),
    ("cashier", "Colin Carter", "Cashier", "TH", "Finds and takes payments of all funds"),
    ("supervisor", "Sian Bevan", "Cashier supervisor", "TH", "Confirms what cashiers cash up"),
    ("parking", "Parveen Khan", _PARKING, "WP", "Finds parking fines and penalty notices only"),
    (
        "agent",
        "Asha Patel",
        "Contact-centre agent",
        "CC",
        "Takes payments by telephone, asks the provider",
    ),
    ("finance", "Fiona Okafor", "Finance officer", "TH", "Searches, refunds, corrects, exports"),
    ("approver", "Andrew Bell", "Finance approver", "TH", "Approves what the officer asks for"),
    ("manager", "Megan Morris", "Income manager", "TH", "Sets up funds, prices, VAT and methods"),
    ("preparer", "Piotr Nowak", "eReturn preparer", "WP", "Will prepare banking returns"),
    ("authoriser", "Ann Walsh", "eReturn authoriser", "TH", "Will authorise banking returns"),
    ("auditor", "Owen Davies", "Auditor", "", "Sees everything and changes nothing"),
)


def is_done() -> bool:
    """Tell whether the demo people stand."""
    return User.objects.filter(username=FINANCE_OFFICER).exists()


def build() -> str:
    """Make the roles, a narrower one for parking, and the people in them."""
    call_command("ims_roles", stdout=StringIO())
    _make_parking_group()
    groups = Group.objects.in_bulk(field_name="name")
    offices = Office.objects.in_bulk(field_name="code")
    staff_card = default_method(MethodKind.CARD_STAFF)
    counter = [default_method(kind) for kind in _AT_THE_COUNTER]
    # Worked out once: it is the same password, and slow by design.
    password = make_password(PASSWORD)
    for username, name, group, office, _duties in PEOPLE:
        user = _make_person(username, name, password)
        if group:
            user.groups.add(groups[group])
        StaffProfile.objects.filter(user=user).update(office=offices.get(office))
        if group in _TAKE_CARDS:
            user.ims_profile.methods.add(staff_card)
        if group in _TAKE_CASH:
            user.ims_profile.methods.add(*counter)
    return f"{len(PEOPLE)} people"


def describe() -> str:
    """Return the demo people and their password, to be printed."""
    rows = [
        f"  {username:<11} {group or 'Administrator':<21} {duties}"
        for username, _name, group, _office, duties in PEOPLE
    ]
    return "\n".join((f"Demo people, each with the password {PASSWORD}", "", *rows))


def _make_person(username: str, name: str, password: str) -> User:
    forename, surname = name.split()
    return User.objects.create(
        username=username,
        password=password,
        first_name=forename,
        last_name=surname,
        email=f"{username}@anyborough.example",
        is_superuser=username == "admin",
        is_staff=username == "admin",
    )


def _make_parking_group() -> None:
    """The same permissions as a cashier's, in two funds instead of all."""
    group = Group.objects.create(name=_PARKING)
    group.permissions.set(Group.objects.get(name="Cashier").permissions.all())
    GroupFund.objects.bulk_create(
        GroupFund(group=group, fund=fund) for fund in Fund.objects.filter(code__in=_PARKING_FUNDS)
    )
