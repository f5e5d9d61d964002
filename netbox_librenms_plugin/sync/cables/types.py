"""From the types of two interfaces to the type of the cable between them, where they leave no choice."""

import re

MULTI_MODE = "mmf"
SINGLE_MODE = "smf"
DIRECT_ATTACH = "dac-passive"

# The medium that IEEE 802.3 names in the letters after "BASE-": short and very short reach run on multi-mode fibre, all
# longer reaches on single-mode fibre, CR and CU on twinaxial copper. LX, LRM and LX4 run on both kinds of fibre and -T
# on any twisted pair, so they tell nothing, and neither does a type that only names the plug ("-x-sfpp").
_MEDIA = (
    (re.compile(r"(?:sx|sr\d*(?:\.2|_2|-bd)?|vr\d*|fx)"), MULTI_MODE),
    (re.compile(r"(?:lx10|ex|zx|bx10-[du]|br-[du]|cwdm4?|dwdm|lr\d*|er\d*|zr|fr\d*|dr\d*(?:-2)?)"), SINGLE_MODE),
    (re.compile(r"(?:cr\d*|cu)"), DIRECT_ATTACH),
)
_MEDIUM = re.compile(r"^[\d.]+[gt]?base-(?P<medium>.+)$")


def cable_type(one: str, other: str) -> str | None:
    """The cable's type, if both interface types name the same medium; None otherwise."""
    medium = _medium(one)
    return medium if medium is not None and medium == _medium(other) else None


def _medium(interface_type: str) -> str | None:
    named = _MEDIUM.match(interface_type)
    if named is None:
        return None
    return next((cable for letters, cable in _MEDIA if letters.fullmatch(named["medium"])), None)
