"""How a view model becomes a page: the template environment, the site's frame, the style sheet and its policy."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import date, datetime, time
from functools import cache
from pathlib import Path
from typing import Final

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from domain.words import CHINESE, Channel, ComplaintKind, Role, State

END_OF_DAY: Final = time(23, 59, 59)
"""A deadline in days falls on the last second of its day."""

NAME_CHARACTERS_MAX: Final = 18
"""What is longer is a sentence, not a name, and may be broken anywhere."""

STATIC_FOLDER: Final = Path(__file__).parent / "static"
STYLE_SHEET_NAME: Final = "hangfeng.css"
STATIC_PATH: Final = "/static"
"""Where the routes serve ``STATIC_FOLDER``."""

CONTENT_SECURITY_POLICY: Final = (
    "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
"""What a served page may load: its own style sheet and pictures, and nothing else; no script at all."""

ENGLISH: Final[dict[str, str]] = {
    ComplaintKind.ENQUIRY: "Enquiry",
    ComplaintKind.HELP: "Request for help",
    ComplaintKind.COMPLAINT: "Complaint",
    ComplaintKind.REPORT: "Report of a wrong",
    ComplaintKind.ACCUSATION: "Accusation of an official",
    ComplaintKind.SUGGESTION: "Suggestion",
    ComplaintKind.PRAISE: "Praise",
    ComplaintKind.OTHER: "Other",
}
"""The kinds in English, as the mailbox offers them."""


@dataclass(frozen=True, slots=True)
class Words:
    """The same words in Chinese and in English; ``en`` is empty where only Chinese stands."""

    zh: str
    en: str = ""


@dataclass(frozen=True, slots=True)
class Site:
    """Whose pages these are: the hotline's name, the body that runs it, and the number to call if there is one."""

    name: Words = Words("行风热线", "Conduct-of-Government Hotline")
    issuer: str = "政风行风热线办公室"
    telephone: str | None = None
    sample_notice: Words | None = None
    """A line above every page, such as that all data shown is invented; none where ``None``."""


@dataclass(frozen=True, slots=True)
class NoticePage:
    """A page that says one thing: not found, refused, try again later. ``title`` and ``text`` stand as given."""

    title: Words
    text: Words
    back_href: str = "/"
    back: Words = Words("返回首页", "Home")


def render_notice(page: NoticePage, site: Site) -> str:
    """Return a page that says one thing, such as that an address does not exist."""
    return render("notice.html", site, page=page)


def render(template: str, site: Site, **model: object) -> str:
    """Return a template filled in; raises ``jinja2.UndefinedError`` where it names what the model does not have."""
    return _environment().get_template(template).render(site=site, **model)


@cache
def style_sheet() -> str:
    """Return the text of the one style sheet."""
    return (STATIC_FOLDER / STYLE_SHEET_NAME).read_text(encoding="utf-8")


@cache
def style_sheet_href() -> str:
    """Return the style sheet's address, which changes with its content, so that it may be cached for ever."""
    digest = hashlib.sha256(style_sheet().encode()).hexdigest()[:12]
    return f"{STATIC_PATH}/{STYLE_SHEET_NAME}?v={digest}"


def instant_text(at: datetime) -> str:
    """Return an instant in Chinese to the minute, in its own time zone."""
    return f"{at.year}年{at.month}月{at.day}日 {at:%H:%M}"


def day_text(day: date) -> str:
    """Return a date in Chinese."""
    return f"{day.year}年{day.month}月{day.day}日"


def due_text(due: datetime) -> str:
    """Return a deadline in Chinese: its date where it is the end of a day, to the minute otherwise."""
    return day_text(due) if due.time().replace(microsecond=0) == END_OF_DAY else instant_text(due)


def weekday_text(day: date) -> str:
    """Return the day of the week in Chinese (周一 to 周日)."""
    return "周" + "一二三四五六日"[day.weekday()]


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters.update(
        instant=instant_text,
        day=day_text,
        due=due_text,
        weekday=weekday_text,
        chinese=_chinese,
        english=_english,
        both=_both,
        names=names_text,
    )
    environment.globals.update(
        style_sheet_href=style_sheet_href,
        # The sheet is the product's own text; it is put in whole where a page must stand alone as a file.
        style_sheet=lambda: Markup(style_sheet()),  # noqa: S704 - nothing in it comes from outside
        kinds=tuple(ComplaintKind),
        states=tuple(State),
    )
    return environment


def names_text(text: str) -> Markup | str:
    """Keep each of several names on one line, where a text is names joined by 、 and none of them is a sentence."""
    names = text.split("、")
    if len(names) == 1 or any(len(one) > NAME_CHARACTERS_MAX for one in names):
        return text
    # A mark stands with the name before it: no line begins with one.
    last = len(names) - 1
    held = (f"{one}、" if at < last else one for at, one in enumerate(names))
    return Markup("<wbr>").join(Markup('<span class="whole">{}</span>').format(one) for one in held)


def _chinese(word: ComplaintKind | Channel | State | Role) -> str:
    return CHINESE[word]


def _english(word: str) -> str:
    return ENGLISH[word]


def _both(words: Words) -> Markup:
    """Chinese first, English after it in its own language mark, escaped."""
    if not words.en:
        return Markup("{}").format(words.zh)
    return Markup('{} <span class="en" lang="en">{}</span>').format(words.zh, words.en)
