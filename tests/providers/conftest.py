"""The providers on their benches."""

from collections.abc import Iterator

import pytest

from ims_wagtail.payments.providers.govukpay import client as govukpay_client
from ims_wagtail.payments.providers.smartpay_fuse import api as fuse_api
from ims_wagtail.payments.providers.stripe_checkout import client as stripe_client
from tests.providers.benches import (
    SECRET,
    Bench,
    FuseBench,
    GovUkPayBench,
    SandboxBench,
    StripeBench,
)
from tests.providers.fakes.fuse import FuseFake
from tests.providers.fakes.serving import serving
from tests.providers.fakes.stripe import StripeFake
from tests.providers.govukpay.stub import running_stub


@pytest.fixture(autouse=True)
def _no_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    """Don't wait between two tries of a request."""
    monkeypatch.setattr(fuse_api, "PAUSES", (0, 0))
    monkeypatch.setattr(stripe_client, "PAUSES", (0, 0))
    monkeypatch.setattr(govukpay_client, "PAUSE", (0, 0))


@pytest.fixture
def sandbox(db: None) -> SandboxBench:
    """Return the sandbox."""
    return SandboxBench()


@pytest.fixture
def smartpay_fuse(db: None, settings: object) -> Iterator[FuseBench]:
    """Return Smartpay Fuse, played by a fake."""
    with serving(FuseFake(secret=SECRET)) as fake:
        yield FuseBench(fake, settings)


@pytest.fixture
def stripe_checkout(monkeypatch: pytest.MonkeyPatch) -> Iterator[StripeBench]:
    """Return Stripe, played by a fake."""
    with serving(StripeFake()) as fake:
        yield StripeBench(fake, monkeypatch)


@pytest.fixture
def govukpay() -> Iterator[GovUkPayBench]:
    """Return GOV.UK Pay, played by its stub."""
    with running_stub() as stub:
        yield GovUkPayBench(stub)


@pytest.fixture(params=["sandbox", "govukpay", "smartpay_fuse", "stripe_checkout"])
def bench(request: pytest.FixtureRequest) -> Bench:
    """Return each provider in turn."""
    found: Bench = request.getfixturevalue(request.param)
    return found
