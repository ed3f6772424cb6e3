"""Bearer tokens that requests can send."""

import pytest

from mockorders.formats.tokens import check_token


@pytest.mark.parametrize("text", ["", " ", "a b", "a\n", "\ta", "\0"])
def test_token_that_cannot_be_sent_is_rejected(text: str) -> None:
    with pytest.raises(ValueError, match="expected a token of visible characters without spaces"):
        check_token(text)
