"""What this room adds to the Wagtail admin."""

from wagtail import hooks

from .publishing import refuse_unready_pages


hooks.register("before_bulk_action", refuse_unready_pages)
