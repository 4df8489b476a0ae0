"""Reading account holders."""

from .models import AccountHolder


def full_name(holder: AccountHolder) -> str:
    """Return title, forename and surname as one line; parts that are blank leave no gap."""
    return " ".join(_filled(holder.title, holder.forename, holder.surname))


def address(holder: AccountHolder) -> str:
    """Return the address on one line: its parts trimmed, blanks left out, joined by commas."""
    return ", ".join(
        _filled(
            holder.address_line_1,
            holder.address_line_2,
            holder.address_line_3,
            holder.address_line_4,
            holder.postcode,
        )
    )


def _filled(*parts: str) -> list[str]:
    return [stripped for part in parts if (stripped := part.strip())]
