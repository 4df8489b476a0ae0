"""The example site with two additions: a bare view, and a count of queries for who asks."""

from example_site.settings import *  # noqa: F403


ROOT_URLCONF = "example_site.bench.urls"
MIDDLEWARE = ["example_site.bench.bare.count_queries", *MIDDLEWARE]  # noqa: F405
LOGGING = {"version": 1, "disable_existing_loggers": False, "root": {"level": "ERROR"}}
