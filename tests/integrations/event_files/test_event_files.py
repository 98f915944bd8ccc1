"""Files of past events: explained, checked, taken in once, however often the run is killed."""

import json
import random
import time
from datetime import UTC, datetime, timedelta
from io import BytesIO, StringIO
from pathlib import Path
from uuid import UUID

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command

from dangol.customers.contracts import Erased, PersonTrace
from dangol.integrations.event_files import lines, operations
from dangol.integrations.event_files.models import EventFile, EventFilePiece, EventFileProblem
from dangol.integrations.event_files.operations.running import give_way
from dangol.kit import tenancy
from dangol.tracking.models import DeadLetter, Event, InboxEntry, Sample, Source
from dangol.tracking.operations import create_source, process_workspace, put_into_inbox, set_mapping
from tests.factories import NOW
from tests.forked import another_process
from tests.people import Cast, make_cast
from tests.tracking.test_sources import ClientOf

LINES, CHUNK = 1200, 40
FIELDS = {"회원": "user_id", "이벤트": "event", "일시": "time"}
CSV = """회원,이벤트,일시,상품
u1,구매,2019-03-01 10:00,차
,구매,2019-03-01 10:00,차
u2,구매,어제,컵
u1,구매,2019-03-01 10:00,차
"""
NUMBERS_IN_ROWS = """회원,이벤트,메모
u1,구매,900101-1234567
900101-1234567,구매,
u2,구매,9001011234567
4111111111111111,구매,
"""
STRUCK_IN_ROWS = """회원,이벤트,메모
u1,구매,900101-*******
900101-*******,구매,
u2,구매,9001011234567
4111111111111111,구매,
"""
NUMBERS_IN_JSON = """{"회원": "u1", "이벤트": "구매", "메모": 9001011234568}
{"회원": "900101 1234567", "이벤트": "구매"}
{"회원": "u2", "이벤트": "구매", "메모": 1710121234567}
{"회원": "4111111111111111", "이벤트": "구매"}
"""
STRUCK_IN_JSON = """{"회원": "u1", "이벤트": "구매", "메모": "900101-*******"}
{"회원": "900101-*******", "이벤트": "구매"}
{"회원": "u2", "이벤트": "구매", "메모": 1710121234567}
{"회원": "4111111111111111", "이벤트": "구매"}
"""


def file_source(cast: Cast, fields: dict[str, str]) -> Source:
    source, _key = create_source(member=cast.admin, name="Old shop", kind="event_files", now=NOW)
    if fields:
        set_mapping(source=source, fields=fields, event="", names={}, member=cast.admin, now=NOW)
    return source


def kept(cast: Cast, source: Source, content: bytes) -> EventFile:
    blocks = BytesIO(content)
    return operations.keep_event_file(
        source=source, file_name="old.csv", content=iter(lambda: blocks.read(1000), b""), member=cast.admin, now=NOW
    )


def checked(cast: Cast, source: Source, content: bytes) -> EventFile:
    made = kept(cast, source, content)
    operations.check_event_file(event_file=made)
    operations.review_event_file(workspace_id=made.workspace_id, file_id=made.pk)
    made.refresh_from_db()
    return made


def taken(cast: Cast, source: Source, content: bytes) -> EventFile:
    made = checked(cast, source, content)
    operations.start_event_file(event_file=made, member=cast.admin, now=NOW)
    operations.run_event_file(workspace_id=made.workspace_id, file_id=made.pk)
    made.refresh_from_db()
    return made


@pytest.mark.parametrize("encoding", ["utf-8", "cp949", "utf-16"])
def test_a_table_is_checked_and_taken_in_with_its_own_times(inside: Cast, encoding: str) -> None:
    source = file_source(inside, FIELDS)
    made = checked(inside, source, CSV.encode(encoding))
    assert (made.state, made.good_count, made.rejected_count, made.repeated_count) == ("checked", 2, 2, 1)
    problems = list(EventFileProblem.objects.order_by("line").values_list("line", "code"))
    assert problems == [(3, "no_id"), (4, "bad_time")]
    assert not InboxEntry.objects.exists()
    for _time in range(2):
        done = taken(inside, source, CSV.encode(encoding))
        assert (done.state, done.good_count, done.rejected_count) == ("done", 2, 2)
        process_workspace(inside.workspace.pk)
    event = Event.objects.get()
    assert (event.name, event.occurred_at) == ("구매", datetime(2019, 3, 1, 1, tzinfo=UTC))
    assert event.properties == {"상품": "차"}
    assert not EventFilePiece.objects.filter(event_file=done).exists()


@pytest.mark.parametrize(("content", "kept_as"), [(NUMBERS_IN_ROWS, STRUCK_IN_ROWS), (NUMBERS_IN_JSON, STRUCK_IN_JSON)])
@pytest.mark.parametrize("encoding", ["utf-8", "cp949"])
def test_resident_numbers_are_struck_out_of_what_is_kept(
    inside: Cast, content: str, kept_as: str, encoding: str
) -> None:
    source = file_source(inside, {"회원": "user_id", "이벤트": "event"})
    kept(inside, source, content.encode(encoding))
    assert bytes(EventFilePiece.objects.get().content) == kept_as.encode(encoding)
    taken(inside, source, content.encode(encoding))
    process_workspace(inside.workspace.pk)
    assert sorted(Event.objects.values_list("user_id", flat=True)) == ["4111111111111111", "u1", "u2"]
    assert list(DeadLetter.objects.values_list("code", flat=True)) == ["resident_id"]


def test_json_lines_are_read_too(inside: Cast) -> None:
    source = file_source(inside, {"user.id": "user_id", "name": "event", "ts": "time"})
    rows = [{"user": {"id": 7}, "name": "Visited", "ts": 946684800 + 60 * n, "note": 'a "b", c'} for n in range(3)]
    content = "\n".join([*(json.dumps(row) for row in rows), "{broken", "[]"]).encode()
    done = taken(inside, source, content)
    assert (done.good_count, done.rejected_count) == (3, 2)
    assert list(EventFileProblem.objects.order_by("line").values_list("line", "code")) == [
        (4, "not_json"),
        (5, "wrong_shape"),
    ]
    process_workspace(inside.workspace.pk)
    assert Event.objects.filter(properties__note='a "b", c').count() == 3


@pytest.mark.parametrize(
    ("content", "reason"),
    [(b"", "empty"), (b"\n \n", "empty"), (b"a,b\n", "no events"), (b"\x89PNG\x00\x00\x1a", "no text")],
)
def test_what_is_no_file_of_events_is_refused(inside: Cast, content: bytes, reason: str) -> None:
    with pytest.raises(operations.UnableToKeepFile, match=reason):
        kept(inside, file_source(inside, {}), content)


def test_steps_come_in_their_order(inside: Cast) -> None:
    source = file_source(inside, {})
    made = kept(inside, source, CSV.encode())
    assert Sample.objects.count() == 4
    with pytest.raises(operations.UnableToTakeEvents, match="fields"):
        operations.check_event_file(event_file=made)
    with pytest.raises(operations.UnableToTakeEvents, match="Check"):
        operations.start_event_file(event_file=made, member=inside.admin, now=NOW)
    with pytest.raises(operations.UnableToTakeEvents, match="another state"):
        operations.steer_event_file(event_file=made, to="paused")
    with pytest.raises(operations.UnableToTakeEvents, match="another state"):
        operations.steer_event_file(event_file=made, to="done")
    operations.steer_event_file(event_file=made, to="cancelled")
    assert not EventFilePiece.objects.exists()


def test_what_happens_now_comes_first(inside: Cast) -> None:
    """While the inbox is behind, a file adds nothing; paused meanwhile, it ends."""
    source = file_source(inside, FIELDS)
    made = checked(inside, source, CSV.encode())
    operations.start_event_file(event_file=made, member=inside.admin, now=NOW)
    put_into_inbox(source=source, call="track", bodies=[b"{}"], now=NOW - timedelta(minutes=1))
    operations.steer_event_file(event_file=made, to="paused")
    made.state = "running"
    assert not give_way(made)
    InboxEntry.objects.all().delete()
    assert give_way(made)


def test_erasure_reaches_waiting_lines(inside: Cast) -> None:
    source = file_source(inside, FIELDS)
    checked(inside, source, CSV.replace(",구매", "haneul@example.com,구매", 1).encode("cp949"))
    erased = Erased(workspace_id=inside.workspace.pk, ids=(), now=NOW, emails=("haneul@example.com",))
    trace = PersonTrace.traces["dangol.integrations.event_files.person_traces.EventFileLines"]
    before = EventFilePiece.objects.get()
    assert trace.erase(erased) == 1
    after = EventFilePiece.objects.get()
    assert b"haneul" not in bytes(after.content)
    assert bytes(before.content).count(b"\n") == bytes(after.content).count(b"\n")


@pytest.mark.faults
@pytest.mark.parametrize("seed", [4])
def test_a_killed_run_loses_nothing_and_doubles_nothing(committed_db: str, seed: int) -> None:
    chance = random.Random(seed)
    cast = make_cast()
    workspace_id = cast.workspace.pk
    start = datetime(2021, 1, 1, tzinfo=UTC)
    rows = [f"u{n % 50},Visited,{(start + timedelta(days=n)).isoformat()},{n}" for n in range(LINES)]
    content = "\n".join(["회원,이벤트,일시,n", *rows]).encode()
    with tenancy.workspace(workspace_id):
        made = checked(cast, file_source(cast, FIELDS), content)
        operations.start_event_file(event_file=made, member=cast.admin, now=NOW)
    kills = 0
    while state_of(made) != "done":
        with another_process(committed_db, take_in, workspace_id, made.pk) as process:
            kill_at, behind_at = next_line(made) + chance.randrange(CHUNK, 5 * CHUNK), time.monotonic() + 1
            while process.is_alive() and next_line(made) < kill_at:
                if time.monotonic() > behind_at:  # else the run gives way for ever
                    process_workspace(workspace_id)
                    behind_at = time.monotonic() + 1
                time.sleep(0.002)
            kills += process.is_alive()
        process_workspace(workspace_id)
    with tenancy.workspace(workspace_id):
        numbers = sorted(int(said["n"]) for said in Event.objects.values_list("properties", flat=True))
        assert EventFile.objects.get().good_count == LINES
        newest = Event.objects.order_by("-occurred_at")[0].occurred_at
    assert kills >= 2
    assert numbers == list(range(LINES))
    assert newest == start + timedelta(days=LINES - 1)


def test_the_command_does_all_of_it(inside: Cast, tmp_path: Path) -> None:
    source = file_source(inside, FIELDS)
    file = tmp_path / "old.csv"
    file.write_text(CSV)
    told = ["take_events", str(file), "--workspace", "dangol", "--source", str(source.pk)]
    out = StringIO()
    call_command(*told, "--member", "admin@example.com", "--check", stdout=out)
    call_command(*told, "--member", "admin@example.com", stdout=out)
    assert [line.split(" ", 1)[1] for line in out.getvalue().splitlines()] == [
        "checked: 2 events, 2 lines left out",
        "checked: 2 events, 2 lines left out",
        "done: 2 events, 2 lines left out",
    ]
    file.write_bytes(b"")
    with pytest.raises(CommandError, match="empty"):
        call_command(*told, "--member", "admin@example.com")


def test_the_pages_lead_through_it(cast: Cast, client_of: ClientOf) -> None:
    client = client_of(cast.admin)
    place = client.post("/sources/new/", {"name": "Old shop", "kind": "event_files"})["Location"]
    assert client.post(place, {"file": SimpleUploadedFile("x.csv", b"")}).status_code == 200
    path = client.post(place, {"file": SimpleUploadedFile("old.csv", CSV.encode())})["Location"]
    assert client.post(f"{path}check/").status_code == 302
    with tenancy.workspace(cast.workspace.pk):
        made = EventFile.objects.get()
        assert made.state == "uploaded"
        set_mapping(source=made.source, fields=FIELDS, event="", names={}, member=cast.admin, now=NOW)
    client.post(f"{path}check/")
    operations.review_event_file(workspace_id=cast.workspace.pk, file_id=made.pk)
    assert "어제" in client.get(path).content.decode()
    client.post(f"{path}start/")
    client.post(f"{path}steer/", {"to": "paused"})
    client.post(f"{path}steer/", {"to": "running"})
    operations.run_event_file(workspace_id=cast.workspace.pk, file_id=made.pk)
    assert state_of(made) == "done"
    for page in (place, path):
        members = (cast.marketer, cast.jieun, cast.minsu, cast.dana, cast.lee)
        assert [client_of(member).get(page).status_code for member in members] == [403, 403, 403, 403, 404]
    assert client_of(cast.lee).post(f"{path}steer/", {"to": "cancelled"}).status_code == 404


def take_in(workspace_id: UUID, file_id: UUID) -> None:
    """What the process does that is killed."""
    lines.CHUNK = CHUNK
    operations.run_event_file(workspace_id=workspace_id, file_id=file_id)


def state_of(made: EventFile) -> str:
    with tenancy.workspace(made.workspace_id):
        return EventFile.objects.values_list("state", flat=True).get(pk=made.pk)


def next_line(made: EventFile) -> int:
    with tenancy.workspace(made.workspace_id):
        return EventFile.objects.values_list("next_line", flat=True).get(pk=made.pk)
