"""What is wrong with an edition's file: which field, why, and what to write instead."""

from __future__ import annotations


class EditionFault(ValueError):
    """An edition's file cannot be used as it stands.

    ``field`` names the place in the file, such as ``limits[3].unit``; ``zh`` and ``en`` say what is wrong and the
    remedy.
    """

    def __init__(self, field: str, zh: str, en: str) -> None:
        self.field = field
        self.zh = zh
        self.en = en
        super().__init__(f"{field}：{zh} / {field}: {en}")
