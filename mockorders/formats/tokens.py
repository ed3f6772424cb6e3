"""Bearer tokens."""


def check_token(text: str) -> str:
    """Return a bearer token. Raises ValueError if it is empty or has characters that no request can send."""
    if not text or not text.isprintable() or any(map(str.isspace, text)):
        message = "expected a token of visible characters without spaces" + ("" if text else ", got an empty text")
        raise ValueError(message)
    return text
