"""Settings: every name, its default, its meaning, and where it may be set.

A setting comes from the environment (``HANGFENG_…``), else from ``hangfeng.toml`` in the data directory, else from
``hangfeng.toml`` in the working directory, else from its default. An empty environment variable is not set.
"""

from __future__ import annotations

import os
import re
import tomllib
from base64 import b64decode
from binascii import Error as Base64Error
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, cast
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import Field, SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict

PREFIX = "HANGFENG_"
FILE = "hangfeng.toml"
DATA_DEFAULT = Path("hangfeng-data")
HIDDEN = "********"


class SettingsFault(Exception):
    """A setting cannot be used: its name, and what is wrong, in Chinese and English."""

    def __init__(self, name: str, zh: str, en: str) -> None:
        super().__init__(f"设置 {name}：{zh} / setting {name}: {en}")
        self.name = name


@dataclass(frozen=True, slots=True)
class SettingLine:
    """One line of ``hangfeng settings``; a secret's value is hidden, and ``None`` where it is not set."""

    name: str
    environment: str
    value: str | int | float | bool | None
    default: str | int | float | bool | None
    zh: str
    en: str


def _of(default: object, zh: str, en: str, **bounds: Any) -> Any:  # noqa: ANN401 - as pydantic.Field
    return Field(default=default, description=f"{zh} / {en}", **bounds)


class Settings(BaseSettings):
    """Everything that can be set; each limit has its unit in its name."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX,
        env_ignore_empty=True,
        extra="forbid",
        frozen=True,
        hide_input_in_errors=True,
    )

    data: Path = _of(DATA_DEFAULT, "数据目录", "the data directory")
    name: str = _of("政风行风热线", "热线名称，初始化时写入", "the hotline's name, recorded at init", min_length=1)
    lead_body: str = _of("行风办", "主管单位名称，初始化时写入", "the lead body, recorded at init", min_length=1)
    timezone: str = _of(
        "Asia/Shanghai",
        "时区，初始化后不可更改",
        "the time zone; it cannot change once the records are opened",
    )
    database_url: SecretStr | None = _of(
        None,
        "PostgreSQL 地址；本版本只用数据目录中的 SQLite，设置后拒绝启动",
        "the address of PostgreSQL; this version keeps to SQLite in the data directory and refuses to start with it",
    )
    kafka: str | None = _of(
        None,
        "Kafka 服务器地址，如 kafka:9092，多个以逗号分隔；供 hangfeng relay 使用",
        "the Kafka bootstrap servers, such as kafka:9092, several with commas; for hangfeng relay",
    )
    kafka_security_protocol: Literal["PLAINTEXT", "SSL", "SASL_PLAINTEXT", "SASL_SSL"] = _of(
        "PLAINTEXT",
        "与 Kafka 通信的方式：SSL 即 TLS，SASL_… 另须登录",
        "how Kafka is spoken to: SSL means TLS, SASL_… logs in besides",
    )
    kafka_sasl_mechanism: Literal["PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512"] = _of(
        "SCRAM-SHA-512",
        "SASL 认证方式；PLAIN 送出密码原文，只宜用于 SASL_SSL",
        "the SASL mechanism; PLAIN sends the password itself and belongs to SASL_SSL only",
    )
    kafka_username: str | None = _of(None, "SASL 用户名", "the SASL user name")
    kafka_password: SecretStr | None = _of(None, "SASL 密码", "the SASL password")
    kafka_ca_file: Path | None = _of(
        None,
        "验证 Kafka 服务器证书的 CA 文件（PEM），缺省用系统的",
        "the CA file (PEM) by which the servers' certificates are verified, else the system's",
    )
    kafka_certificate_file: Path | None = _of(
        None,
        "客户端证书文件（PEM，可含私钥）；服务器要求客户端证书时设置",
        "the file of the client's certificate (PEM, may hold the key too), where the servers ask for one",
    )
    kafka_key_file: Path | None = _of(
        None,
        "客户端私钥文件（PEM），不在证书文件中时设置",
        "the file of the client's private key (PEM), where the certificate's file does not hold it",
    )
    kafka_key_password: SecretStr | None = _of(
        None, "客户端私钥的密码", "the password of the client's private key, where it is encrypted"
    )
    kafka_partitions_count: int = _of(
        12,
        "新建主题的分区数；建后不可更改，否则同一件的顺序被打乱",
        "how many partitions a new topic gets; never change it afterwards, it would break the order within a case",
        ge=1,
        le=1_000,
    )
    kafka_replicas_count: int = _of(1, "新建主题的副本数", "how many replicas a new topic gets", ge=1, le=15)
    kafka_delivery_seconds: float = _of(
        30.0,
        "一批消息等待确认的最长秒数，超过即换新连接重发",
        "how many seconds a batch is waited for before a fresh connection sends it again",
        gt=0,
        le=600,
    )
    kafka_retry_seconds_max: float = _of(
        30.0,
        "Kafka 不可用时重试间隔的上限（秒）",
        "the longest pause between tries of Kafka, in seconds",
        gt=0,
        le=3600,
    )
    relay_batch_facts_max: int = _of(
        500, "转发一批最多事实数", "how many facts the relay takes in one batch", ge=1, le=5_000
    )
    relay_poll_seconds: float = _of(
        0.5, "转发进程多久查看一次日志（秒）", "after how many seconds the relay looks at the log again", gt=0, le=60
    )
    webhook_http_allowed: bool = _of(
        default=False,
        zh="允许向 http:// 地址发送网络钩子",
        en="let webhooks go to http:// addresses",
    )
    webhook_private_addresses_allowed: bool = _of(
        default=False,
        zh="允许向内网地址发送网络钩子",
        en="let webhooks go to addresses that are not of the public internet",
    )
    webhook_timeout_seconds: float = _of(
        10.0, "一次投递等待应答的最长秒数", "how many seconds an outlet has to answer a delivery", gt=0, le=120
    )
    webhook_attempts_max: int = _of(
        12, "一次投递最多尝试次数，之后列入死信", "how often a delivery is tried before it is dead", ge=1, le=100
    )
    webhook_retry_first_seconds: float = _of(
        10.0,
        "首次重试前的间隔（秒），其后逐次加倍",
        "the pause before the first retry, doubled each time",
        gt=0,
        le=3600,
    )
    webhook_retry_seconds_max: float = _of(
        21_600.0, "重试间隔的上限（秒）", "the longest pause between tries of a delivery, in seconds", gt=0, le=604_800
    )
    webhook_poll_seconds: float = _of(
        2.0, "投递进程多久查看一次日志（秒）", "after how many seconds the courier looks at the log again", gt=0, le=60
    )
    wechat_token: SecretStr | None = _of(None, "微信公众号令牌", "the token of the WeChat account")
    wechat_aes_key: SecretStr | None = _of(None, "微信消息加解密密钥", "the message key of the WeChat account")
    wechat_app_id: str | None = _of(None, "微信公众号 AppID", "the id of the WeChat account")
    wechat_safe_mode_only: bool = _of(
        default=False,
        zh="只接受微信安全模式的消息",
        en="take only messages that WeChat sends in safe mode",
    )
    hotline_source: str = _of(
        "switchboard",
        "话务系统名称；与来电编号一起认定同一来电",
        "the name of the switchboard, which with the call id tells one call from another",
        min_length=1,
        max_length=60,
    )
    master_key: SecretStr | None = _of(
        None,
        "主密钥（Base64），代替 keys/master.key",
        "the master key (base64), in place of keys/master.key",
    )
    two_people: bool = _of(
        default=False,
        zh="通报的批准与勘误须由两人签批",
        en="two different people sign before a bulletin is approved or corrected",
    )
    imprint_printed_by: str | None = _of(
        None,
        "通报版记的印发机关，批准时可另写；不设且批准时不写则没有版记",
        "who prints bulletins, for their imprint, unless an approval says otherwise; named nowhere, there is none",
        min_length=1,
        max_length=60,
    )
    imprint_copied_to: str | None = _of(
        None,
        "通报版记的抄送机关，多个以逗号或顿号分隔，批准时可另写",
        "who has copies of bulletins, several with commas, unless an approval says otherwise",
        max_length=500,
    )
    fonts_dir: Path | None = _of(
        None,
        "字体目录：小标宋、仿宋、楷体、黑体、宋体等字体文件所在，供 PDF 使用",
        "a folder of fonts for PDF, beside those of the system: 小标宋, 仿宋, 楷体, 黑体, 宋体",
    )
    token_days: int = _of(365, "令牌有效期（天）", "how many days a token lasts", ge=1, le=3650)
    page_items_max: int = _of(200, "一页最多条数", "how many items one page holds at the most", ge=1, le=10_000)
    request_body_bytes_max: int = _of(
        256 * 1024,
        "请求正文最大字节数（附件另计）",
        "the largest body of a request in bytes, attachments apart",
        ge=1024,
        le=64 * 1024 * 1024,
    )
    attachment_bytes_max: int = _of(
        10 * 1024 * 1024,
        "单个附件最大字节数",
        "the largest attachment in bytes",
        ge=1024,
        le=256 * 1024 * 1024,
    )
    track_guesses_max: int = _of(
        10,
        "同一来源在一个时段内可查错的次数",
        "how many wrong receipt numbers or query codes one sender may try in a window of time",
        ge=1,
        le=10_000,
    )
    track_window_minutes: int = _of(
        15,
        "查询次数限制的时段（分钟）",
        "the window of time in which wrong queries are counted, in minutes",
        ge=1,
        le=1_440,
    )
    access_log: bool = _of(
        default=True,
        zh="记录访问日志（不含个人信息）",
        en="write an access log, which names no person",
    )
    attachments_max: int = _of(9, "一次最多附件数", "how many attachments come with one message", ge=0, le=100)
    batch_requests_max: int = _of(
        256,
        "一次成组写入的最多请求数",
        "how many waiting requests share one transaction",
        ge=1,
        le=1_000,
    )
    waiting_requests_max: int = _of(
        8_192,
        "等待写入的最多请求数，超过即答复繁忙",
        "how many requests may wait for the log before the next is told to come back",
        ge=1,
        le=1_000_000,
    )
    unknown_units_allowed: bool = _of(
        default=False,
        zh="允许派往名录未列的单位（名录未列任何单位时总是允许）",
        en="let cases be sent to units that the registry does not list; where it lists none, they always are",
    )
    unit_dated_back_minutes_max: int = _of(
        15,
        "承办单位填写的发生时间至多可早于提交多少分钟",
        "how many minutes before it is sent in a unit may say that its own act happened",
        ge=0,
        le=10_080,
    )
    rating_days: int = _of(15, "评议链接有效期（天）", "how many days an invitation to rate works", ge=1, le=365)
    rating_burst_max: int = _of(
        4,
        "同一单位在一个时段内至多多少件评议不算异常集中",
        "how many ratings of one unit within the window of time are no sign of stuffing yet",
        ge=1,
        le=10_000,
    )
    rating_burst_minutes: int = _of(
        10,
        "判断评议异常集中的时段（分钟）",
        "the window of time for that, in minutes",
        ge=1,
        le=10_080,
    )
    rating_device_people_max: int = _of(
        1,
        "同一设备至多代多少人评议不算异常",
        "for how many people one device may rate without a sign of stuffing",
        ge=1,
        le=10_000,
    )
    rating_address_people_max: int = _of(
        4,
        "同一网络地址至多代多少人评议不算异常",
        "for how many people one network address may rate without a sign of stuffing",
        ge=1,
        le=10_000,
    )
    rating_fast_seconds: int = _of(
        10,
        "邀请后多少秒内评议即为异常",
        "within how many seconds of its invitation a rating is a sign of stuffing",
        ge=0,
        le=86_400,
    )
    busy_timeout_seconds: int = _of(
        10,
        "等待其他进程写入的最长秒数",
        "how many seconds another process's write is waited for",
        ge=1,
        le=600,
    )
    rules_refresh_seconds: float = _of(
        1.0,
        "服务进程多久查看一次新规则（秒）",
        "after how many seconds a serving process looks for new rules and units",
        gt=0,
        le=3600,
    )
    deadline_check_seconds: float = _of(
        30.0,
        "服务进程多久检查一次期限（秒）",
        "after how many seconds a serving process looks for deadlines that come near or passed",
        gt=0,
        le=3600,
    )

    small_counts_cases_min: int = _of(
        3,
        "按事项交叉的统计表中，少于这个件数的隐去，连同可据以推算的格（考核数字从不隐去）",
        "in tables by topic counts under this are withheld, with what they follow from; never how units did",
        ge=1,
        le=100,
    )
    public_address: str | None = _of(
        None,
        "公开网页的地址，如 https://hotline.example.cn，写入订阅源的链接；缺省用访问时的地址",
        "the address of the public pages, such as https://hotline.example.cn, for the feed's links; else the one asked",
        pattern=r"^https?://[^\s/?#]+$",
    )
    script_characters_per_minute: int = _of(
        240,
        "播报稿估算时长所用的语速（字/分钟，不计标点）",
        "how many characters a presenter reads in a minute, for the time that a script takes",
        ge=60,
        le=600,
    )
    script_units_max: int = _of(
        30,
        "播报稿每张单位表最多读多少个单位，其余只报总数",
        "how many units of a table are read out; the script says how many there are",
        ge=1,
        le=10_000,
    )
    ranking_rows_min: int = _of(
        5,
        "参加排名的最少计数",
        "over how many rows a unit's figure is counted at the least before the unit is ranked by it",
        ge=0,
        le=1_000_000,
    )

    @field_validator("timezone")
    @classmethod
    def _a_zone_that_is_known(cls, value: str) -> str:
        try:
            ZoneInfo(value)
        except (ZoneInfoNotFoundError, ValueError, OSError) as error:
            raise ValueError(f"没有时区 {value} / there is no time zone {value}") from error
        return value

    @field_validator("master_key")
    @classmethod
    def _a_key_in_base64(cls, value: SecretStr | None) -> SecretStr | None:
        if value is not None:
            try:
                b64decode(value.get_secret_value(), validate=True)
            except Base64Error as error:
                raise ValueError("须为 Base64 / must be base64") from error
        return value

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],  # noqa: ARG003 - the library names it
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,  # noqa: ARG003
        file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Take arguments and environment; the files come in as arguments where the environment is silent."""
        return (init_settings, env_settings)

    @property
    def master_key_bytes(self) -> bytes | None:
        """The master key, where it is set."""
        return None if self.master_key is None else b64decode(self.master_key.get_secret_value())

    @property
    def imprint_copies(self) -> tuple[str, ...]:
        """The bodies that have copies of bulletins, one by one."""
        names = re.split("[,，、;；]", self.imprint_copied_to or "")
        return tuple(name.strip() for name in names if name.strip())

    def describe(self) -> tuple[SettingLine, ...]:
        """List every setting: name, environment name, value (secrets hidden), default, meaning."""
        lines = []
        for name, field in type(self).model_fields.items():
            zh, _, en = (field.description or "").partition(" / ")
            lines.append(
                SettingLine(
                    name=name,
                    environment=PREFIX + name.upper(),
                    value=_shown(getattr(self, name)),
                    default=_shown(field.default),
                    zh=zh,
                    en=en,
                ),
            )
        return tuple(lines)


def load_settings(data: Path | None = None) -> Settings:
    """Read the settings; ``data`` from the command line wins over every other source of the data directory.

    Raises ``SettingsFault`` for a value or a name that cannot be used, naming it.
    """
    set_outside = {name.upper().removeprefix(PREFIX).lower() for name, value in os.environ.items() if value}
    here = _from_file(Path(FILE))
    directory = data or Path(os.environ.get(f"{PREFIX}DATA") or str(here.get("data", DATA_DEFAULT)))
    there = _from_file(directory / FILE)
    there.pop("data", None)
    values = {name: value for name, value in (here | there).items() if name not in set_outside}
    values["data"] = directory
    try:
        return Settings(**values)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        name = str(first["loc"][0]) if first["loc"] else FILE
        zh, _, en = str(first["msg"]).removeprefix("Value error, ").partition(" / ")
        if first["type"] == "extra_forbidden":
            zh, en = "没有这一设置", "there is no such setting"
        raise SettingsFault(name, zh, en or zh) from error


def settings_page() -> str:
    """Return ``docs/settings.md``: every setting with its environment name, default and meaning."""
    lines = [_PREFACE, "| 设置 name | 环境变量 environment | 默认 default | 含义 meaning |", "|---|---|---|---|"]
    for line in Settings.model_construct().describe():
        default = "" if line.default is None else f"`{line.default}`"
        lines.append(f"| `{line.name}` | `{line.environment}` | {default} | {line.zh}<br>{line.en} |")
    return "\n".join((*lines, ""))


_PREFACE = f"""# 设置 Settings

Drawn from `services/settings.py`; a test fails when it is stale. Write it anew with `hangfeng handbook docs`.

A setting comes from the environment, else from `{FILE}` in the data directory, else from `{FILE}` in the working
directory, else from its default. An empty variable is not set. `hangfeng settings` shows what is in force.
"""


def _from_file(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text("utf-8"))
    except FileNotFoundError:
        return {}
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, OSError) as error:
        raise SettingsFault(FILE, f"文件无法读取（{error}）", f"the file cannot be read ({error})") from error


def _shown(value: object) -> str | int | float | bool | None:
    if isinstance(value, SecretStr):
        return HIDDEN
    if isinstance(value, Path):
        return str(value)
    return cast("str | int | float | bool | None", value)
