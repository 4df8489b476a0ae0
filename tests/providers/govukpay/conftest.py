"""The stub of GOV.UK Pay, and our client speaking with it."""

from collections.abc import Iterator

import pytest

from ims_wagtail.conf import Credential
from ims_wagtail.payments.providers.govukpay import client
from ims_wagtail.payments.providers.govukpay.provider import GovUkPayProvider
from tests.providers.govukpay.stub import Stub, running_stub


@pytest.fixture
def govukpay_stub() -> Iterator[Stub]:
    """A GOV.UK Pay on a port of its own; every exchange is held to its description."""
    with running_stub() as stub:
        yield stub


@pytest.fixture
def provider(govukpay_stub: Stub) -> GovUkPayProvider:
    """Our client, with the stub's key."""
    return provider_at(govukpay_stub)


def provider_at(stub: Stub, **credential: object) -> GovUkPayProvider:
    """Return our client, with the stub's key unless another is named."""
    said = stub.credential() | credential
    return GovUkPayProvider(
        credential=Credential(
            api_key=said["api_key"],
            webhook_secrets=tuple(said["webhook_secrets"]),
            extra=said["extra"],
        )
    )


@pytest.fixture(autouse=True)
def _no_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    """Don't wait between two tries of a request."""
    monkeypatch.setattr(client, "PAUSE", (0, 0))


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Wait half a second for an answer, not twelve."""
    monkeypatch.setattr(client, "TIMEOUT", (3.05, 0.5))
