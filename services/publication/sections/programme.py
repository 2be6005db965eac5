"""Section 2: the episodes of the quarter."""

from __future__ import annotations

from domain.figures.case_sets import open_case
from domain.figures.figure import NONE
from domain.figures.unit_table import row_id
from projections.episodes import Episode
from services.publication.document import (
    Cell,
    Column,
    Line,
    Section,
    Table,
    Words,
    key_of,
    number_cell,
    text_cell,
)
from services.publication.ground import Ground
from services.publication.sections.promises import attendance_table
from services.publication.sections.summary import PIECES


def episodes(ground: Ground) -> Section:
    """Return section 2."""
    title = Words("上线情况", "Episodes")
    if not ground.episodes:
        return Section(
            2,
            "episodes",
            title,
            empty_because=Words(
                "本期没有节目记录，以下各部分列出全部答复单位",
                "no episode is recorded in this period: what follows lists every unit that answered",
            ),
        )
    columns = (
        Column("station", Words("播出台", "Station")),
        Column("units", Words("上线单位", "Units on air")),
        Column("leaders", Words("上线领导", "Leaders")),
        Column("posts", Words("职务", "Posts")),
        Column("substitutes", Words("代为上线", "Standing in")),
        Column("aired", Words("接听", "Calls aired"), PIECES),
        Column("closed_live", Words("当场办结", "Closed live"), PIECES),
        Column("registered", Words("登记", "Registered"), PIECES),
        Column("open", Words("未办结", "Open"), PIECES),
    )
    lines = tuple(_episode_line(ground, episode) for episode in ground.episodes)
    return Section(
        2,
        "episodes",
        title,
        tables=(Table("episodes", Words("上线节目", "Episodes"), columns, lines), attendance_table(ground)),
    )


def _episode_line(ground: Ground, episode: Episode) -> Line:
    prefix = f"episodes.{key_of(episode.episode)}"
    matters = [
        case
        for case in ground.rows.cases
        if case.programme_ref == episode.episode and ground.window.happened(case.registered)
    ]
    still_open = (row_id(case) for case in matters if open_case(case, ground.window))
    stood_in = [
        f"{one.leader or NONE} 代 {one.substitutes_for}{f'（{one.reason}）' if one.reason else ''}"
        for one in episode.units
        if one.substitutes_for
    ]
    return Line(
        episode.aired_on.isoformat(),
        (
            text_cell(f"{prefix}.station", episode.station),
            text_cell(f"{prefix}.units", _joined(list(ground.units_of(episode)))),
            text_cell(f"{prefix}.leaders", _joined([one.leader for one in episode.units])),
            text_cell(f"{prefix}.posts", _joined([one.post for one in episode.units])),
            text_cell(f"{prefix}.substitutes", "；".join(stood_in) or "否"),
            _said_by(episode, f"{prefix}.aired", episode.calls_aired),
            _said_by(episode, f"{prefix}.closed_live", episode.closed_live),
            number_cell(f"{prefix}.registered", (row_id(case) for case in matters)),
            number_cell(f"{prefix}.open", still_open),
        ),
    )


def _said_by(episode: Episode, cell_id: str, count: int) -> Cell:
    return Cell(cell_id, count, str(count), positions=(episode.position,))


def _joined(names: list[str | None]) -> str | None:
    return "、".join(name or NONE for name in names) if any(names) else None
