"""The programme (节目): episodes, run-downs, calls, promises. A part of the one table."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any, Final

from pydantic import BaseModel

from gateways.http import (
    episodes,
    programme,
)
from gateways.http.table import Answer, Route
from services.access import Action, roles_for

_EPISODE: Final = "/api/v1/episodes/{episode}"


def _of_programme(
    path: str, name: str, zh: str, en: str, endpoint: Callable[..., Any], model: type[BaseModel]
) -> Route:
    """Return a route that reads the programme; whoever has the answer already is told so."""
    return Route(
        method="GET",
        path=path,
        name=name,
        zh=zh,
        en=en,
        tag="programme 节目",
        endpoint=endpoint,
        roles=roles_for(Action.READ_COMMITMENTS if "commitments" in path else Action.READ_EPISODES),
        answers={200: Answer(zh, en, model), 304: Answer("未变", "not changed", media="")},
        faults=(422,),
    )


def _episode_verb(verb: programme.EpisodeVerb) -> Route:
    return Route(
        method="POST",
        path=f"{_EPISODE}/{verb.verb}",
        name=f"episode-{verb.verb}",
        zh=verb.zh,
        en=verb.en,
        tag="programme 节目",
        endpoint=programme.verb_endpoint(verb),
        roles=roles_for(verb.action),
        answers={200: Answer("已办理", "done", programme.EpisodeStep)},
        faults=(409,),
    )


PROGRAMME: Final = (
    Route(
        method="POST",
        path="/api/v1/episodes",
        name="record-episode",
        zh="记录一期节目",
        en="put an episode on record",
        tag="programme 节目",
        endpoint=episodes.record_episode,
        roles=roles_for(Action.RECORD_EPISODE),
        answers={
            201: Answer("已记录", "recorded", episodes.EpisodeView),
            200: Answer("此前已如此记录", "it stood so already", episodes.EpisodeView),
        },
        faults=(409,),
    ),
    Route(
        method="GET",
        path="/api/v1/episodes",
        name="read-episodes",
        zh="一个季度的各期节目",
        en="the episodes of a quarter",
        tag="programme 节目",
        endpoint=episodes.read_episodes,
        roles=roles_for(Action.READ_EPISODES),
        answers={200: Answer("各期节目", "the episodes", episodes.Episodes)},
        faults=(422,),
    ),
    _of_programme(
        "/api/v1/programme",
        "read-programme",
        "节目清单：待播、已播、取消",
        "the episodes, planned and broadcast, the latest first",
        programme.read_programme,
        programme.EpisodePage,
    ),
    _of_programme(
        "/api/v1/commitments",
        "read-commitments",
        "现场承诺台账",
        "promises made on air, the earliest due first",
        programme.read_commitments,
        programme.CommitmentList,
    ),
    _of_programme(
        _EPISODE, "read-episode", "一期节目", "an episode whole", programme.read_episode, programme.EpisodeDetail
    ),
    _of_programme(
        f"{_EPISODE}/run-down",
        "read-run-down",
        "编排单",
        "an episode's run-down",
        programme.read_run_down,
        programme.RunDown,
    ),
    _of_programme(
        f"{_EPISODE}/calls",
        "read-calls",
        "导播清单",
        "an episode's queue of calls",
        programme.read_calls,
        programme.CallQueue,
    ),
    _of_programme(
        f"{_EPISODE}/commitments",
        "read-episode-commitments",
        "一期的现场承诺",
        "the promises of an episode",
        programme.read_episode_commitments,
        programme.CommitmentList,
    ),
    _of_programme(
        f"{_EPISODE}/echo",
        "read-echo",
        "回音壁",
        "the echo list of an episode",
        programme.read_echo,
        programme.EchoList,
    ),
    _of_programme(
        f"{_EPISODE}/unit-brief",
        "read-unit-brief",
        "单位情况：一点成绩、两点问题、三点措施",
        "the brief of each unit on air",
        programme.read_unit_brief,
        programme.UnitBriefs,
    ),
    replace(
        _of_programme(
            f"{_EPISODE}/case-cards",
            "read-case-cards",
            "案例卡（已脱敏）",
            "the case cards of an episode, masked",
            programme.read_case_cards,
            programme.CaseCards,
        ),
        roles=roles_for(Action.RECORD_EPISODE),
    ),
    replace(
        _of_programme(
            f"{_EPISODE}/pack",
            "read-pack",
            "节目资料包：json、pdf、docx、md、播报稿",
            "an episode's pack in one of its forms",
            programme.read_pack,
            programme.Pack,
        ),
        roles=roles_for(Action.RECORD_EPISODE),
    ),
    *(_episode_verb(verb) for verb in programme.VERBS),
)
