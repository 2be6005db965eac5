"""The API's documents, all made of the one table: ``/openapi.json``, the page ``/docs``, and ``docs/api.md``."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, cast

import orjson
from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import Response

from domain import words
from domain.refusals import code_of
from domain.words import CHINESE, Role
from gateways.http.documented_fields import Documented
from gateways.http.openapi import statuses
from gateways.http.problems import FAULTS, REFUSALS, TYPE_PREFIX, Title
from gateways.http.sites import page
from gateways.pages.rendering import style_sheet_href

if TYPE_CHECKING:
    from gateways.http.table import Route

_PREFACE = """# 接口 The API

Made from the route table in `gateways/http/routes` by `hangfeng handbook docs`; a test fails when the two differ.
The same in machine form: `/openapi.json`; the same to read in a browser: `/docs`.

- 时间一律为带时区偏移的 RFC 3339。Times are RFC 3339 with their offset.
- 令牌：`Authorization: Bearer …`，由 `hangfeng tokens issue --role ROLE [--unit UNIT]` 签发。
- 每个 POST 都可带 `Idempotency-Key`：同一键、同一内容再次提交只办一次；内容不同则 409。来电、来信由渠道自身的编号认定，
  网络来信以该键为凭证。 The same key with the same body does nothing twice; with another body it is a conflict.
- 看不到的件等于不存在（404）。A case that one may not see does not exist.
- 字段后的“?”表示可不填；“≤200”是最多字符数；每个办理动作都可带 `occurred_at`（缺省为当前）；没有列出的字段会被拒绝。
  A question mark: may be left out. Every verb takes `occurred_at` (default: now). Other fields are refused.

## 一件的全程 One case from call to file

```sh
A=http://127.0.0.1:8000/api/v1
as() { curl -sS -X POST "$A$2" -H "Authorization: Bearer $1" -H "Content-Type: application/json" -d "$3"; echo; }

as $OPERATOR /hotline/calls '{"call_id": "1767000000.43", "kind": "complaint", "title": "电梯停运", "text": "停了三天"}'
ID=…    # the "id" of the answer; the person is told "receipt_no" and "query_code"
as $DISPATCHER /complaints/$ID/dispatch '{"unit": "澜州市住房和城乡建设局"}'
as $UNIT_CLERK /complaints/$ID/sign '{}'
as $UNIT_CLERK /complaints/$ID/contact '{"means": "telephone"}'
as $UNIT_CLERK /complaints/$ID/record-finding '{"result": "partly", "evidence": "记录", "measures": [{"code": "约谈"}]}'
as $UNIT_CLERK /complaints/$ID/reply '{"reply": "电梯已修好，物业已被约谈。"}'
as $APPROVER /complaints/$ID/approve-reply '{}'
as $FOLLOW_UP /complaints/$ID/deliver '{"evidence": "电话告知"}'
as $FOLLOW_UP /complaints/$ID/follow-up '{"means": "tel", "reached": true, "solved": true, "satisfaction": "satisfied"}'
as $FOLLOW_UP /complaints/$ID/close '{"ground": "已解决"}'
as $FOLLOW_UP /complaints/$ID/archive '{}'
```

Which step is open from where: [lifecycle.md](lifecycle.md). A complaint or report needs its finding before the reply.
The grounds on which a case may be suspended or ended are those of `hangfeng rules show`.
"""

_PROBLEMS = """## 错误 Problems

Errors are `application/problem+json` (RFC 9457): a stable `type`, `title` in Chinese and English, `status`, `detail`,
`instance` (the request's id, as in the header `X-Request-Id`), and where it helps `field`, `errors` and `remedy`.

| type | status | title |
|---|---|---|"""


def api_page(routes: Sequence[Route], document: bytes) -> str:
    """Return ``docs/api.md``: every route by its group, who may call it, what it takes and answers; then every problem.

    ``document`` is the document of the API as it is served.
    """
    documented = Documented(orjson.loads(document))
    lines = [_PREFACE]
    for tag, listed in _by_tag(routes).items():
        lines += [f"## {tag}\n", "| 接口 | 用途 | 角色 roles | 应答 answers |", "|---|---|---|---|"]
        lines += [
            f"| `{route.method} {route.path}` | {route.zh} {route.en} | {_roles(route)} | {_statuses(route)} |"
            for route in listed
        ]
        lines += ["", *_fields(documented, listed)]
    lines += [*_values(documented), _PROBLEMS]
    lines += [f"| `{TYPE_PREFIX}{code}` | {title.status.value} | {title.text} |" for code, title in _titles()]
    return "\n".join(lines) + "\n"


def _fields(documented: Documented, routes: Sequence[Route]) -> Iterator[str]:
    """Give a table of what each route takes, nothing where none of them takes anything."""
    takers = [(route, asked) for route in routes if (asked := documented.asked(route.method, route.path))]
    if takers:
        yield from ("| 接口 | 字段 fields |", "|---|---|")
        for route, asked in takers:
            yield f"| `{route.method} {route.path}` | {'; '.join(field.text for field in asked)} |"
        yield ""


def _values(documented: Documented) -> Iterator[str]:
    """Give the words of each closed vocabulary that a request may use, in both languages."""
    yield from ('<a id="values"></a>\n## 取值 Values\n', "| | |", "|---|---|")
    for name in documented.vocabularies():
        spoken = getattr(words, name, None)
        said = (
            f"`{word}` {CHINESE[spoken(word)]}" if spoken and spoken(word) in CHINESE else f"`{word}`"
            for word in documented.vocabulary(name)
        )
        yield f"| {name} | {'，'.join(said)} |"
    yield ""


async def openapi_json(request: Request) -> Response:
    """Return the OpenAPI document."""
    return Response(cast("bytes", request.app.state.document()), media_type="application/json")


async def docs_page(request: Request) -> Response:
    """Return the API's documentation as a page that loads nothing from elsewhere."""
    documented = Documented(orjson.loads(cast("bytes", request.app.state.document())))
    return page(_html(cast("Sequence[Route]", request.app.state.routes), documented))


def _html(routes: Sequence[Route], documented: Documented) -> str:
    groups = Markup("").join(
        Markup(
            "<section><h2>{}</h2><div class='scroll'><table class='api'><thead><tr>"
            "<th scope='col'>接口</th><th scope='col'>用途</th><th scope='col'>角色 roles</th>"
            "<th scope='col'>应答 answers</th></tr></thead><tbody>{}</tbody></table></div></section>",
        ).format(tag, Markup("").join(_row(route, documented) for route in listed))
        for tag, listed in _by_tag(routes).items()
    )
    problems = Markup("").join(
        Markup("<tr><th scope='row'><code>{}</code></th><td>{}</td><td>{}</td></tr>").format(
            code,
            title.status.value,
            title.text,
        )
        for code, title in _titles()
    )
    return _PAGE.format(style=style_sheet_href(), groups=groups, prefix=TYPE_PREFIX, problems=problems)


_PAGE = Markup(
    "<!doctype html><html lang='zh-CN'><head><meta charset='utf-8'><title>接口 API</title>"
    "<meta name='viewport' content='width=device-width, initial-scale=1'><link rel='stylesheet' href='{style}'></head>"
    "<body><main id='main' class='wrap'><h1>接口 <span class='en' lang='en'>API</span></h1>"
    "<p>机器可读文档 <a href='/openapi.json'><code>/openapi.json</code></a>（OpenAPI 3.1）。令牌以 "
    "<code>Authorization: Bearer …</code> 发送；每个 POST 都可带 <code>Idempotency-Key</code>。"
    "<span class='en-line' lang='en'>In machine form: /openapi.json. Send the token as a Bearer token. Fields with a "
    "question mark may be left out (带“?”的字段可不填).</span></p><p><a href='/'>← 首页 Home</a></p>"
    "{groups}<section><h2>错误 Problems</h2><p><code>{prefix}…</code></p><div class='scroll'><table><tbody>{problems}"
    "</tbody></table></div></section></main></body></html>",
)


def _row(route: Route, documented: Documented) -> Markup:
    asked = documented.asked(route.method, route.path)
    fields = Markup(" ").join(
        Markup("<code>{}</code>{}").format(one.name, "?" if one.optional else "") for one in asked
    )
    return Markup(
        "<tr><th scope='row'><code>{} {}</code></th><td>{} {}<span class='below'>{}</span></td>"
        "<td>{}</td><td>{}</td></tr>",
    ).format(
        route.method,
        # A path may be broken after its slashes and nowhere else.
        Markup("/<wbr>").join(route.path.split("/")),
        route.zh,
        route.en,
        fields,
        _roles(route),
        _statuses(route),
    )


def _by_tag(routes: Sequence[Route]) -> dict[str, list[Route]]:
    groups: dict[str, list[Route]] = {}
    for route in routes:
        groups.setdefault(route.tag, []).append(route)
    return groups


def _roles(route: Route) -> str:
    if route.roles is None:
        return "公开 public"
    named = "、".join(CHINESE[role] for role in Role if role in route.roles and role is not Role.REPORTER)
    return f"公开 public；{named}" if route.public else named


def _statuses(route: Route) -> str:
    return " ".join(str(status) for status in statuses(route))


def _titles() -> list[tuple[str, Title]]:
    titles = {code_of(refusal): title for refusal, title in REFUSALS.items()} | dict(FAULTS)
    return sorted(titles.items(), key=lambda item: (item[1].status, item[0]))
