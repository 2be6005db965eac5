"""The console (工作台), read-only: a token typed into a form becomes a cookie that no script and no other site can use.

It changes nothing, so a forged request gains nothing; signing in and out is refused when it comes from another site.
"""

from __future__ import annotations

from typing import Final
from urllib.parse import urlsplit

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from gateways.http.caller import CONSOLE_COOKIE, house_of
from gateways.http.problems import fault
from gateways.http.sites import page, site_of
from gateways.http.uploads import read_form, texts_of
from gateways.pages.console_pages import SignInPage, render_sign_in
from gateways.pages.rendering import Words

CONSOLE_PATH: Final = "/console"
_REFUSED: Final = Words("令牌无效、已过期或已撤销", "The token is unknown, expired or revoked")


async def sign_in(request: Request) -> Response:
    """Take a token and keep it in a cookie for this browser's session; 303 to where the reader wanted to go."""
    _same_site(request)
    house = house_of(request)
    texts = texts_of(await read_form(request, house))
    secret, wanted = texts.get("token", "").strip(), texts.get("next", CONSOLE_PATH)
    if house.access.actor_of(secret) is None:
        shown = SignInPage(refused=_REFUSED, next_path=_inside(wanted))
        return page(render_sign_in(shown, site_of(request)), status=401)
    answer = RedirectResponse(_inside(wanted), status_code=303)
    answer.set_cookie(
        CONSOLE_COOKIE,
        secret,
        path=CONSOLE_PATH,
        secure=request.url.scheme == "https",
        httponly=True,
        samesite="strict",
    )
    return answer


async def sign_out(request: Request) -> Response:
    """Forget the token; 303 to the form."""
    _same_site(request)
    answer = RedirectResponse(CONSOLE_PATH, status_code=303)
    answer.delete_cookie(CONSOLE_COOKIE, path=CONSOLE_PATH, httponly=True, samesite="strict")
    return answer


def sign_in_again(request: Request) -> Response:
    """Return the form for who is not signed in, with the way back to where they wanted to go."""
    return page(render_sign_in(SignInPage(next_path=_inside(request.url.path)), site_of(request)), status=401)


def _inside(path: str) -> str:
    """Return a path of the console; whatever else was asked for leads to its first page."""
    inside = path == CONSOLE_PATH or path.startswith((f"{CONSOLE_PATH}/complaints/", f"{CONSOLE_PATH}?"))
    return path if inside and path.isprintable() else CONSOLE_PATH


def _same_site(request: Request) -> None:
    origin = request.headers.get("origin")
    if origin is not None and urlsplit(origin).netloc != request.url.netloc:
        raise fault("role-not-allowed", "请从本站页面操作 / use this site's own page")
