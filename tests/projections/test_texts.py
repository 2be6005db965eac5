"""The search text: found by any word, gone with its person, and never an accusation's."""

from typing import Any
from uuid import UUID

import pytest

from domain.complaint.commands import CorrectRegistration, Reclassify
from domain.complaint.events import ComplaintFact
from domain.erasure import SubjectErased
from domain.facts import ERASED, Fact
from domain.words import ComplaintKind
from projections.grams import grams, question
from projections.texts import TextsProjection, search, texts_of
from tests.projections.facts import as_logged, feed, rows, stream, views
from tests.scenario import (
    CONFIDENTIAL,
    OPERATOR,
    approved,
    at,
    delivered,
    dispatched,
    given,
    registered,
    replied,
    signed,
)

TEXTS = TextsProjection()


def case(text: str, **more: Any) -> tuple[ComplaintFact, ...]:  # noqa: ANN401
    return registered(text=text, **{"title": "无题", **more})


def found(asked: str, *cases: tuple[Fact, ...]) -> list[int]:
    with views(TEXTS) as conn:
        feed(conn, (TEXTS,), as_logged(*cases), ())
        return [complaint.int - 1 for complaint in search(conn, asked)]


WATER_CUT = case("人民路小区停水三天，Wi-Fi 也断了", source_id="HX-2025-0107")
NOISE = case("夜间施工噪声扰民")
LIGHT = case("人民公园的路灯不亮，请派人来修")


@pytest.mark.parametrize(
    ("asked", "hits"),
    [
        ("停水", [0]), ("噪声", [1]), ("人民", [2, 0]), ("人民路", [0]), ("路", [2, 0]), ("民", [2, 1, 0]), ("修", [2]),
        ("wi-fi", [0]), ("WI", [0]), ("ＷＩ", [0]), ("hx-2025-0107", [0]), ("0107", [0]), ("停水 人民", [0]),
        ("停水 噪声", []), ("水停", []), ("天也", []), ("", []), ("，。", []), ('" OR *', []), ("路灯不亮", [2]),
    ],
)  # fmt: skip
def test_a_word_finds_the_cases_that_say_it_the_newest_first(asked: str, hits: list[int]) -> None:
    assert found(asked, WATER_CUT, NOISE, LIGHT) == hits


def test_the_answer_is_found_too_once_it_is_given() -> None:
    answered = given(case("停水"), dispatched(), signed(), replied(), approved(), delivered()).facts
    assert found("恢复供水", NOISE, answered) == [1]


def test_what_was_put_right_is_found_and_what_was_wrong_no_more() -> None:
    corrected = given(
        case("人民路停水"), CorrectRegistration(by=OPERATOR, at=at(0, 10), reason="听错", text="民生路停水")
    ).facts
    assert found("民生路", corrected) == [0]
    assert found("人民路", corrected) == []


def test_an_accusation_is_never_put_here_and_taken_out_when_a_case_becomes_one() -> None:
    accused = registered(ComplaintKind.ACCUSATION, text="收受礼金")
    became = given(
        case("收受礼金"), Reclassify(by=CONFIDENTIAL, at=at(0, 10), kind=ComplaintKind.ACCUSATION, cause="实为举报干部")
    ).facts
    assert found("礼金", accused, became, NOISE) == []


def erased(subject: str) -> SubjectErased:
    return SubjectErased(
        by=OPERATOR, occurred=at(9), subject=subject, reason="本人申请", authority="主任", keys_destroyed=1
    )


def test_erasure_takes_every_text_of_the_person_and_leaves_the_others() -> None:
    mine, other = case("人民路停水", subject="mine"), case("人民路噪声", subject="other")
    with views(TEXTS) as conn:
        feed(conn, (TEXTS,), as_logged(mine, other, (), (erased("mine"),)), (2,))
        assert search(conn, "人民路") == [stream(1)]
        (held,) = texts_of(conn, [stream(0)])
        assert (held.subject, held.title, held.text, held.source_id) == ("mine", None, None, None)
        assert "停水".encode() not in conn.serialize()


def test_rebuilt_after_an_erasure_is_what_stood_live() -> None:
    mine = case("人民路停水", subject="mine")
    gone = case(ERASED, title=ERASED, source_id=ERASED, subject="mine")
    with views(TEXTS) as live, views(TEXTS) as rebuilt:
        feed(live, (TEXTS,), as_logged(mine, (), (erased("mine"),)), (1,))
        feed(rebuilt, (TEXTS,), as_logged(gone, (), (erased("mine"),)), ())
        assert rows(live, TEXTS) == rows(rebuilt, TEXTS)


def test_a_run_of_characters_is_cut_into_pairs_and_its_last_one() -> None:
    assert grams(["政风行风Ab", None, "１２"]) == "政风 风行 行风 风 ab 12"
    assert question("行风 热") == '"行风" AND "热"*'


def test_dropping_the_texts_leaves_nothing_of_them() -> None:
    with views(TEXTS) as conn:
        feed(conn, (TEXTS,), as_logged(WATER_CUT), ())
        TEXTS.drop(conn)
        TEXTS.create(conn)
        assert search(conn, "停水") == []
        assert texts_of(conn, [UUID(int=1)]) == []
