"""Values are encoded if they are valid; what is around lists of rendered records is validated once."""

from contextlib import suppress
from typing import Any

import pytest
from support.contracts import shared_contract

from mockorders.errors import ResponseValidationError
from mockorders.sandbox.response_encoder import MAX_OUTLINE_BYTES, ResponseEncoder
from mockorders.storage.encoding import EncodedList
from mockorders.validation.violations import Violation

SCHEMA = "universe/orders-response"
RENDERED = EncodedList([b"[", b"{}", b"]"])


class CountingValidator:
    def __init__(self) -> None:
        self.values: list[Any] = []

    def violations(self, name: str, value: Any, prerendered: frozenset[str]) -> list[Violation]:
        self.values.append(value)
        return shared_contract().violations(name, value, prerendered)


@pytest.fixture
def validator() -> CountingValidator:
    return CountingValidator()


@pytest.fixture
def encoder(validator: CountingValidator) -> ResponseEncoder:
    return ResponseEncoder(validator)  # type: ignore[arg-type]


def test_each_outline_is_validated_once(encoder: ResponseEncoder, validator: CountingValidator) -> None:
    for rendered in (RENDERED, EncodedList([b"[]"])):
        body = encoder.encode(SCHEMA, {"status": "ok", "orders": rendered})
        assert b'{"status":"ok","orders":%s}' % b"".join(rendered.pieces) == b"".join(body)
    assert [{"status": "ok", "orders": []}] == validator.values


def test_invalid_values_are_rejected_each_time(encoder: ResponseEncoder) -> None:
    encoder.encode(SCHEMA, {"status": "ok", "orders": RENDERED})
    for _ in range(2):
        with pytest.raises(ResponseValidationError):
            encoder.encode(SCHEMA, {"status": "no", "orders": RENDERED})


def test_outline_is_valid_for_its_schema_only(encoder: ResponseEncoder) -> None:
    value = {"status": "ok", "orders": RENDERED}
    encoder.encode(SCHEMA, value)
    with pytest.raises(ResponseValidationError):
        encoder.encode("cratejoy/orders-response", value)


@pytest.mark.parametrize("more", [{"orders": []}, {"orders": RENDERED, "note": "x" * MAX_OUTLINE_BYTES}])
def test_others_are_validated_each_time(
    encoder: ResponseEncoder, validator: CountingValidator, more: dict[str, Any]
) -> None:
    for _ in range(2):
        with suppress(ResponseValidationError):
            encoder.encode(SCHEMA, {"status": "ok", **more})
    assert 2 == len(validator.values)


def test_prerendered_values_are_not_validated(encoder: ResponseEncoder, validator: CountingValidator) -> None:
    assert b"{}" == b"".join(encoder.encode(SCHEMA, {}, frozenset({SCHEMA})))
    assert [] == validator.values
