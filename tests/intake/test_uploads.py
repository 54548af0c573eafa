"""A file comes in at the desk: it is received, checked, shown, confirmed and admitted; or refused, or discarded."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest

from openxin.intake import admission, taking_back, upload_spool, upload_work, uploads
from openxin.intake.reading.refusal import FileRefused
from openxin.intake.uploads import NoSuchUpload, NotNow, Upload
from openxin.law.loading import catalogue
from openxin.ledger.sequencing import sequence
from openxin.store.connection import Connection, open_plain
from tests.harness import sample
from tests.harness.door import Door
from tests.harness.sample import LI_NA, WANG_WEI, Person, penalty, person
from tests.harness.uploading import CLERK, bring, bring_bytes, spooled, state, worked

HONOURS = Path(__file__).parents[2] / "samples" / "honour.xlsx"


def test_a_file_is_checked_shown_confirmed_and_admitted(door: Door, lease: Connection) -> None:
    rows = [
        penalty(LI_NA),
        penalty(WANG_WEI, "示市监罚〔2026〕2号", CF_XDR_ZJHM="110101199001011235"),
        penalty(WANG_WEI, "示市监罚〔2026〕3号", CF_YJ="刑法"),
    ]
    id_ = bring(door, *rows)
    before = state(id_)
    assert (before.state, before.file_name_shown, before.preview) == ("received", "六月处罚.csv", None)
    worked(door, lease)
    checked = state(id_)
    preview = checked.preview
    assert checked.state == "checked" and preview is not None
    assert (preview.rows, preview.admitted, preview.quarantined, preview.refused) == (3, 1, 1, 1)
    assert [(row.row, row.fate) for row in preview.problem_rows] == [(3, "quarantined"), (4, "refused")]
    assert "110101199001011235" not in str(preview.problem_rows), "masked, as `quarantine` prints it"
    assert door.register.count("records_record") == 0 and door.register.count("intake_check") == 1
    uploads.confirm("market", id_, login=CLERK)
    worked(door, lease)
    done = state(id_)
    assert (done.state, done.rows_done, done.rows_total, done.preview) == ("done", 3, 3, None)
    assert done.decided_by == CLERK and not done.was_known
    assert door.register.rows("select id from intake_submission") == [(done.submission_id,)]
    assert spooled(door) == []
    door.register.is_sound(records=1, quarantined=1, secrets=[LI_NA.number, LI_NA.name, "六月处罚"])


def test_a_file_that_is_no_table_is_refused_whole_with_its_reason(door: Door, lease: Connection) -> None:
    id_ = bring_bytes(door, b"%PDF-1.7 whatever", name="扫描件.pdf")
    worked(door, lease)
    refused = state(id_)
    assert refused.state == "refused" and refused.refusal is not None
    code, words = refused.refusal
    assert code == "NOT_A_TABLE" and words.zh.startswith("这不是表格文件") and words.en
    assert spooled(door) == [] and door.register.count("intake_check") == 0
    with pytest.raises(NotNow):
        uploads.confirm("market", id_, login=CLERK)
    door.register.is_sound(records=0)


def test_a_file_over_the_limit_is_refused_while_it_arrives(door: Door, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(upload_spool, "FILE_BYTES", 100_000)
    with pytest.raises(FileRefused, match="TOO_LARGE"):
        bring_bytes(door, bytes(200_000))
    assert spooled(door) == [] and door.register.count("intake_upload") == 0
    assert state(bring_bytes(door, bytes(100_000))).size_bytes == 100_000


def test_a_body_brings_only_what_it_may_submit(door: Door) -> None:
    with pytest.raises(FileRefused, match="NOT_COMPETENT"):
        bring_bytes(door, sample.csv_bytes([penalty(LI_NA)]), authority="civil")
    assert spooled(door) == [] and door.register.count("intake_upload") == 0


@pytest.mark.parametrize("name", ["honour.xlsx", "honour.csv", "致李娜的.函"])
def test_a_workbook_is_read_in_memory_and_known_by_its_content(door: Door, lease: Connection, name: str) -> None:
    """Of the name that the file bore, the door learns the ending, and only one of those that it knows."""
    id_ = bring_bytes(door, HONOURS.read_bytes(), name=name, authority="civil", type_="honour")
    worked(door, lease)
    preview = state(id_, "civil").preview
    assert preview is not None and preview.rows > 20
    assert ("EXTENSION_DIFFERS" in {note.code for note in preview.notes}) == (name != "honour.xlsx")
    uploads.confirm("civil", id_, login=CLERK)
    worked(door, lease)
    assert state(id_, "civil").state == "done" and spooled(door) == []
    door.register.is_sound(secrets=["致李娜"])


def test_a_large_file_is_shared_out_among_processes_that_all_find_it_in_memory(
    door: Door, lease: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(admission, "_SMALL_FILE_BYTES", 1000)
    id_ = bring(door, *(penalty(person(n), f"示市监罚〔2026〕{n}号") for n in range(60)))
    for _ in ("checked", "admitted"):
        upload_work.work(lease, place=door.place(workers=2), law=catalogue(), today=sample.TODAY)
        if state(id_).state == "checked":
            uploads.confirm("market", id_, login=CLERK)
    assert state(id_).state == "done"
    door.register.is_sound(records=60)


def test_most_rows_against_the_register_are_a_warning(door: Door, lease: Connection) -> None:
    """The numbers have slipped by one row: nearly all belong to somebody else."""
    known = [person(n) for n in range(6)]
    door.receives(*(penalty(one, f"示市监罚〔2026〕{n}号") for n, one in enumerate(known)))
    slipped = [Person(known[n - 1].name, one.number) for n, one in enumerate(known)]
    wrong = bring(door, *(penalty(one, f"示市监罚〔2026〕9{n}号") for n, one in enumerate(slipped)))
    right = bring(door, *(penalty(one, f"示市监罚〔2026〕8{n}号") for n, one in enumerate(known)))
    worked(door, lease)
    assert [state(id_).preview.contradicts for id_ in (wrong, right)] == [True, False]
    assert door.register.count("records_line", "kind = 'name_question'") == 6, "each of them sees that somebody asked"
    for id_ in (wrong, right):
        uploads.discard("market", id_, login=CLERK)
    upload_work.keep_terms(lease, place=door.place(), law=catalogue(), today=sample.TODAY)
    door.register.is_sound(records=6, quarantined=0)


def test_the_same_bytes_are_the_same_submission_and_the_body_is_told(door: Door, lease: Connection) -> None:
    first = through(door, lease, penalty(LI_NA), penalty(WANG_WEI, "示市监罚〔2026〕2号", CF_JDRQ="someday"))
    again = bring(door, penalty(LI_NA), penalty(WANG_WEI, "示市监罚〔2026〕2号", CF_JDRQ="someday"), name="again.csv")
    worked(door, lease)
    preview = state(again).preview
    assert preview is not None and preview.same_as == first.submission_id and preview.duplicates == 1
    uploads.confirm("market", again, login=CLERK)
    worked(door, lease)
    second = state(again)
    assert second.was_known and not first.was_known and second.submission_id == first.submission_id
    door.register.is_sound(records=1, quarantined=1)


def test_what_was_taken_back_comes_as_a_new_submission(door: Door, lease: Connection) -> None:
    first = through(door, lease, penalty(LI_NA))
    assert first.submission_id is not None
    taking_back.take_back(
        "market", first.submission_id, reason="wrong_file", login=CLERK, today=sample.TODAY, law=catalogue()
    )
    second = through(door, lease, penalty(LI_NA))
    assert not second.was_known and second.submission_id != first.submission_id
    sequence()
    door.register.is_sound(records=2)


def test_another_body_finds_no_upload_to_see_confirm_or_discard(door: Door, lease: Connection) -> None:
    id_ = bring(door, penalty(LI_NA))
    worked(door, lease)
    with pytest.raises(NoSuchUpload):
        uploads.upload("health", id_)
    for verb in (uploads.confirm, uploads.discard):
        with pytest.raises(NoSuchUpload):
            verb("health", id_, login=CLERK)
        with pytest.raises(NoSuchUpload):
            verb("market", uuid4(), login=CLERK)
    assert uploads.uploads("health") == ()
    assert [one.id for one in uploads.uploads("market")] == [id_] and state(id_).state == "checked"


def test_a_body_lists_its_uploads_newest_first_by_state_and_page(door: Door, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(uploads, "PAGE_ROWS", 2)
    ids = [bring(door, penalty(person(n)), name=f"{n}.csv") for n in range(5)]
    uploads.discard("market", ids[4], login=CLERK)
    assert [one.file_name_shown for one in uploads.uploads("market")] == ["4.csv", "3.csv"]
    assert [one.file_name_shown for one in uploads.uploads("market", page=3)] == ["0.csv"]
    assert [one.id for one in uploads.uploads("market", state="discarded")] == [ids[4]]


def test_nothing_is_confirmed_before_it_was_checked_or_discarded_after_it_was_admitted(
    door: Door, lease: Connection
) -> None:
    id_ = bring(door, penalty(LI_NA))
    with pytest.raises(NotNow) as early:
        uploads.confirm("market", id_, login=CLERK)
    assert early.value.state == "received"
    worked(door, lease)
    for _ in range(2):  # the second click, or the first one's answer was lost
        uploads.confirm("market", id_, login=CLERK)
    worked(door, lease)
    uploads.confirm("market", id_, login=CLERK)
    with pytest.raises(NotNow):
        uploads.discard("market", id_, login=CLERK)
    assert state(id_).state == "done"
    door.register.is_sound(records=1)


def test_what_was_discarded_is_noise_at_once_and_gone_soon(door: Door, lease: Connection) -> None:
    waits = bring(door, penalty(LI_NA))
    checked = bring(door, penalty(WANG_WEI))
    uploads.discard("market", waits, login=CLERK)
    worked(door, lease)
    for _ in range(2):
        uploads.discard("market", checked, login=CLERK)
    assert door.register.count("intake_upload", "wrapped_file_key is not null or sealed_preview is not null") == 0
    upload_work.keep_terms(lease, place=door.place(), law=catalogue(), today=sample.TODAY)
    assert spooled(door) == []
    with pytest.raises(NotNow):
        uploads.confirm("market", checked, login=CLERK)
    door.register.is_sound(records=0)


def test_what_is_discarded_while_it_is_checked_leaves_nobody_told(door: Door, lease: Connection) -> None:
    """The check is undone with its trace: its answer was never shown to anybody."""
    door.receives(penalty(LI_NA))
    id_ = bring(door, penalty(Person("别人", LI_NA.number), "示市监罚〔2026〕2号"))

    class Meddling(admission.Place):
        def workers_for(self, path: Path) -> int:
            assert state(id_).state == "checking"
            uploads.discard("market", id_, login=CLERK)
            return 0

    place = door.place()
    upload_work.work(
        lease,
        place=Meddling(place.spools, place.laws, synthetic=True, start_worker=place.start_worker),
        law=catalogue(),
        today=sample.TODAY,
    )
    assert state(id_).state == "discarded"
    assert door.register.count("intake_check") == 0
    assert door.register.count("records_line", "kind = 'name_question'") == 0
    door.register.is_sound(records=1, quarantined=0)


def test_what_nobody_confirms_within_its_term_is_discarded_and_its_name_forgotten_later(
    door: Door, lease: Connection
) -> None:
    arrived = datetime(2026, 6, 15, 9, tzinfo=UTC)
    id_ = uploads.receive(
        [sample.csv_bytes([penalty(LI_NA)])], file_name="六月.csv", type_id="penalty", authority_id="market", login=CLERK,
        place=door.place(), at=arrived,
    )  # fmt: skip
    worked(door, lease)
    last_day = state(id_).kept_until
    assert last_day == date(2026, 6, 23), "five working days; the 19th is a day off"
    law, place = catalogue(), door.place()
    upload_work.keep_terms(lease, place=place, law=law, today=last_day)
    assert state(id_).state == "checked"
    upload_work.keep_terms(lease, place=place, law=law, today=last_day + timedelta(days=1))
    over = state(id_)
    assert (over.state, over.decided_by, over.file_name_shown, over.preview) == ("discarded", None, "六月.csv", None)
    upload_work.keep_terms(lease, place=place, law=law, today=date.today() + timedelta(days=94))  # noqa: DTZ011
    assert state(id_).file_name_shown == ""
    door.register.is_sound(records=0)


def test_a_spooled_file_that_was_damaged_is_refused_and_never_half_read(door: Door, lease: Connection) -> None:
    content = sample.csv_bytes([penalty(person(n), f"示市监罚〔2026〕{n}号") for n in range(5000)])
    assert len(content) > 2 * upload_spool.BLOCK_BYTES
    ids = [bring_bytes(door, content + bytes([10] * n)) for n in range(4)]
    files = [door.register.home / "uploads" / str(id_) for id_ in ids]
    whole = files[0].read_bytes()
    block = upload_spool.BLOCK_BYTES + 29
    files[0].write_bytes(whole[:block])  # cut off
    files[1].write_bytes(whole[block : 2 * block] + whole[:block] + whole[2 * block :])  # and of another upload
    files[2].write_bytes(files[2].read_bytes()[:-1] + b"!")
    files[3].unlink()
    worked(door, lease)
    assert {one.refusal[0] for one in map(state, ids) if one.refusal} == {"UNREADABLE"}
    assert [one.state for one in map(state, ids)] == ["refused"] * 4
    door.register.is_sound(records=0)


def test_what_a_crash_left_in_the_spools_is_swept_and_what_is_arriving_is_not(door: Door, lease: Connection) -> None:
    place = door.place()
    kept = bring(door, penalty(LI_NA))
    orphan, link = place.uploads / str(uuid4()), place.uploads / f"{kept}-memory.csv"
    check = place.spools / f"check-{kept}"
    orphan.write_bytes(b"noise")
    link.symlink_to("/proc/1/fd/none")
    check.mkdir(parents=True)
    with upload_spool.Reception(place.uploads) as arriving:
        arriving.write(b"half a file")
        upload_work.tidy_up(lease, place)
        assert {file.name for file in place.uploads.iterdir()} == {str(kept), str(arriving.id), orphan.name, link.name}
    upload_work.tidy_up(lease, place)
    assert [file.name for file in place.uploads.iterdir()] == [str(kept)] and not check.exists()
    worked(door, lease)
    assert state(kept).state == "checked"
    door.register.is_sound(records=0)


def test_only_one_process_works_the_uploads(door: Door, lease: Connection) -> None:
    with open_plain("intake") as other:
        other.execute("set lock_timeout = '200ms'")
        with pytest.raises(psycopg.errors.LockNotAvailable), upload_work.lease(other):
            pass


def test_the_worker_is_told_when_something_comes(door: Door, lease: Connection) -> None:
    upload_work.wait(lease, 0.05)  # what came before
    bring(door, penalty(LI_NA))
    assert [told.channel for told in lease.notifies(timeout=10, stop_after=1)] == ["openxin_uploads"]


def through(door: Door, lease: Connection, *rows: Mapping[str, str]) -> Upload:
    """Brought, checked, confirmed and admitted."""
    id_ = bring(door, *rows)
    worked(door, lease)
    uploads.confirm("market", id_, login=CLERK)
    worked(door, lease)
    return state(id_)
