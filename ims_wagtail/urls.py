"""Every public address of the package. Include it before Wagtail's catch-all."""

from django.apps import apps
from django.urls import URLPattern, URLResolver, include, path

from ims_wagtail.api.endpoints import api


urlpatterns: list[URLPattern | URLResolver] = [
    path("pay/", include("ims_wagtail.ui.urls")),
    path("pay/", include("ims_wagtail.pages.urls")),
    path("pay/", include("ims_wagtail.pages.feedback.urls")),
    path("pay/", include("ims_wagtail.checkout.urls")),
    path("ims/", include("ims_wagtail.payments.urls")),
    path("ims/api/v1/", api.urls),
]

if apps.is_installed("ims_wagtail.payments.providers.smartpay_fuse"):
    fuse = include("ims_wagtail.payments.providers.smartpay_fuse.urls")
    urlpatterns.append(path("ims/smartpay-fuse/", fuse))
