"""Names that stand side by side in one cell: a line breaks between them and never within one."""

from __future__ import annotations

import pytest

from gateways.pages.rendering import names_text


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("白川", "白川"),
        ("辛暖、白川", '<span class="whole">辛暖、</span><wbr><span class="whole">白川</span>'),
        ("两周内清理占道经营、恢复盲道并公布巡查记录和照片以及责任人", None),
        ("<b>、甲", '<span class="whole">&lt;b&gt;、</span><wbr><span class="whole">甲</span>'),
    ],
)
def test_each_name_keeps_to_its_line_with_the_mark_behind_it_and_a_sentence_may_break(
    text: str, shown: str | None
) -> None:
    assert str(names_text(text)) == (shown or text)
