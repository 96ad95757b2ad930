"""
Tell numbers, truths and nothing from text, by the core schema of YAML 1.2.

Two departures, both towards text: ``.nan`` and ``.inf`` are no numbers here, because no
figure of a cell may be either, and a number too large for 64 bits is none. Whoever expects a
number then says what it got instead.
"""

from __future__ import annotations

import math
import re

from cobot_alloc.files.document import Scalar

_WORDS: dict[str, Scalar] = {
    '': None,
    '~': None,
    'null': None,
    'Null': None,
    'NULL': None,
    'true': True,
    'True': True,
    'TRUE': True,
    'false': False,
    'False': False,
    'FALSE': False,
}
# 25 characters hold every 64-bit number; int() of an endless one would take for ever.
_WHOLE = re.compile(r'[-+]?[0-9]{1,25}')
_BASED = re.compile(r'0o[0-7]{1,25}|0x[0-9a-fA-F]{1,25}')
_DECIMAL = re.compile(r'[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?')


def resolve(text: str) -> Scalar:
    """Return the value that an unquoted text stands for."""
    if text in _WORDS:
        return _WORDS[text]
    if _WHOLE.fullmatch(text):
        return _whole(text, base=10)
    if _BASED.fullmatch(text):
        return _whole(text, base=0)
    if _DECIMAL.fullmatch(text):
        number = float(text)
        return number if math.isfinite(number) else text
    return text


def _whole(text: str, *, base: int) -> int | str:
    number = int(text, base)
    return number if -(2**63) <= number < 2**63 else text
