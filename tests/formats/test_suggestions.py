"""The known name that was probably meant."""

import pytest

from mockorders.formats.suggestions import did_you_mean

NAMES = ["extends", "clock", "Profile"]


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("extend", ", did you mean 'extends'?"),
        ("ekstends", ", did you mean 'extends'?"),
        ("clokc", ", did you mean 'clock'?"),
        ("CLOCK", ", did you mean 'clock'?"),
        ("profil", ", did you mean 'Profile'?"),
        ("orders", ""),
        ("", ""),
        ("clock" * 1_000_000, ""),
    ],
    ids=lambda text: text[:40],
)
def test_similar_name_is_suggested(name: str, expected: str) -> None:
    assert expected == did_you_mean(name, NAMES)


def test_nothing_is_suggested_without_names() -> None:
    assert "" == did_you_mean("clock", [])
