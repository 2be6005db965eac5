"""The drawn pages of the documentation are as the code is, and nothing is missing from them."""

from pathlib import Path

import pytest

from domain.facts import TOPICS
from services.handbook import PAGES

DOCS = Path(__file__).resolve().parents[2] / "docs"


@pytest.mark.parametrize("name", sorted(PAGES))
def test_a_drawn_page_is_as_the_code_is(name: str) -> None:
    assert (DOCS / name).read_text("utf-8") == PAGES[name](), "write it anew: hangfeng handbook docs"


def test_every_topic_belongs_to_a_known_stream() -> None:
    page = PAGES["events.md"]()
    assert [topic for topic in TOPICS if f"`{topic}`" not in page and not topic.startswith("test.")] == []
