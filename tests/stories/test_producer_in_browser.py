"""A producer at a browser: an episode is scheduled, a call linked, a promise recorded, heard again and published.

Needs Chromium and drives it with Playwright; the server is the real one, on the real clock.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import httpx
import pytest

from domain.periods import Quarter
from domain.words import Role
from gateways.app import compose, open_new
from gateways.bench.intake import free_port
from services.settings import Settings

playwright = pytest.importorskip("playwright.sync_api", reason="install playwright 请安装 playwright")
CHROMIUM = next((found for name in ("chromium", "google-chrome") if (found := shutil.which(name))), None)
READY_SECONDS_MAX = 60.0
UNIT, PROMISE = "市路灯管理所", "三个工作日内修好临江路路灯"
NO_SANDBOX = ["--no-sandbox"] if hasattr(os, "geteuid") and os.geteuid() == 0 else []


@contextmanager
def served(data: Path) -> Iterator[str]:
    port = free_port()
    command = [sys.executable, "-m", "gateways.cli", "--data", str(data), "serve", "--port", str(port)]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    url, until = f"http://127.0.0.1:{port}", time.monotonic() + READY_SECONDS_MAX
    try:
        while time.monotonic() < until:
            assert process.poll() is None, "the server did not start"
            with suppress(httpx.HTTPError):
                httpx.get(f"{url}/healthz", timeout=1.0)
                break
            time.sleep(0.1)
        yield url
    finally:
        process.terminate()
        process.wait(30)


def bulletin(data: Path, *said: str) -> None:
    command = [sys.executable, "-m", "gateways.cli", "--data", str(data), "bulletin", *said]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def schedule(page, reference: str, day: date) -> None:  # type: ignore[no-untyped-def]  # noqa: ANN001
    page.get_by_role("link", name="节目", exact=True).click()
    form = page.locator("form[action='/console/programme']")
    form.get_by_label("期次").fill(reference)
    form.get_by_label("播出日").fill(day.isoformat())
    form.get_by_label("播出台 1").fill("市广播电台")
    form.get_by_role("button").click()
    page.wait_for_url(f"**/console/episodes/{reference}")


@pytest.mark.skipif(CHROMIUM is None, reason="install chromium 请安装 chromium")
def test_a_promise_made_on_air_is_in_the_echo_list_and_in_the_next_edition(tmp_path: Path) -> None:
    settings = Settings(data=tmp_path / "data")
    open_new(settings)
    with compose(settings) as house:
        producer = house.access.issue(Role.PRODUCER, "编导").secret
        operator = house.access.issue(Role.OPERATOR, "坐席").secret
    today = datetime.now(ZoneInfo("Asia/Shanghai")).date()
    with served(settings.data) as url, playwright.sync_playwright() as driver:
        call = {"call_id": "live-1", "kind": "help", "title": "路灯不亮", "text": "临江路路灯不亮"}
        headers = {"Authorization": f"Bearer {operator}"}
        assert httpx.post(f"{url}/api/v1/hotline/calls", json=call, headers=headers).status_code == 201
        browser = driver.chromium.launch(executable_path=CHROMIUM, args=NO_SANDBOX)
        page = browser.new_page()
        page.goto(f"{url}/console/sign-in")
        page.get_by_label("访问令牌").fill(producer)
        page.get_by_role("button", name="进入").click()
        schedule(page, "xf-1", today)
        page.get_by_text("邀请、确认、替代").click()
        page.locator("form:has(input[value=invite]) input[name=unit]").fill(UNIT)
        page.get_by_role("button", name="邀请", exact=True).click()
        page.get_by_text("邀请、确认、替代").click()
        confirm = page.locator("form:has(input[value=confirm])")
        for name, value in (("unit", UNIT), ("leader", "路行舟"), ("post", "所长")):
            confirm.locator(f"input[name={name}]").fill(value)
        confirm.get_by_role("button").click()
        page.get_by_label("来电编号").fill("live-1")
        page.get_by_role("button", name="接入来电").click()
        assert "待接入" in page.locator("#calls").inner_text()
        page.get_by_role("button", name="播出", exact=True).click()
        promise = page.locator("form:has(input[value=promise])")
        promise.locator("input[name=text]").fill(PROMISE)
        promise.locator("input[name=working_days]").fill("3")
        promise.get_by_role("button").click()
        page.get_by_role("button", name="记录播出").click()
        assert PROMISE in page.locator("#promises").inner_text()
        schedule(page, "xf-2", today + timedelta(days=7))
        assert PROMISE in page.locator("#echo").inner_text()
        assert "已播出" in page.locator("#echo").inner_text()
        quarter = str(Quarter.of(today))
        bulletin(settings.data, "freeze", quarter)
        bulletin(settings.data, "approve", quarter, "--without-proof", "测试")
        bulletin(settings.data, "publish", quarter)
        page.set_viewport_size({"width": 390, "height": 844})
        for path in ("/console/programme", "/console/episodes/xf-1", "/console/partners", f"/bulletins/{quarter}"):
            page.goto(f"{url}{path}")
            assert page.evaluate("document.documentElement.scrollWidth") == 390, path
        told = page.locator("main").inner_text()
        assert PROMISE in told
        assert "一把手上线率" in told
        browser.close()
