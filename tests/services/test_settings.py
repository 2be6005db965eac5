from pathlib import Path

import pytest

from services.settings import FILE, HIDDEN, PREFIX, Settings, SettingsFault, load_settings


@pytest.fixture(autouse=True)
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for name in Settings.model_fields:
        monkeypatch.delenv(PREFIX + name.upper(), raising=False)


def test_without_anything_the_defaults_hold() -> None:
    assert load_settings() == Settings()
    assert Settings().timezone == "Asia/Shanghai"


def test_environment_comes_before_the_data_directory_and_that_before_the_working_directory(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    (tmp_path / "d").mkdir()
    (tmp_path / FILE).write_text('data = "d"\nname = "here"\nlead_body = "here"\ntoken_days = 1\n', "utf-8")
    (tmp_path / "d" / FILE).write_text('lead_body = "there"\ntoken_days = 2\n', "utf-8")
    monkeypatch.setenv("HANGFENG_TOKEN_DAYS", "3")
    settings = load_settings()
    assert (settings.data, settings.name, settings.lead_body, settings.token_days) == (Path("d"), "here", "there", 3)


def test_the_command_line_comes_before_everything(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HANGFENG_DATA", "elsewhere")
    assert load_settings(tmp_path / "x").data == tmp_path / "x"
    assert load_settings().data == Path("elsewhere")


def test_an_empty_variable_is_not_set(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HANGFENG_WECHAT_TOKEN", "")
    monkeypatch.setenv("HANGFENG_DATA", "")
    assert load_settings() == Settings()


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ('timezone = "Asia/Peking"', "timezone"),
        ("token_days = 0", "token_days"),
        ('colour = "red"', "colour"),
        ('master_key = "%"', "master_key"),
        ("token_days = ", FILE),
    ],
)
def test_a_setting_that_cannot_be_used_is_named(tmp_path: Path, text: str, name: str) -> None:
    (tmp_path / FILE).write_text(text, "utf-8")
    with pytest.raises(SettingsFault) as fault:
        load_settings()
    assert fault.value.name == name
    assert " / " in str(fault.value)


def test_a_secret_is_never_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HANGFENG_WECHAT_TOKEN", "geheim")
    settings = load_settings()
    line = next(line for line in settings.describe() if line.name == "wechat_token")
    assert line.value == HIDDEN
    assert "geheim" not in f"{settings!r}{settings.describe()}"


def test_every_setting_is_described_in_two_languages() -> None:
    lines = Settings().describe()
    assert {line.name for line in lines} == set(Settings.model_fields)
    assert [line.name for line in lines if not (line.zh and line.en)] == []


def test_every_limit_names_its_unit() -> None:
    units = ("_max", "_min", "_seconds", "_minutes", "_days", "_count", "_per_minute")
    numbers = [name for name, field in Settings.model_fields.items() if field.annotation in (int, float)]
    assert [name for name in numbers if not name.endswith(units)] == []
