"""Members of staff with exactly the permissions and funds a test needs."""

from itertools import count

from django.contrib.auth.models import Group, Permission, User
from django.test import Client

from ims_wagtail.access.models import GroupFund
from ims_wagtail.funds.models import Fund


ALL_FUNDS = None
_number = count(1)


def every_income_permission() -> list[str]:
    """Every permission of the package's own apps."""
    return [
        f"{app_label}.{codename}"
        for app_label, codename in Permission.objects.filter(
            content_type__app_label__startswith="ims_"
        ).values_list("content_type__app_label", "codename")
    ]


def make_group(*permissions: str, funds: tuple[Fund | None, ...] = ()) -> Group:
    """A group with the permissions, in the funds; ``(ALL_FUNDS,)`` is every fund."""
    group = Group.objects.create(name=f"Group {next(_number)}")
    group.permissions.set(_named(permissions))
    for fund in funds:
        GroupFund.objects.create(group=group, fund=fund)
    return group


def _named(names: tuple[str, ...]) -> list[Permission]:
    """The permissions of these names, found with one query however many they are."""
    codenames = {name.split(".")[1] for name in names}
    found = {
        f"{each.content_type.app_label}.{each.codename}": each
        for each in Permission.objects.filter(codename__in=codenames).select_related("content_type")
    }
    return [found[name] for name in names]


def make_person(*permissions: str, funds: tuple[Fund | None, ...] = (), name: str = "") -> User:
    """A person in one group, who may enter the admin."""
    person = User.objects.create_user(name or f"person{next(_number)}")
    person.groups.add(make_group("wagtailadmin.access_admin", *permissions, funds=funds))
    return person


def logged_in(person: User) -> Client:
    """A browser in which the person is logged in."""
    client = Client()
    client.force_login(person)
    return client
