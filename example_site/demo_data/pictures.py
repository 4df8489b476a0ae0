"""Pictures that show where a reference stands: plain letters, drawn here."""

from collections.abc import Sequence
from io import BytesIO

from PIL import Image, ImageDraw, ImageFont


_SIZE = (900, 560)
_INK = "#1a1a1a"
_FAINT = "#c9ced3"
_BRAND = "#1d4f7c"
_MARK = "#b3005e"


def letter(*, heading: str, label: str, reference: str, lines: Sequence[str]) -> bytes:
    """Return a PNG of the top of a letter with a ring around its reference."""
    picture = Image.new("RGB", _SIZE, "#eef1f3")
    draw = ImageDraw.Draw(picture)
    draw.rectangle((40, 30, 860, 560), fill="white", outline=_FAINT, width=2)
    draw.rectangle((40, 30, 860, 96), fill=_BRAND)
    draw.text((64, 46), "Anyborough Council", fill="white", font=_font(30))
    draw.text((64, 126), heading, fill=_INK, font=_font(30))
    for number, line in enumerate(("The Occupier", "14 Mill Lane", "Anyborough", "AY1 2DN")):
        draw.text((64, 186 + number * 28), line, fill=_INK, font=_font(20))
    draw.text((540, 186), label, fill=_INK, font=_font(20))
    draw.text((540, 218), reference, fill=_INK, font=_font(32))
    right = 540 + max(
        draw.textlength(reference, font=_font(32)), draw.textlength(label, font=_font(20))
    )
    draw.rounded_rectangle((520, 174, right + 20, 264), radius=22, outline=_MARK, width=6)
    for number, line in enumerate(lines):
        draw.text((64, 344 + number * 32), line, fill=_INK, font=_font(20))
    for number in range(3):
        y = 356 + (len(lines) + number) * 32
        draw.line((64, y, 820 - number * 90, y), fill=_FAINT, width=10)
    return _png(picture)


def card(*, heading: str, reference: str) -> bytes:
    """Return a PNG of a plastic card with a ring around the number under its bar code."""
    picture = Image.new("RGB", _SIZE, "#eef1f3")
    draw = ImageDraw.Draw(picture)
    draw.rounded_rectangle((110, 60, 790, 500), radius=32, fill=_BRAND)
    draw.text((150, 96), heading, fill="white", font=_font(34))
    draw.text((150, 146), "Anyborough Libraries", fill="white", font=_font(22))
    draw.rectangle((150, 250, 750, 450), fill="white")
    x = 180
    for digit in reference * 3:
        wide = 2 + int(digit) % 4
        draw.rectangle((x, 270, x + wide, 372), fill=_INK)
        x += wide + 6
    draw.text((200, 390), " ".join(reference), fill=_INK, font=_font(28))
    right = 200 + draw.textlength(" ".join(reference), font=_font(28))
    draw.rounded_rectangle((180, 378, right + 20, 440), radius=22, outline=_MARK, width=6)
    return _png(picture)


def _font(size: int) -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    return ImageFont.load_default(size)


def _png(picture: Image.Image) -> bytes:
    out = BytesIO()
    picture.quantize(colors=32).save(out, "PNG", optimize=True)
    return out.getvalue()
