"""Serial numbers: what agents say in place of one is none."""

from .normalise import text

# In folded form; that of many devices
NO_SERIALS = frozenset(
    {
        "",
        "0",
        "none",
        "null",
        "n/a",
        "na",
        "unknown",
        "default",
        "empty",
        "not available",
        "not specified",
        "not applicable",
        "system serial number",
        "default string",
        "to be filled by o.e.m.",
        "to be filled by oem",
        "0123456789",
        "123456789",
        "1234567890",
    }
)


def real_serial(value: object) -> str:
    """The serial number as one clean line, empty where an agent says something in place of it."""
    serial = text(value)
    folded = serial.lower()
    return "" if folded in NO_SERIALS or not folded.strip("0-. ") else serial


def folded_serial(value: object) -> str:
    """The serial number in the form in which two are the same, empty where it says nothing about who the device is."""
    return real_serial(value).lower()
