"""No tracked file may tie a clone to one registry or one machine."""

import pytest

from tools.tracked_files import offences


HOSTED = "pypi." + "org/simple"
HOME = "/ho" + "me/"


@pytest.mark.parametrize(
    "line",
    [
        f"--index-url https://{HOSTED}",
        "--extra-" + "index-url=https://mirror.example/",
        '"resolved": "https://' + "registry.npm" + 'js.org/sass"',
        "registry" + "=https://mirror.example/",
        f"python = {HOME}ada/bin/python",
        "/srv/clones/ims/.venv",
    ],
)
def test_a_line_that_names_a_registry_or_a_machine_is_reported_with_its_place(line):
    found = offences(path="some.file", text=f"fine\n{line}\n", own_folders=("/srv/clones/ims",))

    assert [offence.split(": ")[0] for offence in found] == ["some.file:2"]


@pytest.mark.parametrize(
    "line",
    [
        "django==5.2 --hash=sha256:abc",
        "The council's home page is at /home/",
        "root = site.root_page",
        "See https://www.gov.uk/ and docs/",
    ],
)
def test_an_ordinary_line_is_let_through(line):
    assert offences(path="some.file", text=line, own_folders=("/srv/clones/ims",)) == []
