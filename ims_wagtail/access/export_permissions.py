"""A permission of its own for taking each list away: what can be viewed can be exported.

Made after migrating, by this one rule, rather than named by every model.
"""

from typing import Any

from django.apps import AppConfig
from django.apps import apps as every_app
from django.apps.registry import Apps
from django.db import DEFAULT_DB_ALIAS


def make_export_permissions(
    sender: AppConfig, using: str = DEFAULT_DB_ALIAS, apps: Apps = every_app, **kwargs: Any
) -> None:
    """Make ``export_order`` and its like for the models of an app that have ``view_order``."""
    try:
        apps.get_model("auth", "Permission")
    except LookupError:
        return  # So far only some apps are migrated.
    from django.contrib.auth.models import Permission
    from django.contrib.contenttypes.models import ContentType

    models = [
        model
        for model in sender.get_models()
        if sender.name.startswith("ims_wagtail") and "view" in model._meta.default_permissions
    ]
    if not models:
        return
    types = ContentType.objects.db_manager(using).get_for_models(*models)
    Permission.objects.using(using).bulk_create(
        [
            Permission(
                content_type=content_type,
                codename=f"export_{model._meta.model_name}",
                name=f"Can export {model._meta.verbose_name_plural}"[:255],
            )
            for model, content_type in types.items()
        ],
        ignore_conflicts=True,
    )
