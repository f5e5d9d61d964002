"""The hardware of the company, as LibreNMS names it."""

from __future__ import annotations

from simulator.company.description import Model, PortSet

GIGABIT = 1_000_000_000
TEN, FORTY, HUNDRED = 10 * GIGABIT, 40 * GIGABIT, 100 * GIGABIT
LOOPBACK = PortSet(name="lo", descr="lo", speed=10_000_000, if_type="softwareLoopback", connector=False, mtu=65536)

_IOSXE = (
    "Cisco IOS Software [Dublin], Catalyst L3 Switch Software (CAT9K_IOSXE), Version 17.12.4, RELEASE SOFTWARE (fc3)"
)
_CISCO_MANAGEMENT = PortSet(name="Gi0/0", descr="GigabitEthernet0/0", shared=True)

CORE = Model(
    manufacturer="Cisco",
    hardware="C9500-40X",
    os="iosxe",
    version="17.12.4",
    type="network",
    icon="cisco.svg",
    object_id=".1.3.6.1.4.1.9.1.2431",
    descr=_IOSXE,
    features="CAT9K_IOSXE",
    management="Gi0/0",
    ports=(_CISCO_MANAGEMENT, PortSet(name="Te{m}/0/{n}", descr="TenGigabitEthernet{m}/0/{n}", last=40, speed=TEN)),
)
ACCESS = Model(
    manufacturer="Cisco",
    hardware="C9300-48P",
    os="iosxe",
    version="17.9.5",
    type="network",
    icon="cisco.svg",
    object_id=".1.3.6.1.4.1.9.1.2494",
    descr=_IOSXE.replace("Dublin", "Cupertino").replace("17.12.4", "17.9.5"),
    features="CAT9K_IOSXE",
    management="Vl10",
    ports=(
        _CISCO_MANAGEMENT,
        PortSet(name="Gi{m}/0/{n}", descr="GigabitEthernet{m}/0/{n}", last=48),
        PortSet(name="Te{m}/1/{n}", descr="TenGigabitEthernet{m}/1/{n}", last=8, speed=TEN),
    ),
)
OLD_ACCESS = Model(
    manufacturer="Cisco",
    hardware="WS-C2960X-48FPS-L",
    os="ios",
    version="15.2(7)E8",
    type="network",
    icon="cisco.svg",
    object_id=".1.3.6.1.4.1.9.1.1208",
    descr="Cisco IOS Software, C2960X Software (C2960X-UNIVERSALK9-M), Version 15.2(7)E8, RELEASE SOFTWARE (fc3)",
    features="UNIVERSALK9",
    management="Vl10",
    ports=(
        PortSet(name="Gi{m}/0/{n}", descr="GigabitEthernet{m}/0/{n}", last=48),
        PortSet(name="Te{m}/0/{n}", descr="TenGigabitEthernet{m}/0/{n}", last=2, speed=TEN),
    ),
)
SPINE = Model(
    manufacturer="Arista",
    hardware="DCS-7050CX3-32S",
    os="arista_eos",
    version="4.31.2F",
    type="network",
    icon="arista.svg",
    object_id=".1.3.6.1.4.1.30065.1.3011.7050.3741.32",
    descr="Arista Networks EOS version 4.31.2F running on an Arista Networks DCS-7050CX3-32S",
    management="Management1",
    ports=(
        PortSet(name="Ethernet{n}/1", descr="Ethernet{n}/1", last=32, speed=HUNDRED, mtu=9214),
        PortSet(name="Management1", descr="Management1", shared=True),
    ),
)
LEAF = Model(
    manufacturer="Arista",
    hardware="DCS-7050SX3-48YC8",
    os="arista_eos",
    version="4.31.2F",
    type="network",
    icon="arista.svg",
    object_id=".1.3.6.1.4.1.30065.1.3011.7050.3741.48",
    descr="Arista Networks EOS version 4.31.2F running on an Arista Networks DCS-7050SX3-48YC8",
    management="Management1",
    ports=(
        PortSet(name="Ethernet{n}", descr="Ethernet{n}", last=48, speed=TEN, mtu=9214),
        PortSet(name="Ethernet{n}/1", descr="Ethernet{n}/1", first=49, last=54, speed=HUNDRED, mtu=9214),
        PortSet(name="Management1", descr="Management1", shared=True),
    ),
)
FIREWALL = Model(
    manufacturer="Fortinet",
    hardware="FGT_200F",
    os="fortigate",
    version="v7.2.8,build1639,240313 (GA.M)",
    type="firewall",
    icon="fortinet.svg",
    object_id=".1.3.6.1.4.1.12356.101.1.2005",
    descr="",
    management="mgmt",
    ports=(
        PortSet(name="mgmt", descr="mgmt"),
        PortSet(name="port{n}", descr="port{n}", last=16),
        PortSet(name="x{n}", descr="x{n}", last=4, speed=TEN),
        PortSet(name="vpn-{n}", descr="vpn-{n}", last=2, speed=None, if_type="tunnel", connector=False),
    ),
)
EDGE = Model(
    manufacturer="Palo Alto Networks",
    hardware="PA-3220",
    os="panos",
    version="10.2.9-h1",
    type="firewall",
    icon="panos.svg",
    object_id=".1.3.6.1.4.1.25461.2.3.44",
    descr="Palo Alto Networks PA-3200 series firewall",
    management="mgmt",
    ports=(
        PortSet(name="mgmt", descr="mgmt"),
        PortSet(name="ethernet1/{n}", descr="ethernet1/{n}", last=16),
        PortSet(name="ethernet1/{n}", descr="ethernet1/{n}", first=17, last=20, speed=TEN),
        PortSet(name="loopback.{n}", descr="loopback.{n}", speed=None, if_type="softwareLoopback", connector=False),
    ),
)
BRANCH = Model(
    manufacturer="Juniper",
    hardware="EX3400-48P",
    os="junos",
    version="21.4R3-S5.4",
    type="network",
    icon="juniper.svg",
    object_id=".1.3.6.1.4.1.2636.1.1.1.4.131.3",
    descr="Juniper Networks, Inc. ex3400-48p Ethernet Switch, kernel JUNOS 21.4R3-S5.4",
    management="irb.10",
    ports=(
        PortSet(name="ge-{m0}/0/{n}", descr="ge-{m0}/0/{n}", first=0, last=47, mtu=1514),
        PortSet(name="xe-{m0}/2/{n}", descr="xe-{m0}/2/{n}", first=0, last=3, speed=TEN, mtu=1514),
        PortSet(name="me{m0}", descr="me{m0}", shared=True),
        PortSet(name="lo0", descr="lo0", shared=True, speed=None, if_type="softwareLoopback", connector=False),
    ),
)
WIRELESS = Model(
    manufacturer="Cisco",
    hardware="C9800-40-K9",
    os="iosxe",
    version="17.12.4",
    type="wireless",
    icon="cisco.svg",
    object_id=".1.3.6.1.4.1.9.1.2530",
    descr=_IOSXE.replace("Catalyst L3 Switch Software (CAT9K_IOSXE)", "C9800 Software (C9800_IOSXE-K9)"),
    features="C9800_IOSXE-K9",
    management="Vl10",
    ports=(
        PortSet(name="Te0/0/{n}", descr="TenGigabitEthernet0/0/{n}", first=0, last=3, speed=TEN),
        PortSet(name="Gi0", descr="GigabitEthernet0"),
    ),
)
HYPERVISOR = Model(
    manufacturer="Dell",
    hardware="PowerEdge R650",
    os="proxmox",
    version="8.2.4",
    type="server",
    icon="proxmox.svg",
    object_id=".1.3.6.1.4.1.8072.3.2.10",
    descr="Linux hv 6.8.8-2-pve #1 SMP PREEMPT_DYNAMIC PMX 6.8.8-2 x86_64",
    management="vmbr0.10",
    ports=(
        LOOPBACK,
        PortSet(name="eno{n}", descr="Broadcom BCM57414 NetXtreme-E {n}", last=2, speed=TEN, mtu=9000),
        PortSet(name="vmbr0", descr="vmbr0", speed=TEN, if_type="bridge", connector=False),
        PortSet(name="vmbr0.10", descr="vmbr0.10", speed=TEN, if_type="l2vlan", connector=False),
    ),
)
POWER = Model(
    manufacturer="APC",
    hardware="AP8853",
    os="apc",
    version="v6.9.6",
    type="power",
    icon="apc.svg",
    object_id=".1.3.6.1.4.1.318.1.3.4.6",
    descr="APC Web/SNMP Management Card (MB:v4.1.0 PF:v6.9.6 PN:apc_hw05_aos_696.bin AF1:v6.9.6 MN:AP8853 HR:05)",
    management="veth0",
    ports=(
        PortSet(name="lo0", descr="lo0", speed=None, if_type="softwareLoopback", connector=False),
        PortSet(name="veth0", descr="veth0", speed=100_000_000),
    ),
)
LINUX_VM = Model(
    manufacturer="",
    hardware="Generic x86 64-bit",
    os="linux",
    version="6.1.0-21-amd64",
    type="server",
    icon="debian.svg",
    object_id=".1.3.6.1.4.1.8072.3.2.10",
    descr="Linux vm 6.1.0-21-amd64 #1 SMP PREEMPT_DYNAMIC Debian 6.1.90-1 x86_64",
    features="Debian 12",
    management="ens18",
    ports=(LOOPBACK, PortSet(name="ens18", descr="Red Hat, Inc. Virtio network device", speed=None)),
)
WINDOWS_VM = Model(
    manufacturer="",
    hardware="Intel x64",
    os="windows",
    version="Server 2022 (NT 10.0) 20348",
    type="server",
    icon="windows.svg",
    object_id=".1.3.6.1.4.1.311.1.1.3.1.2",
    descr="Hardware: Intel64 Family 6 Model 106 - Software: Windows Version 6.3 (Build 20348 Multiprocessor Free)",
    management="ethernet_32769",
    ports=(
        PortSet(name="ethernet_32769", descr="Red Hat VirtIO Ethernet Adapter", speed=TEN, mtu=1500, connector=False),
    ),
)
