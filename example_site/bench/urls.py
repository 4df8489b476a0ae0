"""The example site's addresses and the bare view's."""

from django.urls import path

from example_site.urls import urlpatterns as site_urlpatterns

from .bare import bare


urlpatterns = [path("bench/bare/", bare), *site_urlpatterns]
