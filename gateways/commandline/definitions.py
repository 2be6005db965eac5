"""``stats preview-definitions`` and ``adopt-definitions``: other definitions, looked at, then adopted."""

from __future__ import annotations

from pathlib import Path

import click

from domain.figures.indicators import EDITION
from domain.periods import Quarter
from gateways.commandline.parameters import QuarterParameter
from gateways.commandline.session import (
    Refused,
    Session,
    answer_json,
    answer_table,
    json_option,
    pass_session,
    say,
)
from services.definitions import (
    QUARTERS_MAX,
    QuarterEffect,
    adopt_definitions,
    adopted_definitions,
    edition_json,
    preview,
    preview_json,
    settings_of,
    withdrawn_definitions,
)
from services.editions.definition_files import load_definitions
from services.statistics import Statistics

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.command("preview-definitions", short_help="口径变更的影响 / what other definitions would change")
@click.argument("file", type=_FILE)
@click.option("--quarter", type=QuarterParameter(), help="末一季度，默认为上季度 / the last quarter looked at")
@click.option(
    "--quarters", type=click.IntRange(1, QUARTERS_MAX), default=4, help="往前几个季度 / how many quarters back"
)
@json_option
@pass_session
def preview_definitions(session: Session, file: Path, quarter: Quarter | None, quarters: int, as_json: bool) -> None:
    """采用之前，看一版统计口径（FILE，TOML）使以往各季度的哪些数字改变；不记录任何事实。

    Before it is adopted: which figures of past quarters an edition of definitions (FILE, TOML) would change. Nothing
    is recorded.
    """
    edition = load_definitions(file)
    with session.reading() as house, house.views.reading() as conn:
        now = Statistics(conn, house.log, house.instance.zone)
        then = Statistics(conn, house.log, house.instance.zone, preview=settings_of(edition))
        last = quarter or Quarter.of(session.moment(house).day).previous()
        effects = preview(now, then, last, quarters)
    if as_json:
        answer_json(preview_json(edition, effects))
        return
    not_governed = f"（自 {edition.first_quarter} 起施行，本季度不适用 not governed）"
    for one in effects:
        governed = "" if edition.governs(one.quarter) else not_governed
        _print_effect(one, f"{one.edition} → {edition.edition}{governed}", "拟改 then")


def print_effects(edition: str, then: str, effects: tuple[QuarterEffect, ...]) -> None:
    """Print, quarter by quarter, which figures change where an edition governs no more."""
    for one in effects:
        _print_effect(one, f"撤回 without {edition}", then)


def _print_effect(one: QuarterEffect, what: str, then: str) -> None:
    click.echo(
        f"\n{one.quarter.chinese}　{what}　变 changed {len(one.effects)}，不变 unchanged {one.unchanged}",
    )
    if one.effects:
        answer_table(
            ("单位 row", "指标 figure", "现行 now", then),
            [(each.row, f"{each.name} {each.key}", each.before, each.after) for each in one.effects],
        )


@click.command("adopt-definitions", short_help="采用口径 / adopt definitions")
@click.argument("file", type=_FILE)
@pass_session
def adopt(session: Session, file: Path) -> None:
    """采用一版统计口径（FILE，TOML），记入日志；已发布的通报不变。

    Adopt an edition of definitions from FILE; it is recorded, and published bulletins stay as they are.
    """
    edition = load_definitions(file)
    with session.house() as house:
        fresh = adopt_definitions(house.log, edition, session.actor, session.moment(house))
    if fresh:
        say(f"已采用口径 {edition.edition}，自 {edition.first_quarter} 起", f"adopted {edition.edition}")
    else:
        say(f"口径 {edition.edition} 此前已采用", f"{edition.edition} was adopted before")


@click.command("definitions", short_help="查看口径 / show the definitions")
@click.option("--edition", "wanted", help="版本号 / an edition's id")
@json_option
@pass_session
def show(session: Session, wanted: str | None, as_json: bool) -> None:
    """列出采用过的各版统计口径。

    List the editions of definitions that were adopted.
    """
    with session.house() as house:
        held, gone = adopted_definitions(house.log), withdrawn_definitions(house.log)
    shown = [one for one in held if wanted in {None, one.edition}]
    if wanted is not None and not shown:
        known = "、".join((EDITION, *(one.edition for one in held)))
        raise Refused(f"没有口径 {wanted}，现有 {known} / there is no edition {wanted}; there are {known}")
    if as_json:
        told = [{**edition_json(one), "withdrawn": one.edition in gone} for one in shown]
        answer_json({"shipped": EDITION, "editions": told})
        return
    answer_table(
        ("版本 edition", "自 from", "取舍 rounding", "基本满意权重 weight", "排除 exclusions", "名称 title", "撤回"),
        [
            (EDITION, "", "half_up", "1", 0, "出厂口径 as shipped", ""),
            *(
                (
                    one.edition,
                    one.first_quarter,
                    one.rounding.value,
                    one.fairly_satisfied_weight,
                    len(one.exclusions),
                    one.title,
                    "已撤回 withdrawn" if one.edition in gone else "",
                )
                for one in shown
            ),
        ],
    )
