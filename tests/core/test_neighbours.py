"""What a neighbour says of itself, and which device and interface of NetBox that is."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from netbox_librenms_plugin.librenms.records import Link
from netbox_librenms_plugin.sync.cables.jacks import Jack, JackKind, Jacks
from netbox_librenms_plugin.sync.cables.neighbour_texts import SaidNeighbour, name_tail, port_texts, said_by
from netbox_librenms_plugin.sync.cables.neighbours import Network, Node, remote_end
from netbox_librenms_plugin.sync.core.names import spelling
from netbox_librenms_plugin.sync.core.plan import Ref

MAC = "4C:D9:8F:FB:1E:FE"


def jack(pk: int, name: str, device: int = 1, **values: object) -> Jack:
    return Jack(ref=Ref(pk, name), device=Ref(device, f"device{device}"), **values)  # type: ignore[arg-type]


def network(*jacks: Jack, nodes: tuple[Node, ...] = (Node(ref=Ref(1, "core-01")),)) -> Network:
    return Network(nodes=nodes, jacks=Jacks(by_id={one.id: one for one in jacks}))


def code(said: SaidNeighbour, known: Network, **options: object) -> str:
    end = remote_end(said, known, **options)  # type: ignore[arg-type]
    return end.issue.code.value if end.issue else end.jack.ref.name if end.jack else ""


@pytest.mark.parametrize(
    ("text", "names", "macs"),
    [
        ("Te1/1/1", ("Te1/1/1",), set()),
        ("ethernet1/1/26 (4cd98ffb1efe)", ("ethernet1/1/26",), {MAC}),
        ("4C D9 8F FB 1E FE (4cd98ffb1efe)", (), {MAC}),
        ("4cd9.8ffb.1efe", (), {MAC}),
        ("4c:d9:8f:fb:1e:fe", (), {MAC}),
        ("4cd98f-fb1efe", (), {MAC}),
        ("vmnic3 (vmnic2)", ("vmnic3", "vmnic2", "vmnic3 (vmnic2)"), set()),
        (" (vmnic2)", ("vmnic2",), set()),
        ("x3 ()", ("x3",), set()),
        (" ()", (), set()),
        ("00:00:00:00:00:00", (), set()),
        ("Eth36(Port36)", ("Eth36", "Port36", "Eth36(Port36)"), set()),
        ("302007 (4cd98ffb1efe)", ("302007",), {MAC}),
        ("Te1/1/1\x00\u202e", ("Te1/1/1",), set()),
        ("<private>", (), set()),
        ("", (), set()),
        (None, (), set()),
    ],
)
def test_names_and_mac_addresses_in_a_port_text(text: str | None, names: tuple[str, ...], macs: set[str]) -> None:
    assert port_texts(text) == (names, macs)


@given(st.text(max_size=400))
def test_any_text_is_cleaned_and_bounded(text: str) -> None:
    names, macs = port_texts(text)
    assert all(0 < len(name) <= 128 and name.isprintable() for name in names if name.isascii())
    assert all(len(mac) == 17 for mac in macs)


@given(st.binary(min_size=6, max_size=6), st.sampled_from(["", ":", "-", " ", "."]), st.booleans())
def test_a_mac_address_is_the_same_in_every_notation(raw: bytes, separator: str, upper: bool) -> None:
    text = raw.hex(separator) if separator else raw.hex()
    plain = ":".join(f"{byte:02X}" for byte in raw)
    expected = set() if raw in (b"\x00" * 6, b"\xff" * 6) else {plain}
    assert port_texts(text.upper() if upper else text) == ((), expected)


@given(st.sampled_from(["Gi", "gigabitethernet", "Te", "TenGigE", "Eth", "ethernet", "Po", ""]), st.integers(0, 99))
def test_all_spellings_of_a_name_share_its_tail(prefix: str, number: int) -> None:
    for other in ("GigabitEthernet", "TenGigE", "Ethernet", "Port-channel", ""):
        one, two = f"{prefix}1/0/{number}", f"{other}1/0/{number}"
        if spelling(one) == spelling(two):
            assert name_tail(one) == name_tail(two)


def test_hidden_and_unknown_neighbours_say_nothing() -> None:
    link = Link(id=1, local_device_id=1, remote_device_id=0, remote_port_id=0, remote_hostname="<private>")
    said = said_by(link)
    assert (said.name, said.port, said.device_id, said.port_id) == ("", "", None, None)
    assert code(said, network()) == "remote_device_unknown"


BOUND = (Node(ref=Ref(1, "core-01"), librenms_id=6), Node(ref=Ref(2, "old-name"), librenms_id=7))


def test_librenms_ids_come_first() -> None:
    known = network(jack(1, "Te1/1/1"), jack(2, "Te1/1/1", 2), jack(3, "renamed", 2, librenms_id=70), nodes=BOUND)
    by_port = remote_end(SaidNeighbour(name="core-01", ports=("Te9/9/9",), device_id=7, port_id=70), known)
    assert by_port.jack and by_port.jack.id == 3
    by_device = remote_end(SaidNeighbour(name="core-01", ports=("Te1/1/1",), device_id=7, port_id=71), known)
    assert by_device.jack and by_device.jack.id == 2


def test_an_id_is_not_believed_against_a_name_of_somebody_else() -> None:
    nodes = (Node(ref=Ref(1, "core-01")), BOUND[1])
    end = remote_end(
        SaidNeighbour(name="core-01", ports=("Te1/1/1",), device_id=7), network(jack(1, "Te1/1/1"), nodes=nodes)
    )
    assert end.issue and end.issue.code.value == "several_devices"
    assert [one["name"] for one in end.issue.details["candidates"]] == ["old-name", "core-01"]


def test_clues_of_somebody_else_are_not_overlooked() -> None:
    nodes = (Node(ref=Ref(1, "core-2")), Node(ref=Ref(2, "far"), librenms_id=7, serial="FDO1"))
    known = network(jack(1, "1"), jack(2, "1", 2, librenms_id=70, macs=frozenset({MAC})), nodes=nodes)
    heard = SaidNeighbour(name="core-2.example.net", ports=("1",), device_id=7)
    assert code(heard, known) == "several_devices"
    assert code(SaidNeighbour(name="stranger", ports=("1",), port_id=70), known) == "neighbour_is_another"
    assert code(SaidNeighbour(name="newhost", macs=frozenset({MAC}), device_id=9), known) == "neighbour_is_another"
    wrong = SaidNeighbour(name="far(BAD99)", bare="far", serial="BAD99", ports=("1",), device_id=7)
    assert code(wrong, known) == "neighbour_is_another"
    theirs = SaidNeighbour(name="core-2(FDO1)", bare="core-2", serial="FDO1", ports=("1",))
    assert code(theirs, known) == "several_devices"


def test_a_mac_address_of_another_devices_port_denies_an_id() -> None:
    known = network(jack(1, "g1", librenms_id=70), jack(2, "e0", 2, macs=frozenset({MAC})))
    assert code(SaidNeighbour(name="core-01", macs=frozenset({MAC}), port_id=70), known) == "several_ports"


def test_the_member_that_a_neighbour_names_of_an_aggregate_gets_the_cable() -> None:
    ends = (jack(1, "Po1", kind=JackKind.VIRTUAL, librenms_id=70), jack(2, "g1"), jack(3, "g2"))
    jacks = Jacks(by_id={one.id: one for one in ends}, members={1: [2, 3]})
    known = Network(nodes=(Node(ref=Ref(1, "core-01")),), jacks=jacks)
    assert code(SaidNeighbour(name="core-01", ports=("g2",), port_id=70), known) == "g2"


def test_a_number_that_is_counted_from_0_is_no_position_from_1() -> None:
    def heard(*positions: int) -> str:
        nodes = tuple(
            Node(ref=Ref(one, f"m{one}"), chassis=5, chassis_name="vc", position=at)
            for one, at in enumerate(positions, 1)
        )
        return code(
            SaidNeighbour(name="vc", ports=("ge-1/0/5",)),
            network(jack(1, "ge-1/0/5"), jack(2, "ge-1/0/5", 2), nodes=nodes),
        )

    assert (heard(0, 1), heard(1, 2)) == ("ge-1/0/5", "several_ports")


def test_a_port_id_is_not_believed_against_the_port_that_the_neighbour_names() -> None:
    known = network(jack(1, "g1", librenms_id=70), jack(2, "g24"), jack(3, "g24.5", kind=JackKind.VIRTUAL, parent=2))
    end = remote_end(SaidNeighbour(name="core-01", ports=("g24",), port_id=70), known)
    assert end.issue and end.issue.code.value == "several_ports"
    assert [one.name for one in end.candidates] == ["device1 g1", "device1 g24"]
    chosen = remote_end(SaidNeighbour(name="core-01", ports=("g24",), port_id=70), known, chosen=2)
    assert chosen.jack and chosen.jack.ref.name == "g24"
    assert code(SaidNeighbour(name="core-01", ports=("g24.5",), port_id=70), known) == "several_ports"
    for same in ("g1", "g1.0", "g99", "1"):
        assert code(SaidNeighbour(name="core-01", ports=(same,), port_id=70), known) == "g1"


def test_a_port_id_on_another_device_than_the_named_one_is_a_conflict() -> None:
    known = network(jack(1, "1"), jack(2, "1", 2, librenms_id=70), nodes=(Node(ref=Ref(1, "core-01")), BOUND[1]))
    assert code(SaidNeighbour(name="core-01", ports=("1",), port_id=70), known) == "several_devices"
    assert code(SaidNeighbour(name="x", ports=("1",), device_id=9, port_id=70), known) == "neighbour_is_another"


def test_a_device_that_librenms_knows_apart_is_not_the_neighbour() -> None:
    known = network(jack(1, "50"), nodes=(Node(ref=Ref(1, "ab10"), librenms_id=4),))
    for name in ("ab10", "ab10.env.example.net"):
        assert code(SaidNeighbour(name=name, ports=("50",), device_id=9), known) == "neighbour_is_another"
    assert code(SaidNeighbour(name="ab10", ports=("50",), device_id=4), known) == "50"
    assert code(SaidNeighbour(name="ab10", ports=("50",)), known) == "50"


def test_a_name_with_a_serial_number_is_taken_apart() -> None:
    known = network(jack(1, "Ethernet1/9"), nodes=(Node(ref=Ref(1, "agg-7"), serial="FDO00000AA1"),))

    def heard(name: str) -> str:
        return code(said_by(Link(id=1, local_device_id=1, remote_hostname=name, remote_port="Ethernet1/9")), known)

    assert heard("AGG-7(FDO00000AA1)") == heard("agg-7.example.net (FDO00000AA1)") == "Ethernet1/9"
    assert heard("AGG-7(FDO00000ZZ9)") == "neighbour_is_another"
    assert heard("AGG-7(lobby)") == "remote_device_missing"


def test_a_virtual_chassis_answers_to_its_own_name() -> None:
    nodes = tuple(
        Node(ref=Ref(number, f"edge201 #{number}"), chassis=5, chassis_name="edge201", position=number)
        for number in (1, 2)
    )
    known = network(jack(1, "Gi1/0/24"), jack(2, "Gi2/0/24", 2), nodes=nodes)
    assert code(SaidNeighbour(name="edge201.example.net", ports=("Gi2/0/24",)), known) == "Gi2/0/24"


def test_the_port_below_a_unit_or_at_the_end_of_a_path() -> None:
    known = network(jack(1, "ge-0/0/10"), jack(2, "ether2"), jack(3, "3"))
    assert code(SaidNeighbour(name="core-01", ports=("ge-0/0/10.0",)), known) == "ge-0/0/10"
    assert code(SaidNeighbour(name="core-01", ports=("bridge1/bond1/ether2",)), known) == "ether2"
    assert code(SaidNeighbour(name="core-01", ports=("Gi0/3",)), known) == "remote_port_missing"


def test_of_all_that_share_a_mac_address_the_one_that_can_have_a_cable() -> None:
    shared = frozenset({MAC})
    known = network(
        jack(1, "vmbr0", kind=JackKind.VIRTUAL, macs=shared),
        jack(2, "eno1", macs=shared),
        jack(3, "eno1.10", kind=JackKind.VIRTUAL, macs=shared, parent=2),
    )
    assert (
        code(SaidNeighbour(name="core-01", macs=shared), known)
        == code(SaidNeighbour(name="nobody", macs=shared), known)
        == "eno1"
    )


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("core-01", "Te1/1/1"),
        ("CORE-01", "Te1/1/1"),
        ("core-01.example.net", "Te1/1/1"),
        ("core-01.", "Te1/1/1"),
        ("core-0", "remote_device_missing"),
        ("core-011", "remote_device_missing"),
        ("10.0.0.1", "remote_device_missing"),
    ],
)
def test_names_are_exact_but_for_case_and_domain(said: str, expected: str) -> None:
    assert code(SaidNeighbour(name=said, ports=("TenGigabitEthernet1/1/1",)), network(jack(1, "Te1/1/1"))) == expected


def test_an_address_is_not_stripped() -> None:
    nodes = (Node(ref=Ref(1, "10")),)
    assert (
        code(SaidNeighbour(name="10.0.0.1", ports=("1",)), network(jack(1, "1"), nodes=nodes))
        == "remote_device_missing"
    )
    nodes = (Node(ref=Ref(1, "10.0.0.1")),)
    assert code(SaidNeighbour(name="10.0.0.1", ports=("1",)), network(jack(1, "1"), nodes=nodes)) == "1"


def test_a_domain_in_netbox_alone_does_not_matter() -> None:
    nodes = (Node(ref=Ref(1, "core-01.example.net")),)
    known = network(jack(1, "Te1/1/1"), nodes=nodes)
    assert code(SaidNeighbour(name="core-01", ports=("Te1/1/1",)), known) == "Te1/1/1"
    assert code(SaidNeighbour(name="core-01.elsewhere.net", ports=("Te1/1/1",)), known) == "remote_device_missing"


def test_two_devices_of_one_name_are_both_named() -> None:
    nodes = (Node(ref=Ref(1, "sw.a.net")), Node(ref=Ref(2, "sw.b.net")))
    end = remote_end(SaidNeighbour(name="sw", ports=("1",)), network(jack(1, "1"), jack(2, "1", 2), nodes=nodes))
    assert end.issue and end.issue.code.value == "several_devices"
    assert [one["name"] for one in end.issue.details["candidates"]] == ["sw.a.net", "sw.b.net"]
    assert (
        code(SaidNeighbour(name="sw.a.net", ports=("1",)), network(jack(1, "1"), jack(2, "1", 2), nodes=nodes)) == "1"
    )


def test_two_neighbours_that_only_their_domains_tell_apart_are_not_one_device() -> None:
    known = network(jack(1, "Te1/1/1"))
    spoken = {"core-01.a.net", "core-01.b.net"}
    assert code(SaidNeighbour(name="core-01.a.net", ports=("Te1/1/1",)), known, spoken=spoken) == "domains_differ"
    assert code(SaidNeighbour(name="core-01.a.net", ports=("Te1/1/1",)), known, spoken={"core-01.a.net"}) == "Te1/1/1"
    assert code(SaidNeighbour(name="core-01", ports=("Te1/1/1",)), known, spoken={"core-01", *spoken}) == "Te1/1/1"


def test_an_exact_port_name_comes_before_its_other_spelling() -> None:
    known = network(jack(1, "GigabitEthernet1/0/1"), jack(2, "Gi1/0/1"))
    assert code(SaidNeighbour(name="core-01", ports=("Gi1/0/1",)), known) == "Gi1/0/1"
    assert code(SaidNeighbour(name="core-01", ports=("gi 1/0/1",)), known) == "several_ports"


def test_the_mac_address_counts_where_the_port_has_no_name() -> None:
    known = network(jack(1, "eth0", macs=frozenset({MAC})), jack(2, "eth1"))
    assert code(SaidNeighbour(name="core-01", ports=("eth1",), macs=frozenset({MAC})), known) == "eth1"
    assert code(SaidNeighbour(name="core-01", ports=("0",), macs=frozenset({MAC})), known) == "eth0"
    assert code(SaidNeighbour(name="nobody", macs=frozenset({MAC})), known) == "eth0"
    assert code(SaidNeighbour(macs=frozenset({MAC})), known) == "eth0"
    twice = network(jack(1, "eth0", macs=frozenset({MAC})), jack(2, "eth1", 2, macs=frozenset({MAC})))
    assert code(SaidNeighbour(name="nobody", macs=frozenset({MAC})), twice) == "several_ports"


def test_ports_that_are_not_named_or_not_there() -> None:
    assert code(SaidNeighbour(name="core-01"), network()) == "remote_port_unknown"
    assert code(SaidNeighbour(name="core-01", ports=("Te1/1/1",)), network()) == "remote_port_missing"


CHASSIS = (
    Node(ref=Ref(1, "stack-1"), librenms_id=7, chassis=5, position=1),
    Node(ref=Ref(2, "stack-2"), chassis=5, position=2),
)


def test_the_port_of_a_stack_is_on_any_member() -> None:
    known = network(jack(1, "Gi1/0/1"), jack(2, "Gi2/0/1", 2), nodes=CHASSIS)
    for said in (
        SaidNeighbour(name="stack-1", ports=("Gi2/0/1",)),
        SaidNeighbour(name="other", ports=("Gi2/0/1",), device_id=7),
    ):
        end = remote_end(said, known)
        assert end.jack and end.device == Ref(2, "device2")


def test_a_name_that_is_on_every_member_is_meant_on_the_one_whose_position_it_gives() -> None:
    known = network(jack(1, "Gi2/0/1"), jack(2, "Gi2/0/1", 2), jack(3, "mgmt0"), jack(4, "mgmt0", 2), nodes=CHASSIS)
    end = remote_end(SaidNeighbour(name="stack-1", ports=("Gi2/0/1",)), known)
    assert end.jack and end.jack.id == 2
    assert code(SaidNeighbour(name="stack-1", ports=("mgmt0",)), known) == "several_ports"


def test_a_person_chooses_among_several_and_only_among_those() -> None:
    known = network(jack(3, "mgmt0"), jack(4, "mgmt0", 2), jack(5, "other"), nodes=CHASSIS)
    said = SaidNeighbour(name="stack-1", ports=("mgmt0",))
    picked = remote_end(said, known, chosen=4)
    assert picked.jack and picked.jack.id == 4
    assert [one.id for one in picked.candidates] == [3, 4]
    assert code(said, known, chosen=5) == "several_ports"


def test_members_stand_in_for_what_cannot_be_cabled() -> None:
    lag = jack(1, "Po1", kind=JackKind.VIRTUAL)
    members = (jack(2, "Gi1/0/1"), jack(3, "Gi1/0/2"))
    one = Jacks(by_id={1: lag, 2: members[0]}, members={1: [2]})
    assert one.carrier(lag) == members[0]
    both = Jacks(by_id={1: lag, 2: members[0], 3: members[1]}, members={1: [2, 3]})
    assert both.carrier(lag) is None
    hidden = Jacks(by_id={1: lag, 2: members[0]}, members={1: [2, 3]})
    assert hidden.carrier(lag) is None
    below = jack(4, "Gi1/0/1.10", kind=JackKind.VIRTUAL, parent=2)
    assert Jacks(by_id={2: members[0], 4: below}).carrier(below) == members[0]
    assert Jacks(by_id={4: below}).carrier(below) is None
    for kind in (JackKind.CHANNEL, JackKind.WIRELESS):
        assert Jacks().carrier(jack(9, "x", kind=kind)) is None
