"""``exposures``: batches of exposures (曝光), internal or public, behind the approval of a second person."""

from __future__ import annotations

import click

from domain.partners import exposures as x
from gateways.commandline.session import (
    Session,
    answer_json,
    answer_table,
    case_id,
    json_option,
    pass_session,
    say,
)

_batch = click.argument("batch")
_SCOPES = click.Choice([one.value for one in x.ExposureScope])


@click.group(short_help="曝光 / exposures")
def exposures() -> None:
    """曝光：分批编写，由第二人批准后内部或公开发布；撤回有据可查。

    Exposures: written in batches, approved by a second person, published for the offices or for everybody; what is
    withdrawn stays on record with its cause.
    """


@exposures.command("draft", short_help="起草批次 / begin a batch")
@_batch
@click.option("--scope", type=_SCOPES, required=True, help="内部或公开 / for whom")
@click.option("--title", required=True, help="标题 / its title")
@pass_session
def draft(session: Session, batch: str, scope: str, title: str) -> None:
    """起草一个曝光批次。Begin a batch of exposures."""
    with session.house() as house:
        at = session.moment(house)
        house.exposures.draft(batch, x.ExposureScope(scope), title, session.actor, at)
    say(f"已起草曝光批次 {batch}", f"the batch {batch} is begun")


@exposures.command("add", short_help="列入 / put an item into a draft")
@_batch
@click.option("--unit", required=True, help="单位 / the unit")
@click.option("--words", required=True, help="已脱敏的文字 / redacted words")
@click.option("--complaint", help="所据事项的编号 / the matter behind it")
@pass_session
def add(session: Session, batch: str, unit: str, words: str, complaint: str | None) -> None:
    """列入一个单位的问题；含个人信息的文字、检举控告与保密事项一律拒绝。

    Put a unit's conduct into a draft; words that tell who somebody is, and matters that are confidential, are refused.
    """
    with session.house() as house:
        case = None if complaint is None else case_id(house, complaint)
        house.exposures.add(batch, unit, words, session.actor, session.moment(house), complaint=case)
    say("已列入", "the item is put in")


@exposures.command("remove", short_help="删去 / take an item out of a draft")
@_batch
@click.argument("item", type=click.IntRange(min=1))
@pass_session
def remove(session: Session, batch: str, item: int) -> None:
    """从草稿中删去一条。Take an item out of a draft."""
    with session.house() as house:
        at = session.moment(house)
        house.exposures.record(lambda state: x.remove(state, batch, item, session.actor, at))
    say("已删去", "the item is taken out")


@exposures.command("approve", short_help="批准 / approve as a second person")
@_batch
@pass_session
def approve(session: Session, batch: str) -> None:
    """由未参与编写的第二人批准（以 --as 指明何人）。Approve as somebody who did not write it (--as NAME)."""
    with session.house() as house:
        house.exposures.approve(batch, session.actor, session.moment(house))
    say(f"已批准 {batch}", f"{batch} is approved")


@exposures.command("publish", short_help="发布 / publish an approved batch")
@_batch
@pass_session
def publish(session: Session, batch: str) -> None:
    """按其范围发布已批准的批次。Publish an approved batch for its scope."""
    with session.house() as house:
        house.exposures.publish(batch, session.actor, session.moment(house))
    say(f"已发布 {batch}", f"{batch} is published")


@exposures.command("withdraw", short_help="撤回 / withdraw a batch or an item")
@_batch
@click.option("--item", type=click.IntRange(min=1), help="只撤回一条 / one item only")
@click.option("--cause", required=True, help="简短缘由 / a short cause")
@pass_session
def withdraw(session: Session, batch: str, item: int | None, cause: str) -> None:
    """撤回已发布的批次或其中一条。Withdraw a published batch or one item of it."""
    with session.house() as house:
        at = session.moment(house)
        house.exposures.withdraw(batch, item, cause, session.actor, at)
    say("已撤回", "it is withdrawn")


@exposures.command("list", short_help="全部批次 / all batches")
@json_option
@pass_session
def list_command(session: Session, as_json: bool) -> None:
    """列出全部曝光批次及条目。List all batches with their items."""
    from gateways.http.partners import exposure_view

    with session.house() as house:
        views = [exposure_view(one) for one in house.exposures.standing().values()]
    if as_json:
        answer_json({"items": [view.model_dump(mode="json") for view in views]})
        return
    answer_table(
        ("批次 batch", "范围 scope", "状态 status", "条", "单位 unit", "文字 words", "撤回缘由 withdrawn"),
        [
            (
                view.batch,
                x.EXPOSURE_SCOPE_CHINESE[view.scope],
                x.EXPOSURE_STATUS_CHINESE[view.status],
                item["item"],
                item["unit"],
                item["words"],
                item["withdrawn"] or view.withdrawn,
            )
            for view in views
            for item in view.items
        ],
    )
