"""No automatic consequence: what leaves the door is what a body decided and what the law says about its days. Nothing in it tells
anybody to do or not to do a thing, and nothing in the program tells another system that a decision exists.
"""

import ast
from dataclasses import fields
from pathlib import Path

import openxin
from openxin.disclosure.statement import ShownField, ShownLine, ShownRecord, Statement

SOURCE = Path(openxin.__file__).parent

# The whole of what a reader is told. A field more is a decision: does it derive anything about a person?
TOLD = {
    Statement: {"person", "purpose", "read_at", "line", "records", "lines"},
    ShownRecord: {
        "id", "type", "type_title", "decider", "contact", "submitter", "document", "basis", "decided_on", "admitted_on",
        "state", "state_title", "is_annotated", "visibility", "opens", "closes", "erase_on", "final_on", "notice_until",
        "fields", "said", "decided_title", "kept_until_person_erases", "withdrawal", "changes", "remedies",
    },
    ShownField: {"code", "title", "value", "stored", "says"},
    ShownLine: {"id", "at", "kind", "who", "purpose", "records", "is_own", "is_this", "rule"},
}  # fmt: skip

# What a program needs to tell another one something. Loopback and files are how everything here is reached.
CLIENTS = {"requests", "httpx", "aiohttp", "urllib3", "smtplib", "ftplib", "paramiko", "websockets", "xmlrpc"}

# Rooms that lie below the records, and so know of no decision: one asks a population register whether a document and a name
# agree, one fetches the ledger's public tiles and cosigns a checkpoint, one asks an identity provider who has come.
ASKING = {"people/verifying.py": {"httpx"}, "ledger/witness.py": {"httpx"}, "accounts/provider.py": {"requests"}}


def test_a_statement_holds_decisions_of_bodies_and_days_of_the_law_and_nothing_derived():
    for shown, told in TOLD.items():
        derived = {name for name, one in vars(shown).items() if isinstance(one, property)}
        assert {field.name for field in fields(shown) if not field.name.startswith("_")} | derived == told


def test_the_program_tells_no_other_system_anything():
    for module in SOURCE.rglob("*.py"):
        tree = ast.parse(module.read_text("utf-8"))
        named = {
            name.split(".")[0] if name != "urllib.request" else name
            for node in ast.walk(tree)
            for name in (
                [alias.name for alias in node.names]
                if isinstance(node, ast.Import)
                else [node.module or ""]
                if isinstance(node, ast.ImportFrom)
                else []
            )
        }
        asking = ASKING.get(module.relative_to(SOURCE).as_posix(), set())
        assert named & (CLIENTS | {"urllib.request"}) == asking, module


def test_what_asks_another_system_knows_of_no_record():
    rooms = ("records", "disclosure", "intake", "cases", "documents", "notices")
    for name in ASKING:
        text = (SOURCE / name).read_text("utf-8")
        assert not any(f"openxin.{room}" in text for room in rooms), name


# Pages on which officials see a record, or what is told of one.
ANSWERS = {"opened.html", "answer.html", "permit_answer.html", "award_answer.html", "statement.html"}


def test_a_penalty_looks_like_a_permit():
    """The page judges nobody by colour either: no style and no template knows one type from another.

    On the desk, at log-in, before the auditor and the administrator a colour may say that a form was filled in wrongly or that
    the ledger does not fit; records are shown there to nobody.
    """
    pages = [*SOURCE.glob("web/templates/**/*.html"), SOURCE / "web/static/openxin/openxin.css"]
    assert len(pages) > 8
    for page in pages:
        words = page.read_text("utf-8")
        is_form = {"desk", "admin_desk", "audit", "enquiries"} & set(page.parts) or page.name.startswith("log_in")
        is_form = is_form and page.name not in ANSWERS
        colours = () if is_form else ('data-color="danger"', 'data-color="success"')
        for type_ in ("penalty", "disqualification", 'record.type "', *colours):
            assert type_ not in words.replace("A penalty and a permit look the same", ""), page
