"""Copy-on-write collections, compared with plain dictionaries after any operations."""

from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, initialize, invariant, multiple, rule
from support.examples import examples

from mockorders.storage.base_collection import MIN_KEPT_RECORDS, BaseCollection
from mockorders.storage.collection import MAX_ID, Collection, Record
from mockorders.storage.state import State
from mockorders.storage.tables import Tables

IDS = st.integers(0, 12) | st.sampled_from([2**53 + 1, MAX_ID - 1])
KINDS = ("a", "b", None, 1)


def record(identifier: int, kind: Any = "a", **more: Any) -> Record:
    return {"id": identifier, "kind": kind, **more}


def collection(*records: Record) -> Collection:
    return State({"api": {"things": BaseCollection(records)}}).tables["api"]["things"]


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


PHASES = [Phase.generate]
TestAgainst = Against.TestCase
TestAgainst.settings = settings(
    max_examples=examples(60),
    stateful_step_count=40,
    deadline=None,
    derandomize=True,
    database=None,
    phases=[Phase.generate],
)


# Examples


def test_records_are_sorted_by_id() -> None:
    things = collection(record(3), record(1), record(2))
    things.put(record(0))
    assert [0, 1, 2, 3] == [each["id"] for each in things]


def test_base_has_the_last_record_of_an_id() -> None:
    assert [record(1, "b")] == list(collection(record(1, "a"), record(1, "b")))


def test_missing_record_is_a_key_error() -> None:
    things = collection(record(1))
    assert [None, None] == [things.get(2), things.get(None)]
    with pytest.raises(KeyError):
        things[2]
    with pytest.raises(KeyError):
        things.delete(2)


def test_deleted_record_is_missing_until_put_again() -> None:
    things = collection(record(1), record(2))
    things.delete(1)
    with pytest.raises(KeyError):
        things.delete(1)
    assert ([2], []) == (list(things.ids), things.where("kind", "b"))
    things.put(record(1, "b"))
    assert ([1, 2], [record(1, "b")]) == (list(things.ids), things.where("kind", "b"))


def test_changes_are_visible_in_one_sandbox_only() -> None:
    base = {"api": {"things": BaseCollection([record(1), record(2)])}}
    one, other = (State(base).tables["api"]["things"] for _ in range(2))
    one.put(record(1, "b"))
    one.delete(2)
    assert [record(1), record(2)] == list(other) == other.where("kind", "a")


def test_unmodified_sandboxes_share_a_version_until_a_change() -> None:
    base = {"api": {"things": BaseCollection([record(1)])}}
    one, other = (State(base).tables["api"]["things"] for _ in range(2))
    assert one.version is other.version
    one.put(record(1))
    assert one.version is not other.version
    assert one.copy().version is one.version


def test_rollback_restores_all_collections_to_the_last_commit() -> None:
    state = State({"api": {"things": BaseCollection([record(1)]), "others": BaseCollection()}})
    tables = state.tables["api"]
    tables["things"].put(record(1, "b"))
    state.commit()
    tables["others"].put(record(9))
    tables["things"].put(record(1, "c"))
    tables["things"].put(record(1, "d"))
    tables["things"].delete(1)
    tables["things"].put(record(5))
    state.rollback()
    assert ([record(1, "b")], []) == (list(tables["things"]), list(tables["others"]))
    state.rollback()
    assert [record(1, "b")] == tables["things"].where("kind", "b")


def test_ids_that_are_first_read_after_several_changes_are_those_of_the_records() -> None:
    state = State({"api": {"things": BaseCollection([record(2), record(4), record(6)])}})
    things = state.tables["api"]["things"]
    for identifier in (5, 1):
        things.put(record(identifier))
    things.delete(4)
    copy = things.copy()
    state.commit()
    things.delete(5)
    things.put(record(4))
    state.rollback()
    things.put(record(7))
    assert ([1, 2, 5, 6], [1, 2, 5, 6, 7]) == (list(copy.ids), list(things.ids))


def test_rollback_leaves_frozen_copies_unchanged() -> None:
    state = State({"api": {"things": BaseCollection([record(1)])}})
    tables = state.tables["api"]
    tables["things"].put(record(2))
    copy: Tables = tables.copy()
    state.rollback()
    assert ([1], [1, 2]) == (list(tables["things"].ids), list(copy["things"].ids))


@pytest.mark.parametrize(
    ("ids", "expected"),
    [
        ([], [1, 2, 3]),
        ([0], [1, 2, 3]),
        ([7, 3], [8, 9, 10]),
        ([MAX_ID - 2], [MAX_ID - 1, MAX_ID, MAX_ID - 3]),
        ([MAX_ID], [MAX_ID - 1, MAX_ID - 2, MAX_ID - 3]),
        ([MAX_ID, MAX_ID - 2], [MAX_ID - 1, MAX_ID - 3, MAX_ID - 4]),
    ],
)
def test_new_ids_are_the_highest_while_possible(ids: list[int], expected: list[int]) -> None:
    things = collection(*(record(each) for each in ids))
    new_ids = []
    for _ in expected:
        new_ids.append(things.next_id())
        things.put(record(new_ids[-1]))
    assert expected == new_ids


def test_id_of_a_deleted_record_is_not_reused() -> None:
    state = State({"api": {"things": BaseCollection([record(5)])}})
    things = state.tables["api"]["things"]
    first = things.next_id()
    things.put(record(first))
    state.rollback()
    second = things.next_id()
    things.put(record(second))
    things.delete(second)
    things.delete(5)
    assert [6, 7, 8] == [first, second, things.next_id()]


@pytest.mark.parametrize("number", [1, 100])
def test_id_of_a_deleted_record_of_the_fixtures_is_not_reused(number: int) -> None:
    things = collection(*(record(each) for each in range(1, number + 1)))
    for identifier in range(1, number + 1):
        things.delete(identifier)
    assert number + 1 == things.next_id()


def test_long_lists_that_are_kept_have_the_changes_of_each_sandbox() -> None:
    shared = {"api": {"things": BaseCollection(record(number) for number in range(MIN_KEPT_RECORDS))}}
    things, others = (State(shared).tables["api"]["things"] for _ in range(2))
    before = things.where("kind", "a")
    changed = [record(0, note="first"), record(5, note="new"), record(MIN_KEPT_RECORDS - 1, note="last")]
    for each in changed:
        things.put(each)
    assert {0: changed[0], 5: changed[1], MIN_KEPT_RECORDS - 1: changed[2]} == {
        position: each for position, each in enumerate(things.where("kind", "a")) if each is not before[position]
    }
    things.where("kind", "a").clear()
    things.put(record(3, "b"))
    things.put(record(MIN_KEPT_RECORDS))
    things.delete(4)
    assert [0, 1, 2, *range(5, MIN_KEPT_RECORDS + 1)] == [each["id"] for each in things.where("kind", "a")]
    assert list(map(id, before)) == list(map(id, others.where("kind", "a")))
