"""Text that was UTF-8, taken for Latin-1 or Windows-1252, and encoded once more: read back. Pure.

Servers that name no charset and programs between them and us leave whole pages so: every `’` has become `â` and two characters
after it. It is undone only where hardly any mark was encoded rightly, so that a page which speaks of such text keeps it.
"""

from __future__ import annotations

import re
from typing import Final

FEWEST: Final = 3  # broken marks: one or two may be a reader's comment, or the very thing that is written about

# Latin-1's controls, and what Windows-1252 has in their places.
_CONTROLS: Final = {bytes([code]).decode("cp1252"): chr(code) for code in range(0x80, 0xA0) if code not in {0x81, 0x8D, 0x8F, 0x90, 0x9D}}
_LATER: Final = "\x80-\xbf" + "".join(_CONTROLS)
_BROKEN: Final = re.compile(f"â[\x80€][{_LATER}]")  # dashes, quotation marks, dots: what UTF-8 begins with E2 80
_WHOLE: Final = re.compile("[‐-‧]")
_TWICE: Final = re.compile(f"[\xc2-\xdf][{_LATER}]|[\xe0-\xef][{_LATER}]{{2}}|[\xf0-\xf4][{_LATER}]{{3}}")
_TO_LATIN: Final = str.maketrans(_CONTROLS)


def once(text: str) -> str:
    """Return the text as it was before it was encoded a second time; as it is where it was not."""
    if "â" not in text:
        return text
    broken = len(_BROKEN.findall(text))
    return _TWICE.sub(_read_back, text) if broken >= FEWEST and broken > len(_WHOLE.findall(text)) else text


def _read_back(found: re.Match[str]) -> str:
    try:
        return found[0].translate(_TO_LATIN).encode("latin-1").decode()
    except UnicodeError:
        return found[0]
