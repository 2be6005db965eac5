"""Conduct codes (作风问题代码): the named kinds of misconduct that a finding can rest on, in dated editions."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


class ConductCodeFault(ValueError):
    """Conduct codes that repeat or lack a name; the message is in Chinese and English."""


@dataclass(frozen=True, slots=True)
class ConductCode:
    """One kind of misconduct: a stable code, the name in Chinese, and what it covers."""

    code: str
    name: str
    english: str
    covers: str = ""


@dataclass(frozen=True, slots=True)
class ConductCodeEdition:
    """A dated list of conduct codes. Raises ``ConductCodeFault`` where a code or a name stands twice."""

    edition: str
    title: str
    effective_from: date
    codes: tuple[ConductCode, ...]

    def __post_init__(self) -> None:
        for said in ([code.code for code in self.codes], [code.name for code in self.codes]):
            if len(set(said)) != len(said):
                msg = f"作风代码或名称重复；a conduct code or its name stands twice in {self.edition}"
                raise ConductCodeFault(msg)

    def find(self, code_or_name: str) -> ConductCode | None:
        """Return the conduct code with this code or this Chinese name, ``None`` where there is none."""
        return next((held for held in self.codes if code_or_name in {held.code, held.name}), None)
