"""``demo``: the product with its own invented sample, its bulletins, a token for each role, and where to look."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from domain.bulletin.name import BulletinName
from domain.periods import Quarter
from domain.words import CHINESE, UNIT_ROLES, Channel, Role, State
from gateways.app import Hangfeng, compose, open_new
from gateways.commandline.edition_table import edition_console, padded, print_edition
from gateways.commandline.session import Refused, Session, pass_session, progress, say
from services.access import Issued
from services.instance import SAMPLE_MARK
from services.opening import is_initialised
from services.sample import Loaded, compose_sample, load_sample, publish_sample
from services.sample.city import city
from services.sample.media import media_sample
from services.sample.publishing import sample_bulletins
from services.sample.scoring import score_sample
from services.settings import Settings
from services.statistics import Statistics

if TYPE_CHECKING:
    from rich.console import Console

DATA_DEFAULT = Path("demo-data")
HOST = "127.0.0.1"
NAME_MARK = "示例·"
"""What the names of the demo's tokens begin with, by which the last run's are found and revoked."""

UNIT_SHOWN = "住建局"
"""The unit, by its key in the city, for whose clerk and leader there are tokens: the one with most to do."""

WHERE = (
    ("首页", "home", "/"),
    ("公众信箱", "public mailbox", "/mailbox"),
    ("查询进度", "tracking", "/mailbox/track"),
    ("工作台", "console", "/console/sign-in"),
    ("最近一期通报", "the last bulletin", "/bulletins/{quarter}"),
    ("公开曝光", "public exposures", "/api/v1/exposures"),
    ("接口文档", "API docs", "/docs"),
)
"""What is to be looked at, and at which path."""

_WORTH_FOLLOWING = frozenset({State.AWAITING_FOLLOW_UP, State.REPLIED, State.REPLY_REVIEW})
_WITHOUT_TOKEN = frozenset({Role.CLOCK, Role.REPORTER})
_WORDS_CELLS, _ENGLISH_CELLS, _ROLE_CELLS = 14, 21, 16


@click.command(short_help="示例 / the product with its own invented sample")
@click.option(
    "--data", type=click.Path(file_okay=False, path_type=Path), help="数据目录，默认 ./demo-data / the data directory"
)
@click.option("--port", default=8000, show_default=True, type=click.IntRange(1, 65535), help="端口 / port")
@click.option("--no-serve", is_flag=True, help="印出通报后即结束 / stop after printing the bulletin")
@pass_session
def demo(session: Session, data: Path | None, port: int, no_serve: bool) -> None:
    """装入虚构的示例数据（四个季度），发布通报，印出最近一期，然后启动服务。可重复执行，不会重复装入。

    Load the invented sample of four quarters, publish its bulletins, print the last one, and serve. Safe to repeat:
    nothing is loaded twice, and each run gives fresh tokens and revokes those of the last.
    """
    if not no_serve:
        _must_be_free(port)
    settings = _settings(session, data or session.data or DATA_DEFAULT)
    _open(settings, session)
    with compose(settings, session.clock) as house:
        _load(house, session)
        quarter = _publish(house, session)
        _score(house)
        _media(house)
        console = edition_console()
        print_edition(console, house.publication.show(quarter).document, notice=city().notice)
        if no_serve:
            return
        _print_where(console, quarter, port)
        _print_receipt(console, house)
        _print_tokens(console, list(_tokens(house)))
    # What is read through a pipe must be there before the serving begins, not when it ends.
    console.file.flush()
    from gateways.serving import run

    with compose(settings, session.clock, serving=True) as house:
        say(f"服务已启动 http://{HOST}:{port}（Ctrl-C 结束）", "serving; Ctrl-C to stop")
        run(house, HOST, port)


def _must_be_free(port: int) -> None:
    """Raise ``Refused`` where another program listens at the port, before anything is loaded."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError as error:
            raise Refused(
                f"端口 {port} 已被占用，请用 --port 另选一个 / port {port} is in use: choose another with --port",
            ) from error


def _settings(session: Session, data: Path) -> Settings:
    """Return the settings with the invented city's names, so that every page and edition says what it is."""
    town = city()
    named = {"name": f"{town.hotline}{SAMPLE_MARK}", "lead_body": f"{town.name}行风办{SAMPLE_MARK}"}
    return Session(data, session.name, session.clock).settings().model_copy(update=named)


def _open(settings: Settings, session: Session) -> None:
    """Make the instance where there is none. Raises ``Refused`` where another one than the demo's stands."""
    if not is_initialised(settings.data):
        open_new(settings, session.clock)
        say(f"已初始化 {settings.data}", f"{settings.data} is ready")
        return
    with compose(settings, session.clock) as house:
        if house.instance.opened.name != settings.name:
            raise Refused(
                f"{settings.data} 不是示例实例，不会装入示例数据 / "
                f"{settings.data} is not a demo instance: no sample is loaded into it",
            )


def _load(house: Hangfeng, session: Session) -> Loaded:
    sample = compose_sample()
    with progress("装入示例 loading the sample", len(sample.entries)) as advance:
        loaded = load_sample(house.log, house.casework, sample, session.clock(), advance)
    if loaded.steps:
        say(f"已装入示例 {loaded.cases} 件、{loaded.steps} 步", f"loaded {loaded.cases} cases, {loaded.steps} steps")
    else:
        say(f"示例已在库中（{len(sample.cases)} 件），未重复装入", "the sample was there already")
    with progress("视图跟进 views", house.log.head().position) as advance:
        house.runner.catch_up(progress=advance)
    return loaded


def _publish(house: Hangfeng, session: Session) -> BulletinName:
    with progress("编制通报 bulletins", len(sample_bulletins())) as advance:
        return publish_sample(house.publication, session.clock, house.instance.zone, advance)


def _score(house: Hangfeng) -> None:
    """Fill the score ledger of the sample's last quarter."""

    @contextmanager
    def reading() -> Iterator[Statistics]:
        house.catch_up()
        with house.views.reading() as views:
            yield Statistics(views, house.log, house.instance.zone)

    quarter = sample_bulletins()[-1].quarter.period
    assert isinstance(quarter, Quarter), "the sample's bulletins are those of quarters"
    made = score_sample(house.scores, house.adoption, reading, quarter, house.clock, house.instance.zone)
    if made:
        say(f"已登记示例考核 {made} 条", f"{made} score entries of the sample")


def _media(house: Hangfeng) -> None:
    """Tell of the sample's outlets and exposures."""
    made = media_sample(house.partners, house.exposures, house.publication, house.clock)
    if made:
        say(f"已登记示例媒体与曝光 {made} 步", f"{made} steps of the sample's media and exposures")


def _tokens(house: Hangfeng) -> Iterator[Issued]:
    """Revoke the tokens of the last run and issue one for each role that can have one."""
    unit = city().units[UNIT_SHOWN].name
    for role in Role:
        if role not in _WITHOUT_TOKEN:
            name = f"{NAME_MARK}{CHINESE[role]}"
            house.access.revoke_named(name)
            yield house.access.issue(role, name, unit if role in UNIT_ROLES else None)


def _print_where(console: Console, quarter: BulletinName, port: int) -> None:
    console.print()
    console.print("看这里 where to look", style="bold")
    for zh, en, path in WHERE:
        address = f"http://{HOST}:{port}{path.format(quarter=quarter)}"
        console.print(f"  {padded(zh, _WORDS_CELLS)}{padded(en, _ENGLISH_CELLS)}{address}", soft_wrap=True)


def _print_receipt(console: Console, house: Hangfeng) -> None:
    """Print the receipt of a case that has come a long way and is not over, for whoever wants to follow one."""
    for case in reversed(compose_sample().cases):
        if case.evidence.channel is not Channel.WEB_MAILBOX:
            continue
        contact = house.casework.identify(case.evidence, b"").contact
        complaint = house.casework.complaint_id(contact, case.matter_no)
        state, receipt = house.casework.load(complaint), house.casework.receipt(complaint)
        if state is not None and receipt is not None and state.state in _WORTH_FOLLOWING:
            said = f"受理编号 {receipt.receipt_no}  查询码 {receipt.query_code}"
            console.print(f"  {padded('试查一件', _WORDS_CELLS)}{padded('a case to track', _ENGLISH_CELLS)}{said}")
            return


def _print_tokens(console: Console, issued: list[Issued]) -> None:
    console.print()
    console.print("各角色令牌 a token for each role（上次的已吊销 the last ones are revoked）", style="bold")
    for one in issued:
        role = one.info.role
        unit = f"  {one.info.unit}" if one.info.unit else ""
        words = f"  {padded(CHINESE[role], _ROLE_CELLS)}{padded(role.value, _ENGLISH_CELLS)}"
        console.print(f"{words}{one.secret}{unit}", soft_wrap=True, markup=False)
    console.print()
