"""The reader that has learned: names without a form, said again, many at once, and weights that fit the passages."""

from __future__ import annotations

import hashlib
from concurrent.futures import ThreadPoolExecutor

import pytest

from services.redaction import Places, mask
from services.redaction.learned import WEIGHTS
from services.redaction.learning import noted, what_it_learns_from
from services.redaction.measuring import Split, passages
from services.redaction.tagged import STRETCH_CHARACTERS_MAX, stretches, tagged

TEXTS = [passage.text for passage in passages(Split.HELD_OUT)][:40]


def test_the_weights_are_learned_from_the_passages_as_they_stand() -> None:
    note = noted()
    assert {key: value for key, value in note.items() if key != "weights_sha256"} == what_it_learns_from(), "make learn"
    assert note["weights_sha256"] == hashlib.sha256(WEIGHTS.read_bytes()).hexdigest()


@pytest.mark.parametrize("said", ["在半山听雨办了卡，老板跑路了。", "蓝鲸小馆的油烟直排我家窗口。"])
def test_a_shop_without_a_form_is_masked_in_a_case(said: str) -> None:
    assert "〔个体字号〕" in mask(said, places=Places.STRICT).text


def test_what_is_surely_a_name_is_masked_where_nothing_says_so() -> None:
    masked = mask("我住在湖岚映山小区三期。湖岚映山的路费谁来报销？", places=Places.STRICT).text
    assert "湖岚" not in masked


def test_as_many_at_once_as_may_be_read_each_their_own_text() -> None:
    alone = [mask(text, places=Places.STRICT).text for text in TEXTS]
    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(lambda text: mask(text, places=Places.STRICT).text, TEXTS)) == alone


@pytest.mark.parametrize("text", ["", "，", "一" * 1_000, "好，" * 500, "您好！" * 300, *TEXTS])
def test_stretches_are_the_text_and_none_is_too_long(text: str) -> None:
    parts = list(stretches(text))
    assert "".join(text[start:end] for start, end in parts) == text
    assert all(0 < end - start <= STRETCH_CHARACTERS_MAX for start, end in parts)


@pytest.mark.parametrize("text", TEXTS[:10])
def test_the_words_of_a_stretch_are_the_stretch(text: str) -> None:
    for start, end in stretches(text):
        assert "".join(word.text for word in tagged(text[start:end])) == text[start:end]
