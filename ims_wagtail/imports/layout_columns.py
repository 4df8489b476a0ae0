"""What the columns of a layout have to be together, whoever drew them up."""

from collections.abc import Sequence

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from .enums import AMOUNTS, OF_HOLDERS, OF_MONEY, OF_THE_FILE, ColumnField, LinePart
from .models import LayoutColumn


def check_columns(columns: Sequence[LayoutColumn]) -> None:
    """Raise ``ValidationError`` unless columns tell of money or of account holders, and enough."""
    of_rows = {column.field for column in columns if column.part == LinePart.ROW}
    if of_rows & {*OF_HOLDERS}:
        if of_rows & {*OF_MONEY}:
            raise ValidationError(
                _("A file is of account holders or of money: take the columns of one away")
            )
        if ColumnField.REFERENCE not in of_rows:
            raise ValidationError(_("Say where the account reference stands"))
    elif not of_rows & {*AMOUNTS} - {ColumnField.TOTAL}:
        raise ValidationError(_("Say where the amount stands"))
    if of_rows & {*OF_THE_FILE}:
        raise ValidationError(
            _("Numbers of rows, totals and numbers of files stand in a header or trailer")
        )
