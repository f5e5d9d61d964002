"""Units and notations."""

from hypothesis import assume, given
from hypothesis import strategies as st

from netbox_librenms_plugin.librenms.records import UNSET
from netbox_librenms_plugin.sync.core import normalise

MAC = st.binary(min_size=6, max_size=6).filter(lambda raw: raw not in (bytes(6), b"\xff" * 6))


@given(MAC)
def test_every_notation_of_a_mac_is_one_mac(raw: bytes) -> None:
    digits = raw.hex()
    wanted = ":".join(digits[i : i + 2] for i in range(0, 12, 2)).upper()
    dotted = ".".join(digits[i : i + 4] for i in range(0, 12, 4))
    dashed = "-".join(digits[i : i + 2] for i in range(0, 12, 2))
    assert {normalise.mac_address(text) for text in (digits, digits.upper(), dotted, dashed, wanted)} == {wanted}


def test_what_is_no_mac() -> None:
    for text in (None, UNSET, "", "000000000000", "ffffffffffff", "0a0b0c", "00" * 8, "not a mac"):
        assert normalise.mac_address(text) is UNSET


@given(st.integers(min_value=1, max_value=normalise.MAX_SPEED_KBPS))
def test_speed_is_in_kbps(kbps: int) -> None:
    # What a counter shows that is full is no speed, in whatever unit it counts
    full = [gauge * unit for gauge in (2**31, 2**32, 2**64) for unit in (1, 10**3, 10**6)]
    assume(all(abs(kbps * 1000 - speed) > 10**6 for speed in full))
    assert normalise.speed_kbps(kbps * 1000) == kbps


def test_what_is_no_speed() -> None:
    for value in (None, UNSET, 0, -5, 999, 2**32 - 1, 10**18):
        assert normalise.speed_kbps(value) is UNSET


def test_mtu_duplex_and_status_say_only_what_netbox_can_hold() -> None:
    assert [normalise.mtu(value) for value in (None, 0, 1, 1500, 65536, 65537, 2147483647)] == [
        UNSET,
        UNSET,
        1,
        1500,
        65536,
        UNSET,
        UNSET,
    ]
    assert [normalise.duplex(value) for value in ("fullDuplex", "halfDuplex", "unknown", "0", None)] == [
        "full",
        "half",
        UNSET,
        UNSET,
        UNSET,
    ]
    assert [normalise.enabled(value) for value in ("up", "down", "testing", None)] == [True, False, UNSET, UNSET]
