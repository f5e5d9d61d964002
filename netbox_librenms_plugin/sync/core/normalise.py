"""LibreNMS's columns in NetBox's units. Each function answers ``UNSET`` where LibreNMS did not say anything usable."""

import re
from functools import lru_cache

from ...librenms.records import UNSET, UnsetType
from ...texts import clean_text

# A full gauge says "more than I can count" (RFC 2863, ifSpeed) or "unknown": signed or not, of bit/s or, as LibreNMS
# multiplies ifHighSpeed, of Kbps or Mbps
_GAUGES = (2**31 - 1, 2**32 - 1, 2**64 - 1)
_FULL_GAUGES = frozenset(
    number
    for gauge in _GAUGES
    for unit in (1, 1_000, 1_000_000)
    for number in (gauge * unit, gauge // unit * 1_000_000)
)
MAX_SPEED_KBPS = 10_000_000_000_000
MTU_RANGE = range(1, 65537)
# What LibreNMS shows in place of a text that somebody hid
_HIDDEN = re.compile(r"<[^<>]*>")
_SHORT = 100
_NOT_HEX = re.compile(r"[^0-9a-fA-F]")
_DUPLEX = {"fullDuplex": "full", "halfDuplex": "half"}
_ADMIN = {"up": True, "down": False}


def speed_kbps(bits_per_second: int | None | UnsetType) -> int | UnsetType:
    """bit/s to Kbps; zero, full gauges and what no port has are not speeds."""
    if bits_per_second is UNSET or bits_per_second is None or bits_per_second in _FULL_GAUGES:
        return UNSET
    kbps = int(bits_per_second) // 1000
    return kbps if 0 < kbps <= MAX_SPEED_KBPS else UNSET


def mac_address(text: str | None | UnsetType) -> str | UnsetType:
    """A 48-bit MAC in any notation as ``AA:BB:CC:DD:EE:FF``; all zeros, all ones and other lengths are no MAC."""
    if not isinstance(text, str):
        return UNSET
    digits = _NOT_HEX.sub("", text).upper()
    if len(digits) != 12 or digits in ("0" * 12, "F" * 12):
        return UNSET
    return f"{digits[:2]}:{digits[2:4]}:{digits[4:6]}:{digits[6:8]}:{digits[8:10]}:{digits[10:]}"


def mtu(value: int | None | UnsetType) -> int | UnsetType:
    """The MTU in bytes, where NetBox can hold it (1 to 65536)."""
    return value if isinstance(value, int) and value in MTU_RANGE else UNSET


def duplex(value: str | None | UnsetType) -> str | UnsetType:
    """``full`` or ``half``; "unknown" is nothing said (EtherLike-MIB, dot3StatsDuplexStatus)."""
    return _DUPLEX.get(value, UNSET) if isinstance(value, str) else UNSET


def enabled(admin_status: str | None | UnsetType) -> bool | UnsetType:
    """IF-MIB ifAdminStatus as NetBox's "enabled"; "testing" is neither."""
    return _ADMIN.get(admin_status, UNSET) if isinstance(admin_status, str) else UNSET


def text(value: object) -> str:
    """One clean line; empty for what is null, absent, blank, or hidden (``<private>``)."""
    if not isinstance(value, str):
        return ""
    # A list of devices says the same few short texts over and over; long ones would fill the memory
    return _known_line(value) if len(value) <= _SHORT else _line(value)


def _line(value: str) -> str:
    line = clean_text(value)
    return "" if _HIDDEN.fullmatch(line) else line


_known_line = lru_cache(maxsize=32_768)(_line)
