"""The plain table of the pages: it scrolls inside its own frame on a narrow screen, and the frame is named after its heading.

    {% table "grants" %}
      {% column "月份" "Month" %}
      {% column "授权" "Given" number=True %}
    {% rows %}
      {% for one in grants %}<tr><th scope="row">...</th><td class="number">...</td></tr>{% endfor %}
    {% endtable %}

`"grants"` is the id of the heading that stands above it; a second word is a class beside `table`.
"""

from django import template
from django.template.base import FilterExpression, Node, NodeList, Parser, Token
from django.template.context import Context
from django.utils.html import format_html
from django.utils.safestring import SafeString

from openxin.web.templatetags import words

register = template.Library()


@register.tag
def table(parser: Parser, token: Token) -> "TableNode":
    """The columns up to `{% rows %}`, the rows up to `{% endtable %}`."""
    heading, *beside = (parser.compile_filter(bit) for bit in token.split_contents()[1:])
    columns = parser.parse(("rows",))
    parser.delete_first_token()
    rows = parser.parse(("endtable",))
    parser.delete_first_token()
    return TableNode(heading, beside, columns, rows)


@register.simple_tag
def column(zh: str, en: str, *, number: bool = False) -> SafeString:
    """The head of a column, in the language of the page."""
    if number:
        return format_html('<th scope="col" class="number">{}</th>', words.say(zh, en))
    return format_html('<th scope="col">{}</th>', words.say(zh, en))


class TableNode(Node):
    """A table with its frame. The frame can be focused, since it is what scrolls."""

    def __init__(self, heading: FilterExpression, beside: list[FilterExpression], columns: NodeList, rows: NodeList):
        self.heading, self.beside, self.columns, self.rows = heading, beside, columns, rows

    def render(self, context: Context) -> SafeString:
        """The whole of it."""
        return format_html(
            '<div class="table-scroll" role="region" aria-labelledby="{}" tabindex="0">'
            '<table class="{}"><thead><tr>{}</tr></thead><tbody>{}</tbody></table></div>',
            self.heading.resolve(context),
            " ".join(["table", *(one.resolve(context) for one in self.beside)]),
            self.columns.render(context),
            self.rows.render(context),
        )
