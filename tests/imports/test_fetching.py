"""Files fetched from a real SFTP server on this machine."""

from datetime import timedelta

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.core.management import call_command
from django.db.models import F
from django.test import override_settings
from django.urls import reverse

from ims_wagtail.access.needs import needs_of
from ims_wagtail.conf import ims_settings
from ims_wagtail.imports.collecting import collect_files
from ims_wagtail.imports.enums import ArrivesBy, ExpectedOn
from ims_wagtail.imports.models import Import, ImportType, RefusedFile, RemoteFile
from ims_wagtail.imports.probes import arrivals, late
from tests.staff.people import logged_in, make_person

from .making import make_import_type
from .running import file_of, line
from .sftp import PASSPHRASE, bank_server, new_key, public


pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def our_key():
    return new_key(PASSPHRASE)


@pytest.fixture
def bank(tmp_path, our_key):
    (tmp_path / "outgoing").mkdir()
    with bank_server(tmp_path, public(our_key, PASSPHRASE)) as served:
        yield served


@pytest.fixture
def outgoing(bank, transfers, settings, our_key):
    """The bank's folder, from which the files of a type are fetched."""
    server = {
        "host": "127.0.0.1",
        "port": bank.port,
        "user": "council",
        "key": our_key,
        "passphrase": PASSPHRASE,
        "host_keys": [bank.host_key],
    }
    settings.IMS = {**settings.IMS, "SFTP_SERVERS": {"bank": server}}
    transfers.arrives_by = ArrivesBy.SFTP
    transfers.server, transfers.remote_folder = "bank", "/outgoing"
    transfers.save()
    return bank.root / "outgoing"


def change_server(settings, **values) -> None:
    server = settings.IMS["SFTP_SERVERS"]["bank"] | values
    settings.IMS = {**settings.IMS, "SFTP_SERVERS": {"bank": server}}


def a_minute_later() -> None:
    RemoteFile.objects.update(unchanged_since=F("unchanged_since") - timedelta(seconds=61))


def two_rounds():
    """One round in which files are first seen, and one a minute after."""
    collect_files()
    a_minute_later()
    return collect_files()


def test_a_file_is_fetched_once_and_left_where_it_is(outgoing, bank):
    content = file_of(*(line(number) for number in range(1, 3001)))
    (outgoing / "monday.csv").write_bytes(content)

    assert two_rounds().taken == 1
    assert collect_files().taken == 0

    file = Import.objects.get()
    assert (file.file_name, file.size) == ("monday.csv", len(content))
    assert bank.opened == ["/outgoing/monday.csv"]
    assert (outgoing / "monday.csv").exists()


def test_a_file_that_still_grows_is_left_alone_until_it_stands_still(outgoing, bank):
    path = outgoing / "monday.csv"
    path.write_bytes(file_of(line(1)))
    collect_files()
    a_minute_later()
    path.write_bytes(file_of(line(1), line(2)))
    assert collect_files().taken == 0

    # It grows once more just as it is fetched: what came of it is thrown away.
    a_minute_later()
    bank.on_open = lambda: path.write_bytes(file_of(line(1), line(2), line(3)))
    assert collect_files().taken == 0
    assert not Import.objects.exists()

    bank.on_open = None
    assert two_rounds().taken == 1
    assert Import.objects.get().size == len(file_of(line(1), line(2), line(3)))


def test_only_whole_files_of_the_names_that_the_type_says_are_fetched(outgoing, transfers, bank):
    transfers.remote_names = "bacs*.csv"
    transfers.save()
    for name in ("BACS1.csv", "other.csv", "bacs2.csv.part", ".bacs3.csv", "bacs4.csv\n"):
        (outgoing / name).write_bytes(file_of(line(len(name))))
    (outgoing / "bacs5.csv").mkdir()
    (outgoing / "bacs6.csv").write_bytes(b"")
    (outgoing / "bacs7.csv").symlink_to("/etc/hostname")

    two_rounds()

    assert bank.opened == ["/outgoing/BACS1.csv"]


def test_a_new_file_under_a_name_we_know_is_fetched_and_an_old_one_under_a_new_name_refused(
    outgoing,
):
    (outgoing / "today.csv").write_bytes(file_of(line(1)))
    two_rounds()
    (outgoing / "today.csv").write_bytes(file_of(line(1), line(2)))
    (outgoing / "copy.csv").write_bytes(file_of(line(1)))

    found = two_rounds()

    assert (found.taken, found.refused) == (1, 1)
    assert "today.csv" in RefusedFile.objects.get().why
    assert collect_files().refused == 0


def test_what_was_taken_is_removed_there_only_where_the_type_says_so(outgoing, transfers):
    transfers.remove_fetched = True
    transfers.save()
    (outgoing / "good.csv").write_bytes(file_of(line(1)))
    two_rounds()
    assert not (outgoing / "good.csv").exists()

    # One that is refused stays, for whoever has to look into it.
    (outgoing / "good.csv").write_bytes(file_of(line(1)))
    two_rounds()
    assert (outgoing / "good.csv").exists()


def test_a_file_that_is_too_large_is_refused_before_a_byte_is_fetched(outgoing, bank, settings):
    settings.IMS = {**settings.IMS, "IMPORT_MEGABYTES": 1}
    (outgoing / "huge.csv").write_bytes(b"x" * 1_000_001)

    assert two_rounds().refused == 1
    assert "1 MB" in RefusedFile.objects.get().why
    assert bank.opened == []


def test_a_crash_between_fetching_and_noting_loses_nothing_and_takes_nothing_twice(
    outgoing, monkeypatch
):
    (outgoing / "monday.csv").write_bytes(file_of(line(1)))
    collect_files()
    a_minute_later()

    def crash(*args, **kwargs):
        raise RuntimeError("the worker was killed")

    with monkeypatch.context() as broken:
        broken.setattr("ims_wagtail.imports.fetching._done", crash)
        with pytest.raises(RuntimeError):
            collect_files()
    assert not Import.objects.exists()

    assert collect_files().taken == 1
    assert Import.objects.count() == 1


def trouble() -> str:
    collect_files()
    return ImportType.objects.get(code="transfers").failing_why


def test_a_server_with_another_key_gets_neither_our_key_nor_our_trust(outgoing, settings, bank):
    stranger = public(new_key())
    change_server(settings, host_keys=[f"{stranger.get_name()} {stranger.get_base64()}"])
    assert "shows another key" in trouble()

    change_server(settings, host_keys=[])
    assert "shows another key" in trouble()
    change_server(settings, host_keys=["ssh-ed25519 not-a-key"])
    assert "is not one" in trouble()
    assert bank.opened == []


def test_each_thing_that_can_go_wrong_with_a_server_is_said_in_words(
    outgoing, settings, transfers, our_key, bank
):
    change_server(settings, key=new_key(), passphrase="")
    assert "refuses our key" in trouble()
    change_server(settings, key=our_key, passphrase="wrong")
    assert "can’t be read" in trouble()
    change_server(settings, passphrase=PASSPHRASE)
    ImportType.objects.update(remote_folder="/nowhere")
    assert "not there" in trouble()
    ImportType.objects.update(remote_folder="/outgoing")
    assert trouble() == ""
    change_server(settings, port=1)
    assert "could not be reached" in trouble()
    settings.IMS = {**settings.IMS, "SFTP_SERVERS": {}}
    assert "no server “bank”" in trouble()


def test_a_failing_server_keeps_no_other_type_from_its_files_and_is_told_until_it_answers(
    outgoing, settings, council
):
    broken = make_import_type("another", arrives_by=ArrivesBy.SFTP, server="bank")
    ImportType.objects.filter(pk=broken.pk).update(remote_folder="/nowhere")
    (outgoing / "monday.csv").write_bytes(file_of(line(1)))
    found = two_rounds()
    assert (found.taken, found.failed) == (1, 1)

    (told,) = arrivals("default")
    assert "Another" in told.message and "not there" in told.message
    rights = ("ims_imports.view_importtype", "ims_imports.change_importtype")
    client = logged_in(make_person(*rights, funds=(None,)))
    page = client.get(reverse("ims_import_types:inspect", args=[broken.pk])).content.decode()
    assert "Failing since" in page and "not there" in page
    runs = make_person("ims_imports.add_import", funds=(None,), name="runs")
    told = {need.label: (need.count, need.detail) for need in needs_of(runs)}
    assert told["Files that can’t arrive"] == (1, "Another")

    ImportType.objects.filter(pk=broken.pk).update(remote_folder="/outgoing")
    collect_files()
    assert list(arrivals("default")) == []
    assert "Files that can’t arrive" not in {need.label for need in needs_of(runs)}


def test_health_names_a_server_the_settings_lack_and_a_file_that_is_late(council):
    make_import_type(
        "lonely", arrives_by=ArrivesBy.SFTP, server="gone", expected_on=ExpectedOn.EVERY_DAY
    )
    (missing,), (overdue,) = arrivals("default"), late("default")

    assert missing.code == "ims_imports.E002" and "gone" in missing.message
    assert "Lonely" in overdue.message


def test_a_type_is_fetched_from_a_server_of_the_settings_and_no_other(outgoing, council):
    rights = ("ims_imports.view_importtype", "ims_imports.add_importtype")
    client = logged_in(make_person(*rights, funds=(None,)))
    form = client.get(reverse("ims_import_types:add")).content.decode()

    assert '<option value="bank">bank</option>' in form
    assert "PRIVATE KEY" not in form


def test_the_command_says_how_many_servers_failed(outgoing, capsys):
    ImportType.objects.update(remote_folder="/nowhere")
    call_command("ims_collect_files")

    assert "1 folders or servers could not be read" in capsys.readouterr().out


def test_settings_of_a_server_that_lack_something_are_refused_and_never_shown():
    with override_settings(
        IMS={"BASE_URL": "https://x.example", "SFTP_SERVERS": {"bank": {"host": "h"}}}
    ):
        with pytest.raises(ImproperlyConfigured, match="host_keys"):
            ims_settings()
    server = {"host": "h", "user": "u", "key": "SECRET", "passphrase": "SECRET", "host_keys": []}
    with override_settings(IMS={"BASE_URL": "https://x.example", "SFTP_SERVERS": {"bank": server}}):
        assert "SECRET" not in repr(ims_settings())
        assert "SECRET" not in repr(ims_settings().sftp_servers)
