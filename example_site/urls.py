"""Addresses of the example site. The package's own come before Wagtail's catch-all."""

from django.conf import settings
from django.conf.urls.i18n import i18n_patterns
from django.urls import URLPattern, URLResolver, include, path
from django.views.static import serve
from wagtail import urls as wagtail_urls
from wagtail.admin import urls as wagtailadmin_urls
from wagtail.documents import urls as wagtaildocs_urls


urlpatterns: list[URLPattern | URLResolver] = [
    path("admin/", include(wagtailadmin_urls)),
    path("documents/", include(wagtaildocs_urls)),
    path("", include("ims_wagtail.urls")),
    path("sandbox/", include("ims_wagtail.payments.providers.sandbox.urls")),
    # Welsh pages stand under /cy/.
    *i18n_patterns(path("", include(wagtail_urls)), prefix_default_language=False),
]

if settings.DEMO or settings.DEBUG:
    # The pictures editors upload. On a real site the web server in front sends them.
    media = path("media/<path:path>", serve, {"document_root": settings.MEDIA_ROOT})
    urlpatterns.insert(0, media)
