"""Every reason code has a sentence."""

from netbox_librenms_plugin.sync.core.issues import Code, issue
from netbox_librenms_plugin.words.sentences import SENTENCES, sentence


def test_every_code_has_a_sentence() -> None:
    assert set(SENTENCES) == set(Code)


def test_a_sentence_names_candidates_and_lists() -> None:
    candidates = ({"id": 1, "name": "Po1", "owner": "sw-1"}, {"id": 2, "name": "po1", "owner": ""})
    assert "Po1 (#1, sw-1), po1 (#2)" in sentence(issue(Code.SEVERAL_FOUND, candidates=candidates))
    assert "10, 20" in sentence(issue(Code.VLAN_MISSING, vids=(10, 20)))


def test_what_may_not_be_viewed_is_not_named() -> None:
    reason = issue(Code.SEVERAL_IN_NETBOX, clue="serial", candidates=({"hidden": True}, {"id": 1, "name": "sw"}))
    assert "serial number" in sentence(reason)
    assert "an object that you may not view, sw (#1)" in sentence(reason)
