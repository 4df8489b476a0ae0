#!/usr/bin/env python
"""Run a management command of the example site."""

import os
import sys
from pathlib import Path


if __name__ == "__main__":
    here = Path(__file__).resolve().parent
    # The folder of this file would offer its modules (``settings``) under a second name.
    sys.path[:] = [str(here.parent), *(entry for entry in sys.path if entry != str(here))]
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "example_site.settings")

    from django.core.management import execute_from_command_line

    from example_site.postgres import NoServer

    try:
        execute_from_command_line(sys.argv)
    except NoServer as error:
        sys.exit(str(error))
