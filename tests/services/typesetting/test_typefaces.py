"""Which typeface stands for which."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from services.settings import SettingsFault
from services.typesetting.paper import Closing
from services.typesetting.pdf import closing_indents
from services.typesetting.typefaces import NoTypeface, Use, chosen_typefaces, found_typefaces

NOTO = [("Noto Serif CJK SC", 400), ("Noto Serif CJK SC", 700), ("Noto Sans CJK SC", 400)]
OFFICIAL = [
    ("FZXiaoBiaoSong-B05S", 400),
    ("FangSong_GB2312", 400),
    ("KaiTi_GB2312", 400),
    ("SimHei", 400),
    ("SimSun", 400),
]


def test_the_official_typefaces_come_first_and_nothing_is_remarked() -> None:
    chosen = chosen_typefaces([*NOTO, *OFFICIAL])
    assert chosen.of(Use.BODY).family == "FangSong_GB2312"
    assert chosen.remark() == ""


def test_each_substitute_is_named() -> None:
    chosen = chosen_typefaces([*NOTO, ("FandolFang R", 400), *OFFICIAL[2:]])
    assert chosen.substituted == (
        ("小标宋体", "思源宋体粗体（Noto Serif CJK SC）"),
        ("仿宋", "方多仿宋（Fandol）"),
    )
    assert "仿宋用方多仿宋（Fandol）" in chosen.remark()


def test_without_any_the_setting_is_named() -> None:
    with pytest.raises(NoTypeface, match="fonts-noto-cjk"):
        chosen_typefaces([("DejaVu Sans", 400)])


def test_a_folder_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(SettingsFault, match="fonts_dir"):
        found_typefaces(tmp_path / "none")


def test_this_machine_has_what_a_paper_needs() -> None:
    assert {use for use, _ in found_typefaces().chosen} == set(Use)


@pytest.mark.parametrize(
    ("issuer", "indents"),
    [
        # The date, six digits and three characters, begins two after the issuer's first one, or stands two in.
        ("某市行风热线领导小组办公室", (2, 13 - 6.3)),
        ("行风办", (2 + 6.3 + 2 - 3, 2)),
    ],
)
def test_issuer_and_date_stand_as_the_standard_says(issuer: str, indents: tuple[float, float]) -> None:
    assert closing_indents(Closing(issuer, date(2026, 4, 1))) == pytest.approx(indents)
