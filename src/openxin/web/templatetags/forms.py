"""The parts of a form: a field with its label, hint and fault, and one choice of several. `.form` in openxin.css draws them."""

from collections.abc import Collection
from typing import Any

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from openxin.law.catalogue import Words
from openxin.web.templatetags import words

register = template.Library()


@register.inclusion_tag("web/_input.html")
def field(
    name: str,
    zh: str,
    en: str,
    *,
    value: object = "",
    hint: str = "",
    fault: Words | None = None,
    described: str = "",
    short: bool = False,
    **attributes: object,
) -> dict[str, Any]:
    """A line to type in. `hint` stands under the label; `described`: ids of what else tells of it; the rest as in HTML.

    What is no sentence is not checked for spelling: names, numbers and days.
    """
    beside = [f"{name}-hint"] * bool(hint) + [f"{name}-fault"] * bool(fault) + [described] * bool(described)
    attributes = {"type": "text", "spellcheck": "false"} | attributes
    if fault:
        attributes["aria-invalid"] = "true"
    if beside:
        attributes["aria-describedby"] = " ".join(beside)
    return {
        "name": name,
        "label": words.say(zh, en),
        "value": value,
        "hint": hint,
        "fault": fault,
        "short": short,
        "attributes": _written(attributes),
    }


@register.inclusion_tag("web/_choice.html")
def choice(
    name: str, value: str, title: Words, *, chosen: Collection[str] = "", many: bool = False, required: bool = False
) -> dict[str, Any]:
    """One of several, or with `many` some of them; `chosen` is what was chosen before."""
    is_chosen = value == chosen if isinstance(chosen, str) else value in chosen
    return {
        "name": name,
        "value": value,
        "title": title,
        "is_chosen": is_chosen,
        "kind": "checkbox" if many else "radio",
        "required": required,
    }


def _written(attributes: dict[str, object]) -> SafeString:
    """As HTML; one that is true is its name alone, one that is false or empty is left out."""
    said = ((name, value) for name, value in attributes.items() if value not in (False, None, ""))
    return format_html_join("", "{}", ((_one(name, value),) for name, value in said))


def _one(name: str, value: object) -> SafeString:
    return format_html(" {}", name) if value is True else format_html(' {}="{}"', name, value)
