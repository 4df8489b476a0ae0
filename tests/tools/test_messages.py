"""Translators get every string of the code and of the templates, and lose none of their work."""

import gettext

import pytest

from tools import messages


HEADER = 'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=UTF-8\\n"\n"Language: cy\\n"\n\n'


@pytest.fixture
def package(tmp_path, monkeypatch):
    """Return a package with one module, one template and one translated string."""
    package = tmp_path / "ims_wagtail"
    (package / "templates").mkdir(parents=True)
    (package / "pay.py").write_text(
        'label = gettext_lazy("Pay")\nx = ngettext("%(n)d a", "b", n)\n'
    )
    (package / "templates" / "page.html").write_text(
        "{% if a %}\n      <h1>{% translate 'Your basket' %}</h1>\n  {% endif %}\n"
        "{% blocktranslate trimmed with name=n %}\n  You paid\n  {{ name }}\n"
        "{% endblocktranslate %}"
    )
    po = package / "locale" / "cy" / "LC_MESSAGES" / "django.po"
    po.parent.mkdir(parents=True)
    po.write_text(f'{HEADER}msgid "Pay"\nmsgstr "Talu"\n')
    monkeypatch.setattr(messages, "ROOT", tmp_path)
    monkeypatch.setattr(messages, "PACKAGE", package)
    monkeypatch.setattr(messages, "LOCALES", package / "locale")
    return package


def test_catalogue_gets_the_strings_of_code_and_templates_and_keeps_translations(package):
    messages.extract()

    po = (package / "locale" / "cy" / "LC_MESSAGES" / "django.po").read_text()
    for string in ("Your basket", "You paid %(name)s", "%(n)d a"):
        assert f'msgid "{string}"' in po
    assert 'msgid "Pay"\nmsgstr "Talu"' in po


def test_compiled_catalogue_translates(package):
    messages.compile_catalogues()

    with (package / "locale" / "cy" / "LC_MESSAGES" / "django.mo").open("rb") as file:
        assert gettext.GNUTranslations(file).gettext("Pay") == "Talu"
