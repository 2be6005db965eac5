"""Cases (诉求): lists and their files, one case, and every verb of the table of steps. A part of the one table."""

from __future__ import annotations

from typing import Final

from domain.complaint.lifecycle import STEPS, Step
from domain.words import Role
from gateways.http import (
    complaints,
    due,
    exports,
    files,
    list_files,
    lists,
    uncorrected,
)
from gateways.http.routes.exported import both_files
from gateways.http.table import Answer, Route
from gateways.http.wire import CaseView, Clocks, History, StepTaken
from services.access import Action, roles_for
from services.spreadsheets import CSV_MEDIA, XLSX_MEDIA

_CASE: Final = "/api/v1/complaints/{id}"


def _verb(step: Step) -> Route:
    return Route(
        method="POST",
        path=f"{_CASE}/{step.verb}",
        name=step.verb,
        zh=step.zh,
        en=(step.command.__doc__ or step.verb).split(" (", 1)[0].strip().rstrip("."),
        tag="verbs 办理",
        endpoint=complaints.verb_endpoint(step),
        # The reporter acts through receipt number and query code, and holds no token to act here.
        roles=roles_for(step.verb) - {Role.REPORTER},
        answers={200: Answer("已办理", "done", StepTaken)},
        faults=(409,),
    )


COMPLAINTS: Final = (
    Route(
        method="GET",
        path="/api/v1/complaints",
        name="list-complaints",
        zh="工作清单：筛选、检索、翻页",
        en="the complaints that the caller may see: filters, full text, pages",
        tag="complaints 诉求",
        endpoint=lists.list_page,
        roles=roles_for(Action.READ_COMPLAINTS),
        answers={200: Answer("一页清单", "a page of the list", lists.ComplaintPage)},
        faults=(422,),
    ),
    Route(
        method="GET",
        path="/api/v1/complaints.csv",
        name="export-complaints-csv",
        zh="工作清单导出为 CSV",
        en="the list as CSV, all of it",
        tag="complaints 诉求",
        endpoint=exports.export_csv,
        roles=roles_for(Action.READ_COMPLAINTS),
        answers={200: Answer("CSV", "the list", media=CSV_MEDIA)},
        faults=(422,),
    ),
    Route(
        method="GET",
        path="/api/v1/complaints.xlsx",
        name="export-complaints-xlsx",
        zh="工作清单导出为 XLSX",
        en="the list as a workbook, all of it",
        tag="complaints 诉求",
        endpoint=exports.export_xlsx,
        roles=roles_for(Action.READ_COMPLAINTS),
        answers={200: Answer("XLSX", "the list", media=XLSX_MEDIA)},
        faults=(422,),
    ),
    Route(
        method="GET",
        path="/api/v1/uncorrected",
        name="read-uncorrected",
        zh="属实未纠清单",
        en="what was substantiated and is not yet corrected",
        tag="complaints 诉求",
        endpoint=uncorrected.read_uncorrected,
        roles=roles_for(Action.READ_COMPLAINTS),
        answers={200: Answer("清单", "the list", uncorrected.UncorrectedList)},
        faults=(422,),
    ),
    Route(
        method="GET",
        path="/api/v1/due",
        name="read-due",
        zh="今日、明日、本周到期，分单位",
        en="what falls due today, tomorrow and this week, by unit",
        tag="complaints 诉求",
        endpoint=due.read_due,
        roles=roles_for(Action.READ_COMPLAINTS),
        answers={200: Answer("到期清单", "what falls due", due.DueDocument)},
        faults=(422,),
    ),
    *both_files(
        "/api/v1/due",
        "due",
        "到期清单",
        "what falls due",
        (list_files.due_csv, list_files.due_xlsx),
        Action.READ_COMPLAINTS,
        "complaints 诉求",
    ),
    *both_files(
        "/api/v1/overdue",
        "overdue",
        "超期台账",
        "the overdue register",
        (list_files.overdue_csv, list_files.overdue_xlsx),
        Action.READ_COMPLAINTS,
        "complaints 诉求",
    ),
    *both_files(
        "/api/v1/uncorrected",
        "uncorrected",
        "属实未纠清单",
        "what is owed",
        (list_files.uncorrected_csv, list_files.uncorrected_xlsx),
        Action.READ_COMPLAINTS,
        "complaints 诉求",
    ),
    Route(
        method="GET",
        path="/api/v1/overdue",
        name="read-overdue",
        zh="超期台账：超期几天、现在谁手中",
        en="the overdue register: how many days late, and who holds the case now",
        tag="complaints 诉求",
        endpoint=due.read_overdue,
        roles=roles_for(Action.READ_COMPLAINTS),
        answers={200: Answer("超期台账", "the register", due.OverdueDocument)},
        faults=(422,),
    ),
    Route(
        method="GET",
        path=f"{_CASE}/attachments/{{reference}}",
        name="read-attachment",
        zh="下载附件",
        en="one file of a case",
        tag="complaints 诉求",
        endpoint=files.read_attachment,
        roles=roles_for(Action.READ_ATTACHMENTS),
        answers={200: Answer("附件", "the file", media=files.BINARY)},
    ),
    Route(
        method="GET",
        path=_CASE,
        name="read-complaint",
        zh="查看一件诉求",
        en="one case as it stands",
        tag="complaints 诉求",
        endpoint=complaints.read_case,
        roles=roles_for(Action.READ_COMPLAINTS),
        answers={200: Answer("该件现状", "the case", CaseView)},
    ),
    Route(
        method="GET",
        path=f"{_CASE}/history",
        name="read-history",
        zh="查看办理进程",
        en="a case's facts in their order",
        tag="complaints 诉求",
        endpoint=complaints.read_history,
        roles=roles_for(Action.READ_COMPLAINTS),
        answers={200: Answer("全部事件", "its facts", History)},
    ),
    Route(
        method="GET",
        path=f"{_CASE}/clock",
        name="read-clock",
        zh="查看期限的逐日解释",
        en="a case's clocks, explained day by day",
        tag="complaints 诉求",
        endpoint=complaints.read_clock,
        roles=roles_for(Action.READ_COMPLAINTS),
        answers={200: Answer("各时钟", "its clocks", Clocks)},
    ),
    *(_verb(step) for step in STEPS),
)
