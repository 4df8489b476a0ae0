"""Draws a govuk-frontend fixture with our own components.

One function per component turns the options of Nunjucks macros into our arguments. What it doesn't
take stays in ``Options`` and has to be explained in test_conformance.
"""

from collections.abc import Callable

from django.utils.safestring import SafeString, mark_safe

from ims_wagtail.ui.components import actions, choices, content, inputs
from ims_wagtail.ui.components import question as q
from tests.ui.options import Options


def _size(o: Options, path: str, block: str) -> str:
    """Take the size out of ``govuk-label--m``; other classes stay, as options we don't offer."""
    parent, _dot, _name = path.rpartition(".")
    for size in ("s", "m", "l", "xl"):
        holder = o
        for step in parent.split("."):
            holder = holder.values.get(step)
            if not isinstance(holder, Options):
                return ""
        if holder.values.get("classes") == f"{block}--{size}":
            holder.values.pop("classes")
            return size
    return ""


def _question(o: Options, *, fieldset: bool = False) -> q.Question:
    name = str(o.take("name", ""))
    head = "fieldset.legend" if fieldset else "label"
    block = "govuk-fieldset__legend" if fieldset else "govuk-label"
    return q.Question(
        id=str(o.take("id") or o.take("idPrefix") or name),
        name=name,
        size=_size(o, f"{head}.classes", block),
        label=str(o.take(f"{head}.text", "")),
        heading=bool(o.take(f"{head}.isPageHeading", False)),
        hint=str(o.take("hint.text", "")),
        error=str(o.take("errorMessage.text", "")),
    )


def _attrs(o: Options, *names: str) -> dict[str, object]:
    attrs = {name: o.take(name) for name in (*names, "disabled")}
    if isinstance(attrs.get("spellcheck"), bool):
        attrs["spellcheck"] = str(attrs["spellcheck"]).lower()
    return {**attrs, **(o.take("attributes") or {})}


def text_input(o: Options) -> SafeString:
    return inputs.text_input(
        _question(o),
        value=o.take("value"),
        input_type=o.take("type") or "text",
        classes=o.take("classes", ""),
        prefix=o.take("prefix.text", ""),
        suffix=o.take("suffix.text", ""),
        attrs=_attrs(o, "autocomplete", "pattern", "inputmode", "spellcheck", "autocapitalize"),
    )


def textarea(o: Options) -> SafeString:
    return inputs.textarea(
        _question(o),
        value=o.take("value", ""),
        rows=int(o.take("rows", 5)),
        classes=o.take("classes", ""),
        attrs=_attrs(o, "autocomplete", "spellcheck"),
    )


def character_count(o: Options) -> SafeString:
    return inputs.character_count(
        _question(o),
        max_length=int(o.take("maxlength", 0)),
        value=o.take("value", ""),
        rows=int(o.take("rows", 5)),
        classes=o.take("classes", ""),
        attrs=_attrs(o, "spellcheck"),
    )


def select(o: Options) -> SafeString:
    chosen = o.take("value")
    options = []
    for item in o.each("items"):
        value, words = item.take("value"), item.take("text", "")
        selected = item.take("selected")
        effective = words if value is None else value
        options.append(
            inputs.Option(
                value=value,
                text=str(words),
                selected=selected or (selected is None and bool(chosen) and effective == chosen),
                disabled=bool(item.take("disabled")),
                attrs=item.take("attributes"),
            )
        )
    return inputs.select(
        _question(o),
        groups=[("", options)],
        classes=o.take("classes", ""),
        attrs=_attrs(o),
    )


def _items(o: Options, chosen: list[object]) -> list[choices.Choice]:
    drawn = []
    for item in o.each("items"):
        value, checked = item.take("value"), item.take("checked")
        drawn.append(
            choices.Choice(
                value=value,
                text=str(item.take("text", "")),
                hint=item.take("hint.text", ""),
                checked=bool(checked) or (checked is None and value in chosen),
                disabled=bool(item.take("disabled")),
                reveal=mark_safe(item.take("conditional.html") or ""),
            )
        )
    return drawn


def radios(o: Options) -> SafeString:
    chosen = o.take("value")
    return choices.radios(
        _question(o, fieldset=True),
        choices=_items(o, [chosen] if chosen else []),
        classes=o.take("classes", ""),
    )


def checkboxes(o: Options) -> SafeString:
    return choices.checkboxes(
        _question(o, fieldset=True),
        choices=_items(o, o.take("values", [])),
        classes=o.take("classes", ""),
    )


def date_input(o: Options) -> str:
    parts = ("day", "month", "year")
    prefix = o.take("namePrefix")
    question = _question(o, fieldset=True)
    values = [o.take(f"values.{prefix}-{part}" if prefix else f"values.{part}") for part in parts]
    said = [o.take(f"{part}.error") for part in parts]
    wrong = [place for place in range(3) if said[place]]
    if False in said and not wrong:
        wrong = [place for place in range(3) if said[place] is None]
    name = prefix or "field"
    drawn = inputs.date_input(
        q.Question(
            id=question.id,
            name=name,
            label=question.label,
            hint=question.hint,
            error=question.error,
            size=question.size,
            heading=question.heading,
        ),
        values=values,
        wrong=wrong,
    )
    # Names of ours always start with the field's; most fixtures have none to start with.
    return drawn if prefix else drawn.replace('name="field-', 'name="')


def file_upload(o: Options) -> SafeString:
    return inputs.file_upload(_question(o), attrs=_attrs(o, "multiple"))


def fieldset(o: Options) -> SafeString:
    size = ""
    legend = o.values.get("legend")
    for name in ("s", "m", "l", "xl"):
        if legend and legend.values.get("classes") == f"govuk-fieldset__legend--{name}":
            legend.values.pop("classes")
            size = name
    return q.fieldset(
        str(o.take("html", "")),
        legend=str(o.take("legend.text", "")),
        size=size,
        heading=bool(o.take("legend.isPageHeading")),
        described_by=o.take("describedBy", ""),
        role=o.take("role", ""),
    )


def label(o: Options) -> str:
    classes = str(o.take("classes", ""))
    size = classes.removeprefix("govuk-label--")
    if size not in ("", "s", "m", "l", "xl"):
        o.values["classes"] = classes
    drawn = q.label(
        q.Question(
            id=str(o.take("for", "")),
            name="",
            label=str(o.take("text", "")),
            size=size,
            heading=bool(o.take("isPageHeading")),
        )
    )
    # A label of ours always points at its control; most fixtures have none.
    return drawn.replace(' for=""', "")


def hint(o: Options) -> str:
    drawn = q.hint(o.take("text", ""), id=o.take("id", ""), classes=o.take("classes", ""))
    return drawn.replace(' id=""', "")


def error_message(o: Options) -> str:
    return q.error_message(o.take("text", ""), id=o.take("id", "")).replace(' id=""', "")


def button(o: Options) -> SafeString:
    kind = ""
    for name in ("secondary", "warning", "inverse"):
        if o.values.get("classes") == f"govuk-button--{name}":
            o.take("classes")
            kind = name
    words, start = o.take("text", ""), bool(o.take("isStartButton"))
    href = o.take("href")
    if href:
        return actions.button_link(words, href=href, kind=kind, start=start, attrs=_attrs(o, "id"))
    once = o.values.get("preventDoubleClick") is True and bool(o.take("preventDoubleClick"))
    return actions.button(
        words,
        kind=kind,
        start=start,
        input_type=o.take("type", "submit"),
        once=once,
        attrs=_attrs(o, "name", "value", "id"),
    )


def error_summary(o: Options) -> SafeString:
    return content.error_summary(
        [(e.take("text", ""), e.take("href", "")) for e in o.each("errorList")],
        title=o.take("titleText", ""),
        description=o.take("descriptionText", ""),
    )


def _links(o: Options | None) -> list[content.Action]:
    return [
        content.Action(i.take("text", ""), i.take("href", ""), i.take("visuallyHiddenText", ""))
        for i in (o.each("items") if isinstance(o, Options) else [])
    ]


def _body(o: Options, name: str = "") -> object:
    """Take words or HTML: the HTML of the fixture stands for what a template made."""
    text = o.take("titleText" if name == "title" else "text", "")
    html = o.take("titleHtml" if name == "title" else "html")
    return mark_safe(html) if html else text


def summary_list(o: Options) -> SafeString:
    plain = o.values.get("classes") == "govuk-summary-list--no-border" and o.take("classes")
    rows = [
        content.Row(
            key=_body(r.values["key"]),
            value=_body(r.values["value"]),
            actions=_links(r.values.get("actions")),
        )
        for r in o.each("rows")
    ]
    card = o.values.get("card")
    return content.summary_list(
        rows,
        title=o.take("card.title.text", ""),
        level=o.take("card.title.headingLevel") or 2,
        actions=_links(card.values.get("actions")) if card else (),
        borders=not plain,
    )


def _cell(o: Options) -> content.Cell:
    numeric = o.values.get("format") == "numeric" and bool(o.take("format"))
    return content.Cell(_body(o), numeric=numeric)


def table(o: Options) -> SafeString:
    size = str(o.values.get("captionClasses", "")).removeprefix("govuk-table__caption--")
    if size in ("s", "m", "l", "xl"):
        o.take("captionClasses")
    return content.table(
        [[_cell(cell) for cell in row] for row in o.each("rows")],
        head=[_cell(cell) for cell in o.each("head")],
        caption=o.take("caption", ""),
        caption_size=size,
        row_headers=bool(o.take("firstCellIsHeader")),
    )


def panel(o: Options) -> SafeString:
    return content.panel(_body(o, "title"), _body(o), level=o.take("headingLevel", 1))


def notification_banner(o: Options) -> SafeString:
    kind = "success" if o.values.get("type") == "success" and o.take("type") else ""
    return content.notification_banner(
        _body(o), kind=kind, title=o.take("titleText", ""), id=o.take("titleId", "")
    )


def back_link(o: Options) -> SafeString:
    return actions.back_link(o.take("text", ""), href=o.take("href", "#"))


def inset_text(o: Options) -> SafeString:
    return content.inset_text(_body(o))


def warning_text(o: Options) -> SafeString:
    if o.values.get("iconFallbackText") == "Warning":
        o.take("iconFallbackText")
    return content.warning_text(_body(o))


def details(o: Options) -> SafeString:
    return content.details(o.take("summaryText", ""), _body(o), opened=bool(o.take("open")))


def tag(o: Options) -> SafeString:
    colour = str(o.values.get("classes", "")).removeprefix("govuk-tag--")
    if "classes" in o.values and " " not in colour:
        o.take("classes")
    return content.tag(o.take("text", ""), colour=colour)


def pagination(o: Options) -> SafeString:
    items = [
        None
        if i.take("ellipsis")
        else actions.PageLink(i.take("number"), i.take("href"), bool(i.take("current")))
        for i in o.each("items")
    ]
    return actions.pagination(
        items=items,
        previous=o.take("previous.href", ""),
        next=o.take("next.href", ""),
        previous_label=o.take("previous.labelText", ""),
        next_label=o.take("next.labelText", ""),
    )


COMPONENTS: dict[str, Callable[[Options], str]] = {
    "back-link": back_link,
    "button": button,
    "character-count": character_count,
    "checkboxes": checkboxes,
    "date-input": date_input,
    "details": details,
    "error-message": error_message,
    "error-summary": error_summary,
    "fieldset": fieldset,
    "file-upload": file_upload,
    "hint": hint,
    "input": text_input,
    "inset-text": inset_text,
    "label": label,
    "notification-banner": notification_banner,
    "pagination": pagination,
    "panel": panel,
    "radios": radios,
    "select": select,
    "summary-list": summary_list,
    "table": table,
    "tag": tag,
    "textarea": textarea,
    "warning-text": warning_text,
}
