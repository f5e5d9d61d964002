"""Where something is on Earth, and how far two places lie apart."""

import math
from dataclasses import dataclass

# Mean radius of the Earth in metres (IUGG)
EARTH = 6_371_008.8
# As many as NetBox's columns have: a tenth of a metre
DECIMALS = 6


@dataclass(frozen=True, slots=True)
class Coordinates:
    """A place in degrees, with the decimals that NetBox keeps."""

    latitude: float
    longitude: float

    @property
    def has_zero(self) -> bool:
        """Whether one of them is 0, which LibreNMS takes for one that is missing."""
        return not self.latitude or not self.longitude


def coordinates(latitude: object, longitude: object) -> Coordinates | None:
    """The place; None where a coordinate is missing or lies nowhere, and for 0 and 0: LibreNMS keeps that for what it
    could not read."""
    if not isinstance(latitude, int | float) or not isinstance(longitude, int | float):
        return None
    found = Coordinates(round(float(latitude), DECIMALS), round(float(longitude), DECIMALS))
    if not (abs(found.latitude) <= 90 and abs(found.longitude) <= 180):
        return None
    return found if found.latitude or found.longitude else None


def distance(one: Coordinates, other: Coordinates) -> float:
    """Metres between two places, along the great circle (haversine)."""
    first, second = math.radians(one.latitude), math.radians(other.latitude)
    across = math.radians(other.longitude - one.longitude)
    half = math.sin((second - first) / 2) ** 2 + math.cos(first) * math.cos(second) * math.sin(across / 2) ** 2
    return 2 * EARTH * math.asin(math.sqrt(min(1.0, half)))
