"""Finds every address of the package in the Wagtail admin, whoever registered it."""

import inspect
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.db.models import Model
from django.urls import URLPattern, URLResolver, get_resolver, reverse


@dataclass(frozen=True)
class Address:
    """One admin address: its name, the view behind it, and the model whose key it takes."""

    name: str
    route: str
    view: Any
    model: type[Model] | None

    @property
    def takes_key(self) -> bool:
        return "pk" in self.route

    def url(self, pk: Any = None) -> str:
        return reverse(self.name, args=[pk] if self.takes_key else [])

    def __str__(self) -> str:
        return self.name


def our_addresses() -> list[Address]:
    """Every admin address that belongs to us: by its path, its namespace, its view or its model."""
    return [
        address
        for address in addresses_in(get_resolver().url_patterns, "", ())
        if address.route.startswith("admin/") and is_ours(address)
    ]


def addresses_in(patterns: list, route: str, namespaces: tuple[str, ...]) -> Iterator[Address]:
    """Yield every address under these patterns."""
    for pattern in patterns:
        where = route + str(pattern.pattern).lstrip("^").rstrip("$")
        if isinstance(pattern, URLResolver):
            inner = (*namespaces, pattern.namespace) if pattern.namespace else namespaces
            yield from addresses_in(pattern.url_patterns, where, inner)
        elif isinstance(pattern, URLPattern):
            view = inspect.unwrap(pattern.callback)
            yield Address(
                name=":".join([*namespaces, pattern.name or ""]),
                route=where,
                view=view,
                model=_model_of(view),
            )


def _model_of(view: Any) -> type[Model] | None:
    owner = getattr(view, "__self__", None)  # a modeladmin's bound method
    found = (
        getattr(owner, "model", None)
        or getattr(view, "view_initkwargs", {}).get("model")
        or getattr(getattr(view, "view_class", None), "model", None)
    )
    return found if isinstance(found, type) else None


def is_ours(address: Address) -> bool:
    """Say whether the package answers for an address."""
    owner = getattr(address.view, "__self__", None)
    modules = [
        getattr(address.view, "__module__", "") or "",
        getattr(getattr(address.view, "view_class", None), "__module__", "") or "",
        type(owner).__module__ if owner is not None else "",
    ]
    return (
        address.route.startswith("admin/income")
        or address.name.startswith("ims_")
        or any(module.startswith("ims_wagtail") for module in modules)
        or (address.model is not None and address.model._meta.app_label.startswith("ims_"))
    )
