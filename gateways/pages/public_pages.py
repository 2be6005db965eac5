"""The pages that anyone may open: home, the web mailbox with its receipt, tracking, and the list of bulletins."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from domain.words import ComplaintKind
from gateways.pages.progress import PublicStage, StageView, road
from gateways.pages.rendering import Site, Words, render

KIND_HINTS: dict[ComplaintKind, Words] = {
    ComplaintKind.ENQUIRY: Words("问政策、问办事流程", "about a policy or procedure"),
    ComplaintKind.HELP: Words("遇到困难，请求帮助", "you need something done"),
    ComplaintKind.COMPLAINT: Words("对单位的作为、态度、效率不满", "about a unit's conduct or delay"),
    ComplaintKind.REPORT: Words("举报经营者、违法建设、倾倒等", "about traders, building, dumping"),
    ComplaintKind.ACCUSATION: Words("反映公职人员违纪，只送纪检监察机关", "goes to the discipline organ only"),
    ComplaintKind.SUGGESTION: Words("希望怎样改进", "how to do better"),
    ComplaintKind.PRAISE: Words("表扬好的做法", "for work well done"),
    ComplaintKind.OTHER: Words("以上都不是", "none of these"),
}
"""What each kind is for, beside its choice in the mailbox."""


@dataclass(frozen=True, slots=True)
class FieldError:
    """Why a field was not taken: the field's name in the form, and the words to read beside it."""

    field: str
    words: Words


@dataclass(frozen=True, slots=True)
class MailboxValues:
    """What was typed into the mailbox, as it was typed; nothing of it is lost when the form comes back."""

    kind: str = ""
    title: str = field(default="", repr=False)
    text: str = field(default="", repr=False)
    name: str = field(default="", repr=False)
    phone: str = field(default="", repr=False)
    unit: str = ""


@dataclass(frozen=True, slots=True)
class MailboxLimits:
    """What the form says and holds to; the server checks the same again."""

    title_characters_max: int = 100
    text_characters_max: int = 5000
    name_characters_max: int = 50
    phone_characters_max: int = 20
    unit_characters_max: int = 100
    attachments_max: int = 5
    attachment_megabytes_max: int = 10


@dataclass(frozen=True, slots=True)
class MailboxForm:
    """The mailbox form, empty or come back.

    ``idempotency_key`` is new for each empty form and stays with it, so that a second press of the button registers
    nothing twice. ``attachments_to_choose_again`` names files that came with a form that was sent back: a browser
    does not keep them. ``units`` are offered as suggestions while typing.
    """

    idempotency_key: str
    values: MailboxValues = field(default_factory=MailboxValues)
    errors: tuple[FieldError, ...] = ()
    limits: MailboxLimits = field(default_factory=MailboxLimits)
    attachments_to_choose_again: tuple[str, ...] = ()
    units: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class DueView:
    """When an answer is due; whether a year's calendar is still missing, and whether acceptance is still to come."""

    due: datetime
    provisional: bool = False
    from_registration: bool = False


@dataclass(frozen=True, slots=True)
class ReceiptPage:
    """What a sender gets: the numbers to keep, when it was registered, and by when it will be answered."""

    receipt_no: str
    query_code: str
    registered_at: datetime
    deadline: DueView | None
    attachments: int = 0


@dataclass(frozen=True, slots=True)
class TrackForm:
    """The tracking form, empty or come back; the query code is never put back into it."""

    receipt_no: str = ""
    errors: tuple[FieldError, ...] = ()


@dataclass(frozen=True, slots=True)
class PublicStepView:
    """One step as a reporter sees it: when, and the words of ``progress.PUBLIC_STEPS``; ``day_only`` hides the hour."""

    at: datetime
    words: Words
    day_only: bool = False


@dataclass(frozen=True, slots=True)
class PublicReply:
    """An answer that was delivered: its date, its text, and the unit that gave it where that may be shown."""

    at: datetime
    text: str = field(repr=False)
    unit: str | None = None
    day_only: bool = False


@dataclass(frozen=True, slots=True)
class TrackPage:
    """How one matter stands, for the person who holds its query code; without names and inner states."""

    receipt_no: str
    kind: ComplaintKind
    title: str = field(repr=False)
    registered_at: datetime
    deadline: DueView | None
    stage: PublicStage
    steps: tuple[PublicStepView, ...]
    replies: tuple[PublicReply, ...]

    @property
    def stages(self) -> tuple[StageView, ...]:
        """The stages with what is reached of them."""
        return road(self.stage)


@dataclass(frozen=True, slots=True)
class EditionLink:
    """A published edition in a list: its quarter such as 2025Q3, in words, its number, title and date of issue."""

    quarter: str
    quarter_words: Words
    number: str
    title: str
    published_at: datetime | None = None
    errata: int = 0


@dataclass(frozen=True, slots=True)
class HomePage:
    """The first page; ``latest`` is the newest public bulletin where there is one."""

    latest: EditionLink | None = None


@dataclass(frozen=True, slots=True)
class EditionsPage:
    """All published editions, newest first."""

    editions: tuple[EditionLink, ...]


def render_home(page: HomePage, site: Site) -> str:
    """Return the first page: what this is, and the ways in."""
    return render("home.html", site, page=page)


def render_mailbox(page: MailboxForm, site: Site) -> str:
    """Return the mailbox form, with what was typed and what is wrong with it."""
    return render("mailbox.html", site, page=page, errors=_by_field(page.errors), hints=KIND_HINTS)


def render_receipt(page: ReceiptPage, site: Site) -> str:
    """Return the receipt of a registered message."""
    return render("receipt.html", site, page=page)


def render_track_form(page: TrackForm, site: Site) -> str:
    """Return the form that asks for receipt number and query code."""
    return render("track_form.html", site, page=page, errors=_by_field(page.errors))


def render_track(page: TrackPage, site: Site) -> str:
    """Return how one matter stands."""
    return render("track.html", site, page=page)


def render_editions(page: EditionsPage, site: Site) -> str:
    """Return the list of published bulletins."""
    return render("editions.html", site, page=page)


def _by_field(errors: tuple[FieldError, ...]) -> dict[str, Words]:
    """The first error of each field; an error of the whole form stands under the empty name."""
    first: dict[str, Words] = {}
    for error in errors:
        first.setdefault(error.field, error.words)
    return first
