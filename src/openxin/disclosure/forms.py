"""Forms of an answer: a statement as bytes, the same for whoever gets it and for the person who looks at it beforehand."""

from collections.abc import Sequence
from typing import Any

from openxin.disclosure.statement import ShownRecord, Statement
from openxin.store import canonical


def answer_bytes(statement: Statement) -> bytes:
    """The records of `statement` as RFC 8785 JSON, byte for byte the same at every reading that shows the same.

    When it was read and which line tells of it stand beside it, not in it.
    """
    return records_bytes(statement.records)


def records_bytes(records: Sequence[ShownRecord]) -> bytes:
    """Some records, in the same form."""
    return canonical.written({"records": [_record(record) for record in records]})


def _record(record: ShownRecord) -> dict[str, Any]:
    return {
        "id": str(record.id),
        "type": record.type,
        "authority": record.submitter.uscc,
        "decider": record.decider.zh,
        "document": record.document,
        "decided_on": record.decided_on.isoformat(),
        "state": record.state,
        "annotated": record.is_annotated,
        "opens": record.opens and record.opens.isoformat(),
        "closes": record.closes and record.closes.isoformat(),
        "fields": record.said,
    }
