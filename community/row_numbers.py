"""The number of a row, as a form or a button sends it back."""


def row_number(text: str) -> int:
    """What was sent; 0, which no row has, for anything that is no number or that no column holds (over 18 digits)."""
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 19 else 0
