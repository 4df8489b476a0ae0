"""What a person is called."""

from typing import Any


def name_of(user: Any) -> str:
    """Return a person's name, or their user name when they gave none; nothing for nobody."""
    return (user.get_full_name() or user.get_username()) if user is not None else ""
