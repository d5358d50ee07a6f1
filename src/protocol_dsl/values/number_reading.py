"""Numbers as files give them, read exactly."""

import re
from decimal import Decimal
from typing import Final, cast

from protocol_dsl.values.numbers import MOST_DIGITS

_PLAIN_NUMBER: Final = re.compile(r"[+-]?(?:[0-9]+(?:\.[0-9]+)?|\.[0-9]+)(?:[eE][+-]?[0-9]{1,3})?")


def read_number(value: int | float | str | Decimal) -> int | Decimal:
    """The exact number that a file gives: 62.5, "62.5", "-3", "1e-3"; a float stands for its shortest decimal.

    ValueError, with the reason, for what is no number (true, nan, infinity, "1,5", "1_000", ""), and for one of more
    than 60 digits or with an exponent of ten beyond 60 either way.
    """
    if isinstance(value, bool) or not isinstance(value, int | float | str | Decimal):
        raise ValueError(f"{_shown(value)}: not a number")
    if isinstance(value, int):
        if abs(value) >= 10**MOST_DIGITS:
            raise ValueError(f"a number of more than {MOST_DIGITS} digits")
        return value
    if isinstance(value, str):
        return _read_text(value)
    return _within_bounds(Decimal(float.__repr__(value)) if isinstance(value, float) else value)


def _read_text(text: str) -> int | Decimal:
    if len(text) > 3 * MOST_DIGITS:
        raise ValueError(f"a number of more than {MOST_DIGITS} digits")
    if not _PLAIN_NUMBER.fullmatch(text):
        if re.fullmatch(r"[+-]?[0-9]+,[0-9]+", text, re.ASCII):
            raise ValueError(f"{text}: write a point before decimals, and nothing between thousands")
        raise ValueError(f"{_shown(text)}: not a number; write digits, with a point before decimals, like 62.5")
    number = _within_bounds(Decimal(text))
    return int(number) if text.lstrip("+-").isdigit() else number


def _within_bounds(number: Decimal) -> Decimal:
    if not number.is_finite():
        raise ValueError(f"{number}: not a number")
    _, digits, exponent = number.as_tuple()
    if len(digits) > MOST_DIGITS:
        raise ValueError(f"a number of more than {MOST_DIGITS} digits")
    if abs(cast(int, exponent)) > MOST_DIGITS:
        raise ValueError(f"{number}: an exponent of ten beyond {MOST_DIGITS}")
    return number if number else number.copy_abs()


def _shown(value: object) -> str:
    text = value if isinstance(value, str) else repr(value)
    return f'"{text}"' if len(text) <= 40 else f'"{text[:40]}…"'
