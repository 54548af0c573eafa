"""What is kept is canonical, and two rows are the same when they say the same."""

import json
from uuid import uuid4

import polars as pl
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from tests.harness.sample import LI_NA, RARE, Person, number, penalty, permit
from tests.intake.judging.judged_rows import cells, found, judged, judged_frame, line

# No lone surrogates: they are no text, and reading does not let them in.
wording = st.text(st.characters(exclude_categories=["Cs"]), min_size=1).map(lambda text: f"甲{text}乙")


@given(wording, wording)
def test_payloads_are_rfc_8785(fact: str, content: str) -> None:
    """Control characters, quotes, line separators and characters beyond the basic plane included."""
    of = judged_frame(cells(penalty(LI_NA, CF_SY=fact, CF_NR=content)))
    for name in ("payload", "content", "extras"):
        text = line(of)[name]
        if text is not None:
            assert str(text).encode() == rfc8785.dumps(json.loads(str(text)))
    kept = json.loads(str(line(of)["payload"]))
    assert (kept["CF_SY"], kept["CF_NR"]) == (fact, content)


def test_rare_characters_come_through_unchanged() -> None:
    row = penalty(RARE, CF_SY="𰻞𰻞面馆，㐂字号，𠮷")
    told = line(judged(row))
    kept = json.loads(str(told["payload"]))
    assert (kept["CF_XDR_MC"], kept["CF_SY"], told["name_written"]) == (RARE.name, row["CF_SY"], RARE.name)


def test_a_name_is_kept_as_written_and_compared_folded() -> None:
    told = line(judged(penalty(Person("Ａnna  SMITH•Lee", LI_NA.number))))
    assert (told["name"], told["name_written"]) == ("anna smith·lee", "Ａnna  SMITH•Lee")
    assert json.loads(str(told["payload"]))["CF_XDR_MC"] == "Ａnna  SMITH•Lee"


def test_a_payload_has_normal_forms_and_nothing_that_was_not_filled() -> None:
    kept = json.loads(
        str(line(judged(penalty(LI_NA, CF_JDRQ="2026年4月11日", CF_NR_FK="5000元", OX_HH=str(uuid4()))))["payload"])
    )
    assert (kept["CF_JDRQ"], kept["CF_NR_FK"], kept["CF_XDR_ZJLX"]) == ("2026-04-11", 500000, "01")
    assert not {"OX_HH", "BZ", "CF_FRDB", "CF_NR_ZKDX"} & kept.keys()


def test_the_same_decision_in_another_writing_is_the_same_content() -> None:
    plain = penalty(LI_NA)
    other = penalty(
        LI_NA, "示市监罚[2026]１号", CF_SY=f"  {plain['CF_SY']} ", CF_JDRQ="2026/4/11", CF_YXQ="长期", CF_NR_FK="5,000元",
        CF_GSJZQ="2026-12-31", CF_CFJG="示例市市场监管局", CF_XDR_ZJHM=" ９" + LI_NA.number[1:], CF_XDR_ZJLX="居民身份证",
        OX_SDRQ="2026-04-13", CF_SJLYDM=plain["CF_SJLYDM"] + " ",
    )  # fmt: skip
    of = judged(plain, other)
    for name in ("identity", "name", "natural", "content"):
        assert line(of, 0)[name] == line(of, 1)[name] is not None
    assert line(of, 0)["extras"] != line(of, 1)["extras"]


def test_content_does_not_depend_on_which_columns_a_file_has() -> None:
    narrow = {column: cell for column, cell in penalty(LI_NA).items() if cell and column != "CF_XDR_LB"}
    wide = penalty(LI_NA) | {"OX_SDRQ": "", "CF_FRDB": ""}
    alone, among_others = judged(narrow), judged(wide, penalty(LI_NA, OX_SDRQ="2026-04-13", CF_NR_ZKDX="证"))
    for name in ("natural", "content", "extras"):
        assert line(alone)[name] == line(among_others)[name]


def test_a_status_is_no_content() -> None:
    of = judged(permit(LI_NA), permit(LI_NA, XK_ZT="2"), type_="permit")
    assert line(of, 0)["content"] == line(of, 1)["content"]
    assert line(of, 0)["extras"] != line(of, 1)["extras"]


def test_another_word_is_another_content_but_the_same_key() -> None:
    of = judged(penalty(LI_NA), penalty(LI_NA, CF_NR="罚款人民币六千元整"))
    assert line(of, 0)["natural"] == line(of, 1)["natural"]
    assert line(of, 0)["content"] != line(of, 1)["content"]


def test_a_key_holds_the_deciding_body_the_number_and_the_day() -> None:
    of = judged(penalty(LI_NA), penalty(LI_NA, "示市监罚〔2026〕2号"), penalty(LI_NA, CF_JDRQ="2026-04-12"))
    assert len({line(of, at)["natural"] for at in range(3)}) == 3


def test_unsound_cells_make_no_message() -> None:
    of = judged(penalty(LI_NA, CF_JDRQ="x"), penalty(LI_NA, CF_XDR_MC="李?"), penalty(LI_NA, CF_XDR_ZJLX="护照"))
    assert (line(of, 0)["natural"], line(of, 0)["content"]) == (None, None)
    assert (line(of, 1)["name"], line(of, 1)["identity"] is None) == (None, False)
    assert line(of, 2)["identity"] is None


def test_a_rule_broken_by_sound_cells_leaves_the_content_comparable() -> None:
    young = Person("赵小小", number("20030101", 1))
    of = judged(penalty(young))
    assert found(of) == {("OX_WFRQ", "CONDUCT_DATE_NEEDED")}
    assert line(of)["content"] is not None


def test_the_reference_of_a_waiting_row_is_handed_on() -> None:
    reference = str(uuid4())
    assert line(judged(penalty(LI_NA, OX_HH=f" {reference} ")))["mends"] == reference


def test_rows_keep_their_places() -> None:
    frame = cells(penalty(LI_NA), penalty(RARE)).with_columns(pl.Series("row", [17, 19], dtype=pl.UInt32))
    assert judged_frame(frame).rows.select("row", "sheet").rows() == [(17, 1), (19, 1)]
