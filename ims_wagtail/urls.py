"""Every public address of the package. Include it before Wagtail's catch-all."""

from django.urls import include, path


urlpatterns = [
    path("pay/", include("ims_wagtail.ui.urls")),
    path("pay/", include("ims_wagtail.checkout.urls")),
    path("ims/", include("ims_wagtail.payments.urls")),
]
