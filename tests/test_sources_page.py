"""The page that says where packages come from says what the program does."""

from __future__ import annotations

from tests.sources_page import PAGE, page


def test_the_page_on_sources_is_what_the_program_writes() -> None:
    assert PAGE.read_text() == page()
