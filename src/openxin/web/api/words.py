"""What the code of a problem means: `type` of a problem document leads here. Nobody is asked who they are."""

from django.http import HttpRequest
from ninja import Router
from pydantic import Field

from openxin.law.catalogue import Words
from openxin.law.loading import catalogue
from openxin.web.api import problems
from openxin.web.api.operations import Answer, operation
from openxin.web.api.problems import Problem
from openxin.web.api.shapes import Said, Shape, said, told

router = Router(tags=["description"])


class ProblemKind(Shape):
    """A kind of problem."""

    code: str
    status: int | None = Field(..., description=told("行的问题没有状态码", "null for a problem of a row"))
    title: Said
    remedy: Said


@operation(
    router,
    "GET",
    "/problems/{slug:code}",
    title=Words("一个问题代码的含义", "What the code of a problem means"),
    says=Words(
        "接口的问题，和法规目录中的问题代码（docs/codes.md）。", "Of the API, and of the catalogue (docs/codes.md)."
    ),
    gives={200: ProblemKind},
    problems=("not-found",),
    is_open=True,
)
def show_problem(request: HttpRequest, code: str) -> Answer:
    """Its words."""
    del request
    kind = problems.KINDS.get(code)
    if kind is not None:
        return Answer(ProblemKind(code=code, status=kind.status, title=said(kind.title), remedy=said(kind.remedy)))
    law = catalogue()
    if code in law.refusals:
        rule = law.refusals[code]
        return Answer(ProblemKind(code=code, status=403, title=said(rule.refused), remedy=said(rule.needed)))
    words = law.problems.get(code)
    if words is None:
        raise Problem("not-found")
    return Answer(ProblemKind(code=code, status=None, title=said(words.title), remedy=said(words.remedy)))
