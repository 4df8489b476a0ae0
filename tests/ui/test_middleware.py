"""What the pages let a browser run, load and send."""

import pytest
from django.http import HttpResponse
from django.test import RequestFactory

from ims_wagtail.ui.middleware import ContentSecurityPolicyMiddleware


pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.ui.samples")]


def directives(response) -> dict[str, list[str]]:
    policy = response.headers["Content-Security-Policy"]
    return {name: rest for name, *rest in (part.split() for part in policy.split(";"))}


@pytest.mark.parametrize(
    "address", ["/pay/every-question/", "/no-such-page/", "/pay/theme.css", "/admin/login/"]
)
def test_a_public_page_runs_nothing_inline_and_sends_forms_only_home(client, address):
    policy = directives(client.get(address))

    assert policy["default-src"] == ["'self'"]
    assert policy["script-src"] == ["'self'"]
    assert policy["style-src"] == ["'self'"]
    assert policy["img-src"] == ["'self'", "data:"]
    assert policy["form-action"] == ["'self'"]
    assert policy["frame-ancestors"] == ["'self'"]


def test_payment_providers_may_be_named_as_targets_of_a_form(client, settings):
    settings.IMS = {**settings.IMS, "FORM_ACTION_HOSTS": ("https://pay.example",)}

    policy = directives(client.get("/pay/every-question/"))

    assert policy["form-action"] == ["'self'", "https://pay.example"]


def test_files_on_another_host_may_be_loaded(client, settings):
    settings.STATIC_URL = "https://files.example/static/"
    settings.MEDIA_URL = "//media.example/"

    policy = directives(client.get("/pay/theme.css"))

    assert policy["script-src"] == ["'self'", "https://files.example", "https://media.example"]
    assert "https://media.example" in policy["img-src"]


def test_wagtails_own_screens_may_run_what_they_bring(admin_client):
    policy = directives(admin_client.get("/admin/pages/"))

    assert policy["script-src"] == ["'self'", "'unsafe-inline'"]
    assert policy["style-src"] == ["'self'", "'unsafe-inline'"]
    assert policy["object-src"] == ["'none'"]


def test_our_own_staff_screens_are_strict():
    request = RequestFactory().get("/admin/ims/")

    def view(request):
        return HttpResponse()

    view.__module__ = "ims_wagtail.backoffice.views"
    request.resolver_match = type("Match", (), {"func": view, "url_name": "ims"})

    policy = directives(ContentSecurityPolicyMiddleware(view)(request))

    assert policy["script-src"] == ["'self'"]


def test_a_view_may_bring_a_policy_of_its_own():
    def view(request):
        return HttpResponse(headers={"Content-Security-Policy": "default-src 'none'"})

    response = ContentSecurityPolicyMiddleware(view)(RequestFactory().get("/"))

    assert response.headers["Content-Security-Policy"] == "default-src 'none'"


def test_other_sites_are_not_told_where_a_resident_was(client):
    assert client.get("/pay/every-question/").headers["Referrer-Policy"] == "same-origin"
