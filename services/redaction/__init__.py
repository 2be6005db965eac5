"""Redaction: what identifies a person is found and masked before anything leaves (脱敏)."""

from services.redaction.masking import mask
from services.redaction.spans import Care, Kind, Masked, Places, Span

__all__ = ["Care", "Kind", "Masked", "Places", "Span", "mask"]
