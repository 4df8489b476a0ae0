"""``manage.py ims_roles``: create the roles of income management as groups."""

from typing import Any

from django.contrib.auth.models import Group, Permission
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from wagtail.models import Collection, GroupCollectionPermission, GroupPagePermission, Site

from ims_wagtail.access.models import GroupFund
from ims_wagtail.access.roles import ROLES, Role


class Command(BaseCommand):
    """Adds the groups and permissions that are missing, and takes nothing away: run it again after
    every update. Funds are given to a group only when it is new."""

    help = "Create the roles of income management as groups, and add permissions they lack."

    @transaction.atomic
    def handle(self, *args: Any, **options: Any) -> None:
        known = {
            f"{app_label}.{codename}": pk
            for pk, app_label, codename in Permission.objects.values_list(
                "pk", "content_type__app_label", "codename"
            )
        }
        for role in ROLES:
            created = _give(role, known)
            self.stdout.write(f"{role.name}: {'created' if created else 'up to date'}")


def _give(role: Role, known: dict[str, int]) -> bool:
    wanted = (*role.permissions, *role.collection_permissions)
    if unknown := [name for name in wanted if name not in known]:
        raise CommandError(f"{role.name}: no such permission: {', '.join(unknown)}. Migrate first.")
    group, created = Group.objects.get_or_create(name=role.name)
    group.permissions.add(*(known[name] for name in role.permissions))
    if created and role.all_funds:
        GroupFund.objects.create(group=group, fund=None)
    if role.page_permissions:
        for root_id in set(Site.objects.values_list("root_page_id", flat=True)):
            for codename in role.page_permissions:
                GroupPagePermission.objects.get_or_create(
                    group=group,
                    page_id=root_id,
                    permission_id=known[f"wagtailcore.{codename}"],
                )
    if role.collection_permissions:
        root = Collection.get_first_root_node()
        for name in role.collection_permissions:
            GroupCollectionPermission.objects.get_or_create(
                group=group, collection=root, permission_id=known[name]
            )
    return created
