"""The page that an applicant comes to, and may come back to."""

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from ims_wagtail.checkout.responses import step
from ims_wagtail.checkout.views.result import read_in
from ims_wagtail.funds.wording import service_name

from .models import Application
from .selectors import application_of


@step("GET")
def applied(request: HttpRequest, key: UUID) -> HttpResponse:
    """Say how an application stands and what happens next; nothing personal is on it."""
    application = application_of(str(key))
    if application is None:
        raise Http404
    read_in(request, application.language)
    return render(request, "ims_wagtail/requests/applied.html", applied_context(application))


def applied_context(application: Application) -> dict[str, str]:
    """Return what the page shows, for previews as well."""
    return {
        "number": str(application),
        "state": application.state,
        "service": service_name(application.payment_type),
    }
