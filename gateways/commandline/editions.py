"""``calendar`` and ``rules``: editions of working calendars, limits and conduct codes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import click

from domain.timekeeping.deadlines import Limit
from domain.timekeeping.rules import LimitRule, RuleEdition
from gateways.commandline.session import (
    Progress,
    Refused,
    Session,
    answer_json,
    answer_table,
    json_option,
    pass_session,
    progress,
    say,
)
from gateways.commandline.withdrawing import add_withdrawal
from gateways.pages.console_pages import LIMIT_UNIT_WORDS
from services.adoption import open_complaints
from services.editions import load_calendar, load_rules

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
_FIRST_YEAR = 1990
_LAST_YEAR = 2200


@click.group(short_help="工作日历 / working calendars")
def calendar() -> None:
    """发布与查看年度工作日历（国务院办公厅放假安排）。

    Publish and show a year's working calendar.
    """


@calendar.command("load", short_help="发布 / publish a year")
@click.argument("file", type=_FILE)
@pass_session
def load_year(session: Session, file: Path) -> None:
    """从 FILE（JSON、TOML 或 CSV）发布一年的日历，并重新计算在办件的期限。

    Publish a year's calendar from FILE and recompute the deadlines of open cases; each keeps its earlier ones.
    """
    year = load_calendar(file)
    with session.reading() as house:
        with house.views.reading() as conn:
            cases = open_complaints(conn)
        with progress("重新计算期限 deadlines", len(cases)) as advance:
            adopted = house.adoption.publish_year(year, _told(cases, advance), session.actor, session.moment(house))
    if not adopted.fresh:
        say(f"{year.year} 年日历 {year.edition} 此前已发布", f"the calendar {year.edition} was published before")
    else:
        say(f"已发布 {year.year} 年日历 {year.edition}", f"published the calendar {year.edition}")
    say(f"{adopted.recomputed} 个期限已重新计算", f"{adopted.recomputed} deadlines were followed by new ones")


def _told(cases: Sequence[UUID], advance: Progress) -> Iterator[UUID]:
    for done, case in enumerate(cases, start=1):
        yield case
        advance(done)


@calendar.command("show", short_help="查看 / show a year")
@click.argument("year", type=click.IntRange(_FIRST_YEAR, _LAST_YEAR))
@json_option
@pass_session
def show_year(session: Session, year: int, as_json: bool) -> None:
    """列出一年中与周一至周五不同的日子及全年工作日数。

    List the days of a year that are not as their weekday says, and how many working days it has.
    """
    with session.house() as house:
        published = house.instance.rules.calendar
        held = published.year(year)
        if held is None:
            raise Refused(
                f"{year} 年日历尚未发布，请先运行 hangfeng calendar load / "
                f"the calendar of {year} is not published: hangfeng calendar load",
            )
        working_days = sum(
            published.is_working(date.fromordinal(day)) is True
            for day in range(date(year, 1, 1).toordinal(), date(year + 1, 1, 1).toordinal())
        )
    if as_json:
        answer_json(
            {
                "year": held.year,
                "edition": held.edition,
                "source": held.source,
                "working_days": working_days,
                "exceptions": [{"date": day.date, "working": day.working, "name": day.name} for day in held.exceptions],
            },
        )
        return
    click.echo(f"{held.year}  {held.edition}  {held.source}  工作日 working days: {working_days}")
    answer_table(
        ("日期 date", "上班 working", "名称 name"),
        [(day.date, "上班 yes" if day.working else "放假 no", day.name) for day in held.exceptions],
    )


@click.group(short_help="办理规则 / limits")
def rules() -> None:
    """发布与查看办理时限规则。

    Adopt and show editions of the limits.
    """


add_withdrawal(calendar)
add_withdrawal(rules)


@rules.command("load", short_help="发布 / adopt an edition")
@click.argument("file", type=_FILE)
@pass_session
def load_edition(session: Session, file: Path) -> None:
    """从 FILE（TOML）发布一版规则；已定的期限不变。

    Adopt an edition of the limits from FILE; a deadline that was promised stays as it was promised.
    """
    edition = load_rules(file)
    with session.house() as house:
        adopted = house.adoption.adopt_rules(edition, session.actor, session.moment(house))
    if adopted.fresh:
        say(f"已发布规则 {edition.edition}，自 {edition.effective_from} 起", f"adopted {edition.edition}")
    else:
        say(f"规则 {edition.edition} 此前已发布", f"{edition.edition} was adopted before")


@rules.command("show", short_help="查看 / show an edition")
@click.option("--edition", "wanted", help="版本号，默认为现行版本 / an edition's id; the one in force where not given")
@click.option("--on", "day", type=click.DateTime(["%Y-%m-%d"]), help="哪一天的版本 / the edition that governs a day")
@json_option
@pass_session
def show_edition(session: Session, wanted: str | None, day: datetime | None, as_json: bool) -> None:
    """列出一版规则的时限、事由及其依据。

    List the limits of an edition with their sources, and the grounds that it knows.
    """
    with session.house() as house:
        rulebook = house.instance.rules
        today = session.moment(house).day
        held = rulebook.edition(wanted) if wanted else rulebook.edition_on(day.date() if day else today)
    if held is None:
        known = "、".join(edition.edition for edition in rulebook.editions)
        raise Refused(f"没有规则 {wanted}，现有 {known} / there is no edition {wanted}; there are {known}")
    if as_json:
        answer_json(_edition(held, [edition.edition for edition in rulebook.editions]))
        return
    click.echo(f"{held.edition}  {held.title}  {held.effective_from} 起")
    answer_table(
        ("用途 purpose", "条目 clause", "时限 limit", "类别 class", "依据 source"),
        [(rule.purpose.value, rule.clause, _limit(rule.limit), rule.limit_class, rule.source) for rule in held.limits],
    )
    click.echo()
    answer_table(
        ("事由 ground", "名称 name", "用于 for"),
        [
            *((one.code, one.name, "中止 suspend") for one in held.suspension_grounds),
            *((one.code, one.name, "终止 terminate") for one in held.termination_grounds),
        ],
    )


def _limit(limit: Limit | None) -> str | None:
    return None if limit is None else f"{limit.value} {LIMIT_UNIT_WORDS[limit.unit]} {limit.unit.value}"


def _edition(edition: RuleEdition, known: list[str]) -> dict[str, Any]:
    return {
        "edition": edition.edition,
        "title": edition.title,
        "effective_from": edition.effective_from,
        "warning_share_percent": edition.warning_share_percent,
        "extensions_max": edition.extensions_max,
        "limits": [_rule(rule) for rule in edition.limits],
        "suspension_grounds": [{"code": one.code, "name": one.name} for one in edition.suspension_grounds],
        "termination_grounds": [{"code": one.code, "name": one.name} for one in edition.termination_grounds],
        "editions": known,
    }


def _rule(rule: LimitRule) -> dict[str, Any]:
    return {
        "purpose": rule.purpose,
        "clause": rule.clause,
        "limit": None if rule.limit is None else {"value": rule.limit.value, "unit": rule.limit.unit},
        "class": rule.limit_class,
        "source": rule.source,
        "from_acceptance": rule.from_acceptance,
        "needs_approval": rule.needs_approval,
    }
