"""A body hands in by machine: a file or rows, followed, confirmed, mended; through the one door, and its own alone."""

from collections.abc import Callable, Mapping
from typing import Any
from uuid import uuid4

from tests.harness import sample
from tests.harness.door import Door
from tests.harness.machine import Machine, machine
from tests.harness.register import Register
from tests.harness.sample import LI_NA, WANG_WEI, penalty, person

Works = Callable[[], None]
WRONG_NUMBER = "110101199001011235"
CSV = {"Content_Type": "text/csv"}


def rows(*them: Mapping[str, str]) -> dict[str, Any]:
    return {"type": "penalty", "rows": list(them)}


def confirmed(market: Machine, works: Works, body: dict[str, Any]) -> dict[str, Any]:
    """Rows are handed in, confirmed and admitted: the upload at its end."""
    upload = market.post("/uploads/rows", body).json()["id"]
    works()
    assert market.post(f"/uploads/{upload}/confirmation", {}).status_code == 202
    works()
    done: dict[str, Any] = market.get(f"/uploads/{upload}").json()
    assert done["state"] == "done"
    return done


def test_rows_are_checked_confirmed_and_admitted(market: Machine, works: Works, register: Register) -> None:
    answer = market.post("/uploads/rows", rows(penalty(LI_NA), penalty(WANG_WEI, CF_XDR_ZJHM=WRONG_NUMBER)))
    one = answer.json()
    assert (answer.status_code, one["state"], answer["Location"]) == (202, "received", f"/api/v1/uploads/{one['id']}")
    works()
    preview = market.get(f"/uploads/{one['id']}").json()["preview"]
    assert (preview["rows"], preview["admitted"], preview["quarantined"]) == (2, 1, 1)
    assert register.count("records_record") == 0
    assert market.post(f"/uploads/{one['id']}/confirmation", {}).status_code == 202
    works()
    done = market.get(f"/uploads/{one['id']}").json()
    submission = market.get(f"/submissions/{done['submission']}").json()
    assert (submission["standing"], submission["waiting"], submission["counts"]["admitted"]) == ("waiting", 1, 1)
    assert market.get(f"/submissions/{done['submission']}/receipt").json()["rows"] == 2
    register.is_sound(records=1, quarantined=1, secrets=[LI_NA.name, LI_NA.number, market.token])


def test_a_file_comes_as_the_body_or_as_a_part_of_a_form(market: Machine, works: Works, register: Register) -> None:
    content = sample.csv_bytes([penalty(LI_NA)])
    raw = market.post(
        "/uploads?type=penalty",
        content,
        Content_Type="text/csv",
        Content_Disposition="attachment; filename*=UTF-8''%E6%9D%8E%E5%A8%9C.csv",
    )
    boundary = "b"
    form = (
        f'--{boundary}\r\nContent-Disposition: form-data; name="file"; filename="a.csv"\r\n\r\n'.encode()
        + content
        + f"\r\n--{boundary}--\r\n".encode()
    )
    part = market.post("/uploads?type=penalty", form, Content_Type=f"multipart/form-data; boundary={boundary}")
    assert (raw.status_code, part.status_code) == (202, 202)
    works()
    shown = [market.get(f"/uploads/{one.json()['id']}").json() for one in (raw, part)]
    assert [one["preview"]["rows"] for one in shown] == [1, 1]
    register.is_sound(records=0, secrets=[LI_NA.name, LI_NA.number])


def test_what_waits_is_told_mended_and_admitted(market: Machine, works: Works, register: Register) -> None:
    done = confirmed(market, works, rows(penalty(LI_NA), penalty(WANG_WEI, CF_XDR_ZJHM=WRONG_NUMBER)))
    waits = market.get(f"/submissions/{done['submission']}/quarantine").json()
    (row,) = waits["rows"]
    assert (row["row"], row["fate"], row["problems"][0]["code"], waits["next"]) == (
        3,
        "quarantined",
        "ID_CHECKSUM",
        None,
    )
    assert WRONG_NUMBER not in str(waits)
    confirmed(market, works, rows(penalty(WANG_WEI) | {"OX_HH": row["reference"]}))
    assert market.get(f"/submissions/{done['submission']}/quarantine").json()["rows"] == []
    register.is_sound(records=2, quarantined=0, secrets=[WANG_WEI.number])


def test_quarantine_is_paged_by_the_place_of_the_row(market: Machine, works: Works, register: Register) -> None:
    wrong = [penalty(person(n), f"示市监罚〔2026〕{n}号", CF_JDRQ="昨天") for n in range(5)]
    sealed = [penalty(person(n), f"示市监罚〔2026〕{n}号", CF_YJ="《中华人民共和国刑法》") for n in range(5, 8)]
    done = confirmed(market, works, rows(*wrong[:3], *sealed, *wrong[3:]))
    path = f"/submissions/{done['submission']}/quarantine?limit=3"
    pages = [market.get(path).json()]
    while pages[-1]["next"]:
        pages.append(market.get(f"{path}&cursor={pages[-1]['next']}").json())
    assert [[row["row"] for row in page["rows"]] for page in pages] == [[2, 3, 4], [5, 6, 7], [8, 9]]
    assert [row["fate"] for page in pages for row in page["rows"]] == ["quarantined"] * 3 + ["refused"] * 3 + [
        "quarantined"
    ] * 2
    register.is_sound(records=0, quarantined=5)


def test_another_bodys_things_are_not_there(market: Machine, works: Works, register: Register) -> None:
    done = confirmed(market, works, rows(penalty(LI_NA), penalty(WANG_WEI, CF_JDRQ="昨天")))
    other = machine("drug")
    for path in (
        f"/uploads/{done['id']}",
        f"/submissions/{done['submission']}",
        f"/submissions/{done['submission']}/receipt",
        f"/submissions/{done['submission']}/quarantine",
        f"/submissions/{done['submission']}/mending-workbook",
    ):
        accept = "*/*"
        own, others, nobodys = market.get(path, Accept=accept), other.get(path, Accept=accept), None
        nobodys = other.get(
            path.replace(done["id"], str(uuid4())).replace(done["submission"], str(uuid4())), Accept=accept
        )
        assert own.status_code == 200, path
        told = [{name: value for name, value in one.json().items() if name != "instance"} for one in (others, nobodys)]
        assert (others.status_code, told[0]) == (404, told[1]), path
    for path in (f"/uploads/{done['id']}/confirmation", f"/submissions/{done['submission']}/taking-back"):
        assert other.post(path, {"reason": "1"} if "taking" in path else {}).status_code in {404, 422}
    assert other.delete(f"/uploads/{done['id']}").status_code == 404
    assert other.get("/uploads").json()["uploads"] == [] == other.get("/submissions").json()["submissions"]
    register.is_sound(records=1, quarantined=1)


def test_a_body_hands_in_only_what_it_may(market: Machine, register: Register) -> None:
    answer = market.post("/uploads/rows", rows(penalty(LI_NA)) | {"type": "honour"})
    assert (answer.status_code, answer.json()["code"]) == (403, "not-yours")
    assert market.post("/uploads?type=honour", b"x", **CSV).status_code == 403
    assert market.post("/uploads?type=nothing", b"x", **CSV).status_code == 422
    assert register.count("intake_upload") == 0


def test_a_file_that_says_it_is_too_large_is_not_read(market: Machine, register: Register) -> None:
    answer = market.post("/uploads?type=penalty", b"x", Content_Type="text/csv", Content_Length=str(2**40))
    assert (answer.status_code, answer.json()["code"]) == (413, "TOO_LARGE")
    assert list((register.home / "uploads").glob("*")) == []


def test_a_machine_that_is_no_clerk_hands_nothing_in(register: Register) -> None:
    recipient = machine("market", roles=("recipient",))
    for answer in (
        recipient.post("/uploads/rows", rows(penalty(LI_NA))),
        recipient.post("/uploads?type=penalty", b"x", **CSV),
        recipient.get("/uploads"),
        recipient.get("/submissions"),
    ):
        assert (answer.status_code, answer.json()["code"]) == (403, "not-yours")
    assert register.count("intake_upload") == 0


WRONG: dict[str, tuple[object, str]] = {
    "no row": ([], "/rows"),
    "a number": ([{"CF_WSH": 1}], "/rows/0"),
    "a number, in a column that is not there": ([penalty(LI_NA), {"李娜": 1}], "/rows/1"),
    "not a list": ({"CF_WSH": "1"}, "/rows"),
    "too many": ([{"CF_WSH": "1"}] * 1001, "/rows"),
}


def test_rows_that_are_none_are_told_by_their_place_alone(market: Machine, register: Register) -> None:
    for wrong, (sent, where) in WRONG.items():
        answer = market.post("/uploads/rows", {"type": "penalty", "rows": sent})
        assert answer.status_code == 422, wrong
        assert answer.json()["errors"][0]["pointer"] == where, wrong
        assert "李娜" not in answer.content.decode(), wrong
    assert register.count("intake_upload") == 0


def test_a_list_stays_what_it_is_while_files_come_in(market: Machine, register: Register) -> None:
    sent = [market.post("/uploads/rows", rows(penalty(person(n)))).json()["id"] for n in range(5)]
    first = market.get("/uploads?limit=2").json()
    market.post("/uploads/rows", rows(penalty(person(9))))
    second = market.get(f"/uploads?limit=2&cursor={first['next']}").json()
    third = market.get(f"/uploads?limit=2&cursor={second['next']}").json()
    assert [one["id"] for page in (first, second, third) for one in page["uploads"]] == sent[::-1]
    assert third["next"] is None


def test_rows_are_judged_as_a_file_would_be(market: Machine, works: Works, register: Register) -> None:
    """Titles for codes, columns that nobody knows, a name that reads like a total, no header at all."""
    titled = {"行政相对人名称": LI_NA.name} | {
        code: cell for code, cell in penalty(LI_NA).items() if code != "CF_XDR_MC"
    }
    total = penalty(WANG_WEI, CF_XDR_MC="合计")
    told = [
        market.post("/uploads/rows", rows(*sent)).json()["id"]
        for sent in ([titled | {"备忘": "x"}], [penalty(LI_NA), total], [{"a": "b"}], [{}])
    ]
    works()
    known, totals, *refused = (market.get(f"/uploads/{one}").json() for one in told)
    assert (known["preview"]["admitted"], known["preview"]["ignored_columns"]) == (1, ["备忘"])
    assert totals["preview"]["rows"] == 2
    assert [one["state"] for one in refused] == ["refused", "refused"]
    register.is_sound(records=0)


def test_what_was_confirmed_beforehand_is_admitted_at_once(market: Machine, works: Works, register: Register) -> None:
    sent = rows(penalty(LI_NA), penalty(WANG_WEI, CF_JDRQ="昨天")) | {"then": "admit"}
    by_rows = market.post("/uploads/rows", sent).json()["id"]
    file = sample.csv_bytes([penalty(person(1), "示市监罚〔2026〕9号")])
    by_file = market.post("/uploads?type=penalty&then=admit", file, **CSV).json()["id"]
    works()
    assert [market.get(f"/uploads/{one}").json()["state"] for one in (by_rows, by_file)] == ["done", "done"]
    assert {found for (found,) in register.rows("select decided_by from intake_upload")} == {market.id}
    register.is_sound(records=2, quarantined=1)


def test_what_contradicts_the_register_waits_though_it_was_confirmed(
    market: Machine, works: Works, door: Door, register: Register
) -> None:
    """Another name under a known number in most rows: probably the wrong file. It is confirmed by somebody who says so."""
    door.receives(penalty(LI_NA))
    wrong = penalty(LI_NA, "示市监罚〔2026〕2号", CF_XDR_MC="李芳")
    upload = market.post("/uploads/rows", rows(wrong) | {"then": "admit"}).json()["id"]
    works()
    shown = market.get(f"/uploads/{upload}").json()
    assert (shown["state"], shown["preview"]["contradicts"]) == ("checked", True)
    unsure = market.post(f"/uploads/{upload}/confirmation", {})
    assert (unsure.status_code, unsure.json()["errors"][0]["pointer"]) == (422, "/sure")
    assert market.post(f"/uploads/{upload}/confirmation", {"sure": True}).status_code == 202
    works()
    register.is_sound(records=1, quarantined=1)


def test_what_is_not_wanted_is_discarded(market: Machine, works: Works, register: Register) -> None:
    id_ = market.post("/uploads/rows", rows(penalty(LI_NA))).json()["id"]
    assert [market.delete(f"/uploads/{id_}").status_code for _ in range(2)] == [204, 204]
    answer = market.post(f"/uploads/{id_}/confirmation", {})
    assert (answer.status_code, answer.json()["code"], answer.json()["state"]) == (409, "not-now", "discarded")
    works()
    register.is_sound(records=0, secrets=[LI_NA.number])
