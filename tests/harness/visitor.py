"""People of the tests at the door out: who they are, and their browser."""

from dataclasses import dataclass
from uuid import UUID, uuid4

from django.http import HttpResponse
from django.test import Client

from openxin.accounts import links
from openxin.accounts.readers import Reader
from openxin.people import names, presented
from tests.harness.sample import Person


def id_of(person: Person) -> UUID:
    """The id under which the register knows a person of the tests."""
    found = presented.claimed(person.document_type, "", person.number, names.folded(person.name), reader=uuid4())
    assert found is not None and found.agrees, "nothing was admitted about this person"
    return found.person_id


def reader_of(person_id: UUID) -> Reader:
    """The person, reading for themself."""
    from openxin.accounts import logins  # needs Django set up

    return logins.reader_of(person_id)


@dataclass(frozen=True, slots=True)
class Visitor:
    """A browser, and whoever sits before it."""

    client: Client

    def logs_in(self, person: Person) -> None:
        answer = self.client.get(links.issue(id_of(person)))
        assert (answer.status_code, answer["Location"]) == (303, "/records/")

    def logs_in_for(self, authority: str) -> None:
        """As an official of a body."""
        answer = self.client.get(links.issue_to_official(authority))
        assert (answer.status_code, answer["Location"]) == (303, "/desk/")

    def sees(self, path: str = "/records/", *, english: bool = False) -> str:
        """The page, as text."""
        if english:
            self.client.post("/language/", {"language": "en"})
        answer = self.client.get(path)
        assert answer.status_code == 200, path
        return answer.content.decode()


def visitor() -> Visitor:
    return Visitor(Client(SERVER_NAME="localhost"))


def desk_of(body: str, *roles: str) -> Client:
    """The browser in which an official of a body is logged in, in these roles."""
    client = visitor().client
    assert client.get(links.issue_to_official(body, roles=roles)).status_code == 303
    return client


def is_sent_away(answer: HttpResponse) -> bool:
    """Nobody is sent to the log-in, somebody in another role is told that it is not theirs (`web.standing`)."""
    return answer.status_code == 403 or (answer.status_code, answer.get("Location")) in ((303, "/"), (303, "/log-in/"))
