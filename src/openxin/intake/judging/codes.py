"""Unified social credit codes: GB 32100-2015, check character over 31 signs (no I O S V Z)."""

_SIGNS = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_WEIGHTS = tuple(3**place % 31 for place in range(17))
_LENGTH = 18
_PLACEHOLDER = "0" * 17


def is_credit_code(code: str) -> bool:
    """Are these 18 signs a code with the right check character?"""
    if len(code) != _LENGTH or any(sign not in _SIGNS for sign in code):
        return False
    total = sum(_SIGNS.index(sign) * weight for sign, weight in zip(code[:-1], _WEIGHTS, strict=True))
    return code[-1] == _SIGNS[-total % 31] and not is_placeholder(code)


def is_placeholder(code: str) -> bool:
    """The fill-in notes' word for "none": seventeen zeros and any sign."""
    return len(code) == _LENGTH and code.startswith(_PLACEHOLDER)
