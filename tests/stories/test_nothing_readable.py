"""No readable narrative or telephone number stands in any file but the search text."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

from domain.complaint import commands as c
from domain.facts import Actor, Moment
from domain.identity import Evidence
from domain.words import Channel, ComplaintKind, Role, Satisfaction
from gateways.app import Hangfeng, compose, open_new
from services.attachments import Attachment
from services.ledger_import import LedgerImport
from services.opening import SEARCH_FILE
from services.settings import Settings

NOW = datetime(2026, 3, 2, 2, 0, tzinfo=UTC)
OFFICE = Actor("值班", Role.ADMIN)
CLERK = Actor("水务经办", Role.UNIT_CLERK, "江北区水务局")

PNG = b"\x89PNG\r\n\x1a\n"
TELEPHONE, NAME, ADDRESS = "13800007531", "欧阳不名", "无名路七十七弄"
STORY, REPLY, NOTE, PROOF = "厨房水管漏水独此一家", "阀门更换独此一句", "内部研判独此一条", "送达凭据独此一份"
LEDGER_STORY, REFUSED_STORY = "台账里的独此一段", "被拒行里的独此一段"
SECRETS = (TELEPHONE, NAME, ADDRESS, STORY, REPLY, NOTE, PROOF, LEDGER_STORY, REFUSED_STORY, "回访独此一言")


def _at(hours: int) -> Moment:
    return Moment(NOW - timedelta(days=5) + timedelta(hours=hours))


def _a_whole_case(house: Hangfeng) -> None:
    evidence = Evidence(Channel.HOTLINE, "switch", f"call-of-{TELEPHONE}")
    who = house.casework.identify(evidence, STORY.encode(), number=TELEPHONE)
    receipt = house.casework.register(
        c.Register(
            by=OFFICE,
            at=_at(0),
            contact=who.contact,
            matter_no=1,
            evidence_digest=who.evidence_digest,
            subject=who.subject,
            channel=evidence.channel,
            source=evidence.source,
            source_id=evidence.source_id,
            kind=ComplaintKind.HELP,
            title=STORY,
            text=STORY,
            reporter_name=NAME,
            reporter_number=TELEPHONE,
            reporter_address=ADDRESS,
        ),
    )
    for command in (
        c.Dispatch(by=OFFICE, at=_at(1), unit="江北区水务局", note=NOTE),
        c.Sign(by=CLERK, at=_at(2)),
        c.RequestSupplement(by=CLERK, at=_at(3), question=STORY),
        c.ReceiveSupplement(by=OFFICE, at=_at(4), text=STORY),
        c.SubmitReply(by=CLERK, at=_at(20), reply=REPLY, internal_note=NOTE),
        c.ApproveReply(by=OFFICE, at=_at(21)),
        c.DeliverReply(by=OFFICE, at=_at(22), evidence=PROOF),
        c.RecordFollowUp(
            by=OFFICE,
            at=_at(40),
            means="电话",
            reached=True,
            solved=True,
            satisfaction=Satisfaction.SATISFIED,
            remark="回访独此一言",
        ),
        c.Close(by=OFFICE, at=_at(41), ground="已解决"),
    ):
        house.casework.handle(receipt.id, command)
    house.attachments.keep(who.subject, Attachment("现场.png", "image/png", PNG + STORY.encode()))


def _a_ledger(house: Hangfeng, folder: Path) -> None:
    path = folder / "ledger.csv"
    rows = (
        f"路灯,2025-07-03,{LEDGER_STORY},2025-07-20,江北区城管局,已修,1",
        f"路灯,很久以前,{REFUSED_STORY},,,,2",
    )
    path.write_text("标题,来信日期,信件内容,回复日期,回复单位,回复内容,编号\n" + "\n".join(rows), "utf-8-sig")
    work = LedgerImport(house.log, house.casework, house.instance, house.clock)
    work.run([path], OFFICE, rejects=house.settings.data / "rejects.csv")


def _readable(data: Path) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for path in data.rglob("*"):
        if path.is_file():
            held = path.read_bytes()
            secrets = {s for s in SECRETS for coding in ("utf-8", "gb18030", "utf-16-le") if s.encode(coding) in held}
            if secrets:
                found[path.name] = secrets
    return found


def test_only_the_search_text_can_be_read(tmp_path: Path) -> None:
    settings = Settings(data=tmp_path / "data")
    open_new(settings, lambda: NOW)
    with compose(settings, lambda: NOW) as house:
        _a_whole_case(house)
        _a_ledger(house, tmp_path)
        house.catch_up()
        while_open = _readable(settings.data)
        house.audit.checkpoint()
    assert {name.removesuffix("-wal").removesuffix("-shm") for name in while_open} == {SEARCH_FILE}
    assert {name.removesuffix("-wal").removesuffix("-shm") for name in _readable(settings.data)} == {SEARCH_FILE}
