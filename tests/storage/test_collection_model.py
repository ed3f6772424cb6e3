"""Copy-on-write collections, compared with plain dictionaries after any operations."""

from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, initialize, invariant, multiple, rule
from support.examples import examples
from support.storage import record

from mockorders.storage.base_collection import BaseCollection
from mockorders.storage.collection import MAX_ID, Collection, Record
from mockorders.storage.state import State

IDS = st.integers(0, 12) | st.sampled_from([2**53 + 1, MAX_ID - 1])
KINDS = ("a", "b", None, 1)


class Against(RuleBasedStateMachine):
    """Two sandboxes over one base, each with a model and with copies that were frozen in between."""

    frozen = Bundle("frozen")

    @initialize(base=st.dictionaries(IDS, st.sampled_from(KINDS), max_size=8))
    def begin(self, base: dict[int, Any]) -> None:
        records = {identifier: record(identifier, kind) for identifier, kind in base.items()}
        shared = {"api": {"things": BaseCollection(records.values())}}
        self.states = [State(shared), State(shared)]
        self.models: list[dict[int, Record]] = [dict(records), dict(records)]
        self.finals: list[dict[int, Record]] = [dict(records), dict(records)]
        self.issued: list[set[int]] = [set(), set()]
        self.stamps: list[dict[int, Mapping[int, Record]]] = [{}, {}]
        self.held: list[object] = []

    def things(self, which: int) -> Collection:
        return self.states[which].tables["api"]["things"]

    @rule(which=st.integers(0, 1), identifier=IDS, kind=st.sampled_from(KINDS))
    def put(self, which: int, identifier: int, kind: Any) -> None:
        new_ids = record(identifier, kind, new=True)
        before = self.things(which).version
        self.things(which).put(new_ids)
        self.models[which][identifier] = new_ids
        assert self.things(which).version is not before

    @rule(which=st.integers(0, 1), identifier=IDS)
    def delete(self, which: int, identifier: int) -> None:
        if identifier in self.models[which]:
            self.things(which).delete(identifier)
            del self.models[which][identifier]
            return
        with pytest.raises(KeyError):
            self.things(which).delete(identifier)

    @rule(which=st.integers(0, 1))
    def commit_all(self, which: int) -> None:
        self.states[which].commit()
        self.finals[which] = dict(self.models[which])

    @rule(which=st.integers(0, 1))
    def rollback(self, which: int) -> None:
        self.states[which].rollback()
        self.models[which] = dict(self.finals[which])

    @rule(which=st.integers(0, 1), store=st.booleans())
    def issue(self, which: int, store: bool) -> None:
        identifier = self.things(which).next_id()
        assert 0 < identifier <= MAX_ID
        assert identifier not in self.models[which]
        assert identifier not in self.issued[which]
        if identifier < MAX_ID - 100:  # only unused ids remain up there, issued before or not
            self.issued[which].add(identifier)
        if store:
            self.things(which).put(record(identifier))
            self.models[which][identifier] = record(identifier)

    @rule(which=st.integers(0, 1), kinds=st.dictionaries(IDS, st.sampled_from(KINDS), max_size=4), keep=st.booleans())
    def change_by_a_draft(self, which: int, kinds: dict[int, Any], keep: bool) -> None:
        tables = self.states[which].tables["api"]
        draft = tables.draft()
        draft["things"].where("kind", "a")  # so that there is an index
        for identifier, kind in kinds.items():
            draft["things"].put(record(identifier, kind))
        if keep:
            tables.apply_draft(draft)
            self.models[which] |= {identifier: record(identifier, kind) for identifier, kind in kinds.items()}

    @rule(target=frozen, which=st.integers(0, 1))
    def freeze(self, which: int) -> tuple[Collection, dict[int, Record]]:
        return self.things(which).copy(), dict(self.models[which])

    @rule(copy=frozen, identifier=IDS)
    def change_a_frozen_copy(self, copy: tuple[Collection, dict[int, Record]], identifier: int) -> None:
        copy[0].put(record(identifier, "copy"))
        copy[1][identifier] = record(identifier, "copy")

    @rule(copy=frozen)
    def read_a_frozen_copy(self, copy: tuple[Collection, dict[int, Record]]) -> None:
        same(*copy)

    @rule(target=frozen, copy=frozen)
    def freeze_a_frozen_copy(self, copy: tuple[Collection, dict[int, Record]]) -> Any:
        return multiple((copy[0].copy(), dict(copy[1])))

    @rule(which=st.integers(0, 1), identifier=st.integers(13, 10**6))
    def read_a_missing_record(self, which: int, identifier: int) -> None:
        there = identifier in self.models[which]
        assert there == (self.things(which).get(identifier) is not None)
        assert self.things(which).get(None) is None

    @invariant()
    def is_what_the_model_is(self) -> None:
        if not hasattr(self, "states"):
            return
        for which in (0, 1):
            same(self.things(which), self.models[which])
            self._check_version(which)

    def _check_version(self, which: int) -> None:
        """Check that one version never stands for two contents."""
        stamp = self.things(which).version
        self.held.append(stamp)  # referenced, so that its identity is not reused
        known = self.stamps[which].setdefault(id(stamp), dict(self.models[which]))
        assert known == self.models[which]


def same(things: Collection, model: Mapping[int, Record]) -> None:
    """Compare a collection with its model in every way to read it."""
    ids = sorted(model)
    assert (ids, len(ids)) == (list(things.ids), len(things))
    assert [model[each] for each in ids] == list(things)
    for kind in (*KINDS, "nowhere"):
        expected = [
            model[each] for each in ids if model[each]["kind"] == kind and type(model[each]["kind"]) is type(kind)
        ]
        assert expected == things.where("kind", kind)
        assert len(expected) == things.count("kind", kind)
    for each in ids:
        assert model[each] is things[each] or model[each] == things[each]
        assert things.get(each) == model[each]


TestAgainst = Against.TestCase
TestAgainst.settings = settings(
    max_examples=examples(60),
    stateful_step_count=40,
    deadline=None,
    derandomize=True,
    database=None,
    phases=[Phase.generate],
)
