"""The last part of a link: a random key and a signature, short enough to be typed from a letter.

Twelve letters and digits are the key (60 bits), eight its signature (40 bits): whoever reads the
table still can't write a link, and one that was copied wrong is known before it is looked up.
"""

import secrets

from django.conf import settings
from django.utils.crypto import constant_time_compare, salted_hmac


#: Crockford's alphabet: nothing in it looks like something else.
_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_LOOKS_LIKE = str.maketrans("OIL", "011")
KEY_LENGTH = 12
_SIGNATURE_LENGTH = 8
_GROUP = 5
_SALT = "ims_wagtail.checkout.requests"


def new_key() -> str:
    """Return a key that nobody can guess."""
    return "".join(secrets.choice(_ALPHABET) for _ in range(KEY_LENGTH))


def token_of(key: str) -> str:
    """Return what stands in the address for a key, in groups: ``7QK2M-…``."""
    whole = key + _signature(key, settings.SECRET_KEY)
    return "-".join(whole[at : at + _GROUP] for at in range(0, len(whole), _GROUP))


def key_of(token: str) -> str | None:
    """Return the key of a token however it was typed, ``None`` when it isn't one of ours."""
    whole = token.upper().replace("-", "").replace(" ", "").translate(_LOOKS_LIKE)
    key, signature = whole[:KEY_LENGTH], whole[KEY_LENGTH:]
    if len(signature) != _SIGNATURE_LENGTH or not set(whole) <= set(_ALPHABET):
        return None
    # Links stand in letters: a new secret must not make waste paper of them.
    for secret in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS):
        if constant_time_compare(signature, _signature(key, secret)):
            return key
    return None


def _signature(key: str, secret: str | bytes) -> str:
    number = int.from_bytes(
        salted_hmac(_SALT, key, secret=secret, algorithm="sha256").digest()[:5], "big"
    )
    letters = [_ALPHABET[number >> 5 * place & 31] for place in range(_SIGNATURE_LENGTH)]
    return "".join(letters)
