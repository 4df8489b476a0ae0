"""How the values of a set-up pack are shown."""

import json
from typing import Any

from django import template


register = template.Library()


@register.filter
def pack_value(value: Any) -> str:
    """Return a value as a person reads it: a dash for nothing, lists item by item."""
    if value in (None, "", [], {}):
        return "–"
    if isinstance(value, list):
        return ", ".join(str(item) for item in value)
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
