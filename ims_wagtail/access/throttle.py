"""How often a password may be guessed: counted by the name typed and by the address it came from.

Kept in the database, so that every process of every machine counts alike. Neither names nor
addresses are stored, only keyed hashes of them, and those for a day.
"""

from datetime import timedelta

from django.db.models import Count
from django.utils import timezone
from django.utils.crypto import salted_hmac

from .models import SignInFailure


WINDOW = timedelta(minutes=15)
#: A person mistypes a few times. An office of people often shares one address.
MOST_BY_NAME = 10
MOST_BY_ADDRESS = 50
_KEPT = timedelta(days=1)


def must_wait(*, name: str, address: str) -> bool:
    """Say whether so many sign-ins just failed that the next is not even looked at.

    The answer is the same for names that exist and names that don't.
    """
    by_name, by_address = _keys(name, address)
    failed = dict(
        SignInFailure.objects.filter(key__in=(by_name, by_address), at__gt=timezone.now() - WINDOW)
        .values_list("key")
        .annotate(times=Count("pk"))
    )
    return failed.get(by_name, 0) >= MOST_BY_NAME or failed.get(by_address, 0) >= MOST_BY_ADDRESS


def count_failure(*, name: str, address: str) -> None:
    """Count a wrong password, and forget those of other days."""
    now = timezone.now()
    SignInFailure.objects.filter(at__lt=now - _KEPT).delete()
    SignInFailure.objects.bulk_create(
        SignInFailure(key=key, at=now) for key in _keys(name, address)
    )


def forget_failures(*, name: str, address: str) -> None:
    """Start again for a name whose person got in. The address keeps its count: others share it."""
    SignInFailure.objects.filter(key=_keys(name, address)[0]).delete()


def _keys(name: str, address: str) -> tuple[str, str]:
    typed = name.strip().casefold()
    return tuple(  # type: ignore[return-value]
        salted_hmac("ims_wagtail.access.throttle", text, algorithm="sha256").hexdigest()
        for text in (f"name:{typed}", f"address:{address}")
    )
