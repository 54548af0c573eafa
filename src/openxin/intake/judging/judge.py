"""Judge a chunk of rows: which are sound, which wait and why, which the law refuses, and what is kept of each.

The face of judging, called by both passes, by `--check`, and when something is supplied later. It needs neither the register nor
the other rows of the file: the same row under the same day and law is judged the same, wherever it stands.
"""

from dataclasses import dataclass
from datetime import date

import polars as pl

from openxin.intake.judging import basis, bodies, cells, classes, identity, minors, order, text, windows
from openxin.intake.judging.cells import Cells
from openxin.intake.judging.payload import Texts, texts
from openxin.intake.judging.rules import REFUSED, Rules, rules
from openxin.law.catalogue import Authority, Catalogue, RecordType


@dataclass(frozen=True, slots=True)
class Judged:
    """`rows`: one line for each row, in order. `problems` and `notes`: `at` (index in rows), `field`, `code`.

    `fate` is 0 sound, 1 waits, 2 refused; PAST_ITS_TIME alone does not refuse yet, since a duplicate comes before it: see `past`.
    Of a refused row only the refusing codes are listed, and its messages and texts are null.
    """

    rows: pl.DataFrame
    problems: pl.DataFrame
    notes: pl.DataFrame


def judge(
    frame: pl.DataFrame,
    *,
    type: RecordType,  # noqa: A002
    authority: Authority,
    law: Catalogue,
    day: date,
    synthetic: bool,
) -> Judged:
    """Judge the rows of `frame`, sent by `authority` as records of `type`, under `law` as of `day`."""
    ready = rules(type, law)
    read = cells.read(frame, ready, day)
    person = identity.judge(read, day, synthetic=synthetic)
    _judge_values(read, ready)
    bodies.judge(read, authority)
    order.judge(read)
    basis.judge(read, frame, authority)
    of_class = classes.judge(read)
    minors.judge(read, person.born)
    text.judge(read, person.number, day)
    window = windows.judge(read, of_class, person.born, day)
    return _judged(frame, read, person, window, texts(read, person))


def _judge_values(read: Cells, ready: Rules) -> None:
    """Values that are a problem by themselves: an organisation as counterpart, a summary procedure, a minor breach remedied."""
    for column in ready.type.columns:
        value = read.values.get(column.code) if column.list is not None else None
        if value is None:
            continue
        for one in ready.law.lists[str(column.list)].values:
            if "problem" in one.extra:
                read.findings.add((value == one.code).fill_null(value=False), column.code, one.extra["problem"])
    remedied = read.value("remedied_minor")
    if remedied is not None:
        rows = (remedied == "Y").fill_null(value=False)
        read.findings.add(rows, ready.column("remedied_minor"), "REMEDIED_MINOR_BREACH")


def _judged(frame: pl.DataFrame, read: Cells, person: identity.Person, window: windows.Windows, said: Texts) -> Judged:
    fates = read.findings.fates(read.rules.fates)
    refused = fates == REFUSED
    # What refuses a row stands beside whatever else refuses it; alone, this one waits for the duplicates.
    read.findings.add(refused & window.past, read.rules.column("decided_on"), "PAST_ITS_TIME")
    name = read.value("name")
    mends = read.value("mends")
    told = {
        "identity": person.identity,
        "name": person.name,
        "name_written": name,
        "number_written": person.written,
        "issuing_state": person.state,
        "natural": said.natural,
        "content": said.content,
        "extras": said.extras,
        "payload": said.payload,
    }
    nothing = pl.repeat(None, read.height, dtype=pl.String, eager=True)
    messages = {key: nothing if value is None else value for key, value in told.items()}
    if refused.any():
        messages = {key: value.set(refused, None) for key, value in messages.items()}
    decided = read.day("decided_on")
    rows = pl.DataFrame(
        {
            "row": frame["row"],
            "sheet": frame["sheet"],
            "fate": fates,
            "past": window.past,
            **messages,
            "decided_on": nothing.cast(pl.Date) if decided is None else decided,
            "final_on": window.final_on,
            "opens": window.opens,
            "closes": window.closes,
            "erase_on": window.erase_on,
            "notice_until": window.notice_until,
            "state": window.state,
            "mends": nothing if mends is None else mends,
        }
    )
    problems, notes = read.findings.problems(), read.findings.notes()
    if refused.any() and problems.height:
        of_refused = refused.gather(problems["at"])
        refusing = [code for code, fate in read.rules.fates.items() if fate == REFUSED]
        problems = problems.filter(~of_refused | problems["code"].is_in(refusing))
        notes = notes.filter(~refused.gather(notes["at"]))
    return Judged(rows, problems, notes)
