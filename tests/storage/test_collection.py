"""Copy-on-write collections by example."""

import pytest
from support.storage import collection, record

from mockorders.storage.base_collection import MIN_KEPT_RECORDS, BaseCollection
from mockorders.storage.collection import MAX_ID
from mockorders.storage.state import State
from mockorders.storage.tables import Tables


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
