"""What a location of LibreNMS's names, by the pattern of the settings. Pure: the standard library, nothing else."""

from dataclasses import dataclass, fields


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceNames:
    """The names that were read out of one text; empty for what it says nothing of."""

    site: str = ""
    location: str = ""
    rack: str = ""
    tenant: str = ""


NOTHING = PlaceNames()
# What a pattern can read, by the names of its groups
GROUPS = tuple(one.name for one in fields(PlaceNames))
