"""Words in the language of the page: Chinese, or English where the reader chose it."""

import re
from datetime import date, datetime

from django import template
from django.conf import settings
from django.utils import timezone
from django.utils.html import conditional_escape, format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from openxin.disclosure import values
from openxin.law.catalogue import Words

register = template.Library()

_CHINESE = re.compile(r"[\u3400-\u9fff\U00020000-\U0003ffff]")
_CHINESE_IN_ENGLISH = re.compile(
    r"([\u3400-\u9fff\U00020000-\U0003ffff][\u3400-\u9fff\U00020000-\U0003ffff〔〕（）《》\d]*)"
)
_ONE_OR_MANY = "|"  # "one reading|{n} readings": by `n`, in English only


@register.simple_tag
def say(zh: str, en: str, **said: object) -> SafeString:
    """One sentence in both languages, side by side; `said` fills its {places}, escaped."""
    if is_english() and _ONE_OR_MANY in en:
        one, many = en.split(_ONE_OR_MANY)
        en = one if said.get("n") == 1 else many
    sentence = en if is_english() else zh
    if not said:
        return conditional_escape(sentence)
    return format_html(sentence, **{name: _written(value) for name, value in said.items()})


@register.simple_tag
def is_english() -> bool:
    """Whether the reader chose English."""
    return get_language() == "en"


@register.simple_tag
def is_synthetic() -> bool:
    """Whether everybody in this register is made up."""
    return bool(settings.OPENXIN_SYNTHETIC)


@register.filter
def said(value: Words | date | datetime | None) -> SafeString | str:
    """Words, a day or an instant in the language of the page. What only exists in Chinese is marked so, for screen readers."""
    return _written(value)


@register.filter
def with_chinese(value: Words) -> SafeString | str:
    """A title of a body: in English followed by the Chinese one, since that is the name over the door."""
    if not is_english() or value.zh == value.en:
        return _written(value)
    return format_html('{} <span lang="zh-Hans">{}</span>', value.en, value.zh)


def _written(value: object) -> SafeString | str:
    if isinstance(value, datetime):
        return _written(values.day(timezone.localtime(value).date()))
    if isinstance(value, date):
        return _written(values.day(value))
    if not isinstance(value, Words):
        return conditional_escape(str(value))
    if not is_english():
        return conditional_escape(value.zh)
    if value.en == value.zh and _CHINESE.search(value.zh):
        return format_html('<span lang="zh-Hans">{}</span>', value.zh)
    return _with_chinese_marked(value.en)


def _with_chinese_marked(text: str) -> SafeString:
    """An English sentence in which a name or a number of a document stands in Chinese."""
    parts = _CHINESE_IN_ENGLISH.split(text)
    marked = (format_html('<span lang="zh-Hans">{}</span>', one) if n % 2 else one for n, one in enumerate(parts))
    return format_html_join("", "{}", ((one,) for one in marked))
