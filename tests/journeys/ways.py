"""The ways in which people come to the site; every journey is walked in several of them."""

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Way:
    """One way to use a browser."""

    name: str
    #: Nothing but Tab, arrows, Enter, Space and letters; the focus must be visible throughout.
    keyboard: bool = False
    options: dict[str, Any] = field(default_factory=dict)

    def __str__(self) -> str:
        return self.name

    @property
    def scripts(self) -> bool:
        """Whether scripts run."""
        return bool(self.options.get("java_script_enabled", True))


DESKTOP = Way("desktop")
NO_SCRIPTS = Way("without JavaScript", options={"java_script_enabled": False})
KEYBOARD = Way("keyboard alone", keyboard=True)
PHONE = Way(
    "320 pixels wide",
    options={"viewport": {"width": 320, "height": 640}, "has_touch": True},
)
#: A window of 1280 by 1024 pixels, in which every one of the page's own pixels is four wide.
ZOOMED = Way(
    "400 % zoom",
    options={"viewport": {"width": 320, "height": 256}, "device_scale_factor": 4},
)
#: Windows' contrast themes drop backgrounds and shadows, and with them carelessly drawn focus.
FORCED_COLOURS = Way(
    "keyboard in forced colours", keyboard=True, options={"forced_colors": "active"}
)

#: Every journey is walked in these; with a mouse at a desk, each page is met by axe's walk.
USUAL_WAYS = (NO_SCRIPTS, KEYBOARD, ZOOMED)
ALL_WAYS = (DESKTOP, NO_SCRIPTS, KEYBOARD, PHONE, ZOOMED, FORCED_COLOURS)
