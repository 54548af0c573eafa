"""The client itself: who it is here, and giving its access token up."""

from uuid import UUID

from django.http import HttpRequest
from ninja import Router
from pydantic import Field

from openxin.accounts import machines
from openxin.law.catalogue import Words
from openxin.law.loading import catalogue
from openxin.web.api import auth
from openxin.web.api.operations import Answer, operation
from openxin.web.api.shapes import Said, Shape, said, told

router = Router(tags=["client"])


class ClientShown(Shape):
    """Who you are here."""

    id: UUID
    body: str | None = Field(..., description=told("法规目录中的单位编号", "Id of the body in the catalogue"))
    title: Said | None
    organisation: UUID | None = Field(..., description=told("登记在册的其他单位", "A registered unit that is no body"))
    roles: list[str]
    submits: list[str] = Field(..., description=told("可以报送的记录类型", "Types of record that it may hand in"))


@operation(
    router,
    "GET",
    "/client",
    title=Words("这个客户端是谁", "Who this client is"),
    says=Words("令牌属于哪个客户端，它为谁办事。", "Whose token it is, and for whom it acts."),
    gives={200: ClientShown},
)
def show_client(request: HttpRequest) -> Answer:
    """The client that asks."""
    reader = auth.client(request).reader
    body = catalogue().authorities.get(reader.authority or "")
    return Answer(
        ClientShown(
            id=reader.login,
            body=reader.authority,
            organisation=reader.organisation,
            roles=sorted(reader.roles),
            title=None if body is None else said(body.title),
            submits=[] if body is None else list(body.submits),
        )
    )


@operation(
    router,
    "DELETE",
    "/client/token",
    title=Words("交回访问令牌", "Give the access token up"),
    says=Words("从下一个请求起，它不再有效。", "From the next request on it is worth nothing."),
    gives={204: None},
)
def give_token_up(request: HttpRequest) -> Answer:
    """Revoke the token that is shown."""
    client = auth.client(request)
    machines.revoke(client.token)
    auth.forget(client)
    return Answer(status=204)
