"""Typefaces (字体): the official ones by their names, the free ones that stand for them, and which of them are here.

小标宋, 仿宋_GB2312, 楷体_GB2312, 黑体 and 宋体 belong to their foundries and come with an office's own machines. Where
they are missing, the first substitute that is installed stands for them, and whoever prints with it says so.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from pathlib import Path
from typing import Final

import typst

from services.settings import SettingsFault


class Use(StrEnum):
    """What a typeface is for."""

    TITLE = "title"
    BODY = "body"
    LEVEL_2 = "level_2"
    LEVEL_1 = "level_1"
    FOLIO = "folio"


OFFICIAL_CHINESE: Final[Mapping[Use, str]] = {
    Use.TITLE: "小标宋体",
    Use.BODY: "仿宋",
    Use.LEVEL_2: "楷体",
    Use.LEVEL_1: "黑体",
    Use.FOLIO: "宋体",
}


@dataclass(frozen=True, slots=True)
class Typeface:
    """A typeface by the name of its family, and its weight; ``chinese`` is what people call it.

    ``latin`` is the family that its Latin letters and digits are taken from, where its own are of another kind.
    """

    family: str
    chinese: str
    weight: int = 400
    latin: str | None = None


REGULAR: Final = 400
BOLD: Final = 700

OFFICIAL: Final[Mapping[Use, tuple[Typeface, ...]]] = {
    Use.TITLE: (
        Typeface("FZXiaoBiaoSong-B05S", "方正小标宋简体"),
        Typeface("方正小标宋简体", "方正小标宋简体"),
        Typeface("FZXiaoBiaoSong-B05", "方正小标宋"),
    ),
    Use.BODY: (
        Typeface("FangSong_GB2312", "仿宋_GB2312"),
        Typeface("仿宋_GB2312", "仿宋_GB2312"),
        Typeface("FangSong", "仿宋"),
        Typeface("仿宋", "仿宋"),
    ),
    Use.LEVEL_2: (
        Typeface("KaiTi_GB2312", "楷体_GB2312"),
        Typeface("楷体_GB2312", "楷体_GB2312"),
        Typeface("KaiTi", "楷体"),
        Typeface("楷体", "楷体"),
    ),
    Use.LEVEL_1: (Typeface("SimHei", "黑体"), Typeface("黑体", "黑体")),
    Use.FOLIO: (Typeface("SimSun", "宋体"), Typeface("宋体", "宋体")),
}
"""The official typefaces under the names that their files go by."""

SUBSTITUTES: Final[Mapping[Use, tuple[Typeface, ...]]] = {
    Use.TITLE: (
        Typeface("FandolSong", "方多宋体粗体（Fandol）", BOLD),
        Typeface("Noto Serif CJK SC", "思源宋体粗体（Noto Serif CJK SC）", BOLD),
    ),
    Use.BODY: (
        Typeface("Zhuque Fangsong (technical preview)", "朱雀仿宋"),
        # Its digits are a sans serif.
        Typeface("FandolFang R", "方多仿宋（Fandol）", latin="FandolSong"),
        Typeface("FandolFang", "方多仿宋（Fandol）", latin="FandolSong"),
        Typeface("Noto Serif CJK SC", "思源宋体（Noto Serif CJK SC）"),
    ),
    Use.LEVEL_2: (
        Typeface("FandolKai", "方多楷体（Fandol）"),
        Typeface("AR PL KaitiM GB", "文鼎简中楷（AR PL KaitiM GB）"),
        Typeface("AR PL UKai CN", "文鼎楷体（AR PL UKai CN）"),
        Typeface("LXGW WenKai", "霞鹜文楷（LXGW WenKai）"),
        Typeface("Noto Serif CJK SC", "思源宋体（Noto Serif CJK SC）"),
    ),
    Use.LEVEL_1: (
        Typeface("FandolHei", "方多黑体（Fandol）"),
        Typeface("Noto Sans CJK SC", "思源黑体（Noto Sans CJK SC）"),
        Typeface("WenQuanYi Zen Hei", "文泉驿正黑"),
    ),
    Use.FOLIO: (
        Typeface("FandolSong", "方多宋体（Fandol）"),
        Typeface("Noto Serif CJK SC", "思源宋体（Noto Serif CJK SC）"),
    ),
}
"""Free typefaces in the order in which they are taken."""

RARE_CHARACTERS: Final = ("Noto Serif CJK SC", "Noto Sans CJK SC", "WenQuanYi Zen Hei")
"""Families that are asked for a character which the chosen typeface lacks, as in people's and places' names."""


class NoTypeface(SettingsFault):
    """No typeface for a use is installed; says which to install, and where they may lie."""

    def __init__(self, use: Use) -> None:
        official = OFFICIAL[use][0].chinese
        super().__init__(
            "fonts_dir",
            f"没有{OFFICIAL_CHINESE[use]}可用，请安装 fonts-noto-cjk，或将{official}等字体放入此目录",
            f"no typeface for {use.value}: install fonts-noto-cjk, or put {official} into this folder",
        )
        self.use = use


@dataclass(frozen=True, slots=True)
class Typefaces:
    """The typeface of each use on this machine, and the folder beside the system's own where they may lie."""

    chosen: tuple[tuple[Use, Typeface], ...]
    rare: tuple[str, ...]
    folder: Path | None

    def of(self, use: Use) -> Typeface:
        """Return the typeface for a use."""
        return dict(self.chosen)[use]

    @property
    def substituted(self) -> tuple[tuple[str, str], ...]:
        """The official typefaces that are missing here, each with the name of the one that stands for it."""
        return tuple((OFFICIAL_CHINESE[use], face.chinese) for use, face in self.chosen if face not in OFFICIAL[use])

    def remark(self) -> str:
        """Return in words which typefaces stand for which; empty where all are the official ones."""
        if not self.substituted:
            return ""
        pairs = "，".join(f"{official}用{free}" for official, free in self.substituted)
        return f"本件排印时未装有部分公文字体，以自由字体代替：{pairs}"


def chosen_typefaces(installed: Iterable[tuple[str, int]], folder: Path | None = None) -> Typefaces:
    """Choose a typeface for each use among those installed, given by family and weight. Raises ``NoTypeface``."""
    here = frozenset(installed)
    families = {family for family, _ in here}

    def first(use: Use) -> Typeface:
        for face in (*OFFICIAL[use], *SUBSTITUTES[use]):
            if face.family in families if face in OFFICIAL[use] else (face.family, face.weight) in here:
                return face
        raise NoTypeface(use)

    return Typefaces(
        chosen=tuple((use, first(use)) for use in Use),
        rare=tuple(family for family in RARE_CHARACTERS if family in families),
        folder=folder,
    )


@lru_cache(maxsize=4)
def found_typefaces(folder: Path | None = None) -> Typefaces:
    """Look, once a process, which typefaces the system and a folder hold.

    Raises ``NoTypeface`` where a use has none, ``SettingsFault`` where there is no such folder.
    """
    if folder is not None and not folder.is_dir():
        raise SettingsFault("fonts_dir", f"没有这个目录：{folder}", f"there is no such folder: {folder}")
    fonts = typst.Fonts(
        include_system_fonts=True,
        include_embedded_fonts=False,
        font_paths=[str(folder)] if folder is not None else [],
    )
    return chosen_typefaces(((font.family, font.weight) for font in fonts.fonts()), folder)
