"""Hashes as people compare them: in hexadecimal as `sha256sum` prints them, in base64 as a checkpoint has them."""

from base64 import b64encode

from django import template

register = template.Library()


@register.filter
def in_hex(value: bytes) -> str:
    """In lower-case hexadecimal."""
    return value.hex()


@register.filter
def in_base64(value: bytes) -> str:
    """In base64."""
    return b64encode(value).decode()
