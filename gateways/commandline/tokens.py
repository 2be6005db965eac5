"""``tokens`` and ``reads``: who may come in, and who was shown what."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import click

from domain.words import CHINESE, Role
from gateways.commandline.session import Session, answer_json, answer_table, json_option, pass_session, say
from services.access import TokenInfo


@click.group(short_help="令牌 / access tokens")
def tokens() -> None:
    """签发、列出、吊销访问令牌。

    Issue, list and revoke access tokens.
    """


@tokens.command(short_help="签发 / issue one")
@click.option("--role", required=True, type=click.Choice([role.value for role in Role]), help="角色 / role")
@click.option("--unit", help="承办单位（经办人、负责人必填） / the unit, for its people")
@click.option("--name", help="持有人，默认为角色名 / who holds it; the role's name where not given")
@click.option("--days", type=click.IntRange(1, 3650), help="有效天数 / how many days it lasts")
@json_option
@pass_session
def issue(
    session: Session,
    role: str,
    unit: str | None,
    name: str | None,
    days: int | None,
    as_json: bool,
) -> None:
    """签发令牌；令牌只显示这一次。

    Issue a token and print it on stdout; it is shown this once, only its digest is kept.
    """
    with session.house() as house:
        resolved = house.instance.units.resolve(unit.strip()) if unit else None
        issued = house.access.issue(Role(role), name or CHINESE[Role(role)], resolved, days=days)
    if as_json:
        answer_json({"token": issued.secret, **_described(issued.info)})
        return
    say(
        f"{CHINESE[issued.info.role]}令牌 {issued.info.id}，有效至 {issued.info.expires_at:%Y-%m-%d}，只显示一次",
        "shown this once",
    )
    click.echo(issued.secret)


@tokens.command("list", short_help="列出 / list all")
@json_option
@pass_session
def list_command(session: Session, as_json: bool) -> None:
    """列出全部令牌（不含令牌本身）。

    List every token ever issued, without the secrets.
    """
    with session.house() as house:
        infos = house.access.tokens()
    if as_json:
        answer_json([_described(info) for info in infos])
        return
    answer_table(
        ("编号 id", "角色 role", "单位 unit", "持有人 name", "签发 issued", "到期 expires", "吊销 revoked"),
        [
            (info.id, info.role.value, info.unit, info.name, info.issued_at, info.expires_at, info.revoked_at)
            for info in infos
        ],
    )


@tokens.command(short_help="吊销 / revoke one")
@click.argument("token")
@pass_session
def revoke(session: Session, token: str) -> None:
    """按编号吊销令牌，立即生效。

    Revoke the token with this id, at once and for good.
    """
    with session.house() as house:
        info = house.access.revoke(token)
    say(f"已吊销 {info.id}（{info.name}）", f"revoked {info.id}")


@click.command(short_help="敏感信息查阅记录 / who was shown sealed text")
@click.option("--complaint", type=click.UUID, help="只看这一件 / of this complaint alone")
@click.option("--limit", default=1000, show_default=True, type=click.IntRange(1, 1_000_000), help="条数 / how many")
@json_option
@pass_session
def reads(session: Session, complaint: UUID | None, limit: int, as_json: bool) -> None:
    """列出谁在何时查阅了哪一件的封存内容，最近的在前。

    List who was shown which sealed text when, the last first.
    """
    with session.house() as house:
        records, zone = house.access.reads(complaint, limit=limit), house.instance.zone
    rows = [
        (record.at.astimezone(zone), record.by.name, record.by.role.value, record.complaint, record.what)
        for record in records
    ]
    if as_json:
        answer_json([dict(zip(("at", "name", "role", "complaint", "what"), row, strict=True)) for row in rows])
        return
    answer_table(("时间 at", "姓名 name", "角色 role", "诉求 complaint", "内容 what"), rows)


def _described(info: TokenInfo) -> dict[str, Any]:
    return {
        "id": info.id,
        "role": info.role,
        "unit": info.unit,
        "name": info.name,
        "issued_at": info.issued_at,
        "expires_at": info.expires_at,
        "revoked_at": info.revoked_at,
    }
