"""The words that ledgers use: their headings, and what they call kinds and channels.

Within a field, headings stand in order of precedence: where a file has several of them, the first in the list is
read and the others are named as unread. The bare English headings of crawled letters (``title``, ``agency``) come
last, so that the Chinese columns beside them win.
"""

from enum import StrEnum

from domain.words import CHINESE, Channel, ComplaintKind


class Field(StrEnum):
    """What hangfeng reads from a ledger's row."""

    SOURCE_ID = "source_id"
    ADDRESS = "address"
    SOURCE = "source"
    TITLE = "title"
    TEXT = "text"
    REGISTERED_AT = "registered_at"
    UNIT = "unit"
    REPLIED_AT = "replied_at"
    REPLY = "reply"
    CATEGORY = "category"
    KIND = "kind"
    CHANNEL = "channel"
    REPORTER = "reporter"
    REPORTER_PHONE = "reporter_phone"


FIELD_WORDS: dict[Field, str] = {
    Field.SOURCE_ID: "编号",
    Field.ADDRESS: "网址",
    Field.SOURCE: "来源系统",
    Field.TITLE: "标题",
    Field.TEXT: "内容",
    Field.REGISTERED_AT: "登记日期",
    Field.UNIT: "承办单位",
    Field.REPLIED_AT: "答复日期",
    Field.REPLY: "答复内容",
    Field.CATEGORY: "类别",
    Field.KIND: "诉求类型",
    Field.CHANNEL: "渠道",
    Field.REPORTER: "诉求人",
    Field.REPORTER_PHONE: "联系电话",
}

# 序号 is not among the numbers: it counts the rows of one file and identifies nothing beyond it.
# 来源 is the door by which a matter came (a channel); the system that keeps it is Field.SOURCE, from a map only.
HEADINGS: dict[Field, tuple[str, ...]] = {
    Field.SOURCE_ID: (
        *("信件编号", "来信编号", "留言编号", "工单编号", "工单号", "受理编号", "诉求编号", "登记编号", "信访编号"),
        *("诉求单号", "受理单号", "流水号", "业务编号", "事项编号", "编号", "单号"),
    ),
    Field.ADDRESS: ("links", "link", "url", "链接", "网址", "信件链接", "详情链接", "链接地址", "网页地址"),
    Field.SOURCE: (),
    Field.TITLE: (
        *("标题", "主题", "信件标题", "来信标题", "来信主题", "信件主题", "留言主题", "留言标题", "诉求标题"),
        *("诉求主题", "工单标题", "事项标题", "问题标题", "题目", "事由", "title"),
    ),
    Field.TEXT: (
        *("信件内容", "来信内容", "留言详情", "留言内容", "诉求内容", "诉求描述", "问题描述", "工单内容", "来电内容"),
        *("反映内容", "事项内容", "反映问题", "主要内容", "内容", "详情", "正文", "详细内容"),
    ),
    Field.REGISTERED_AT: (
        *("登记时间", "登记日期", "来信日期", "来信时间", "写信日期", "写信时间", "留言时间", "留言日期"),
        *("来电时间", "来电日期", "受理时间", "受理日期", "诉求时间", "诉求日期", "反映时间", "反映日期"),
        *("提交时间", "提交日期", "收件时间", "收件日期", "接收时间", "创建时间", "创建日期", "投诉时间"),
    ),
    Field.UNIT: (
        *("回复单位", "答复单位", "承办单位", "办理单位", "主办单位", "处理单位", "责任单位", "回复部门", "答复部门"),
        *("承办部门", "办理部门", "处理部门", "责任部门", "agency"),
    ),
    Field.REPLIED_AT: (
        *("回复日期", "回复时间", "答复日期", "答复时间", "反馈日期", "反馈时间", "办复日期", "办复时间"),
        *("办结日期", "办结时间"),
    ),
    Field.REPLY: (
        *("回复内容", "答复意见", "答复内容", "回复意见", "反馈内容", "办理结果", "处理结果", "答复情况"),
        *("回复情况", "办理情况", "处理情况", "答复", "回复"),
    ),
    Field.CATEGORY: (
        *("类别", "分类", "一级标签", "一级分类", "诉求类别", "诉求分类", "信件类别", "信件分类", "问题类别"),
        *("问题分类", "内容分类", "事项分类", "标签", "领域"),
    ),
    Field.KIND: ("诉求类型", "信件类型", "留言类型", "工单类型", "事项类型", "诉求性质", "性质", "信件目的", "类型"),
    Field.CHANNEL: ("渠道", "受理渠道", "诉求渠道", "来源渠道", "渠道来源", "信件来源", "诉求来源", "工单来源", "来源"),
    Field.REPORTER: (
        *("姓名", "诉求人", "诉求人姓名", "来信人", "写信人", "来电人", "来电人姓名", "反映人", "信访人", "联系人"),
        *("留言用户", "留言人", "用户名", "网友"),
    ),
    Field.REPORTER_PHONE: (
        *("联系电话", "来电号码", "电话号码", "手机号码", "手机号", "手机", "电话", "主叫号码", "联系方式"),
    ),
}

CHANNEL_HINTS: tuple[tuple[str, Channel], ...] = (
    ("来信", Channel.LETTER),
    ("写信", Channel.LETTER),
    ("信件", Channel.LETTER),
    ("留言", Channel.WEB_MAILBOX),
    ("来电", Channel.HOTLINE),
    ("主叫", Channel.HOTLINE),
)
"""What the beginning of a heading says of the channel; the headings of date and text are asked first."""

KIND_WORDS: dict[str, ComplaintKind] = {
    **{kind.value: kind for kind in ComplaintKind},
    **{CHINESE[kind]: kind for kind in ComplaintKind},
    **dict.fromkeys(("咨询类", "业务咨询", "政策咨询", "问询"), ComplaintKind.ENQUIRY),
    **dict.fromkeys(("求助类", "求决", "求决类", "申诉求决", "诉求求助"), ComplaintKind.HELP),
    **dict.fromkeys(("投诉类",), ComplaintKind.COMPLAINT),
    **dict.fromkeys(("举报类",), ComplaintKind.REPORT),
    **dict.fromkeys(("检举", "控告", "检举控告类"), ComplaintKind.ACCUSATION),
    **dict.fromkeys(("建议类", "意见建议", "意见建议类", "建言献策", "建言"), ComplaintKind.SUGGESTION),
    **dict.fromkeys(("表扬类", "感谢", "感谢类", "表扬感谢"), ComplaintKind.PRAISE),
    **dict.fromkeys(("其它", "其他类", "其它类"), ComplaintKind.OTHER),
}

CHANNEL_WORDS: dict[str, Channel] = {
    **{channel.value: channel for channel in Channel},
    **{CHINESE[channel]: channel for channel in Channel},
    **dict.fromkeys(("热线", "电话", "来电", "政风行风热线", "行风热线"), Channel.HOTLINE),
    **dict.fromkeys(
        ("网络", "网站", "网页", "网上信箱", "网上留言", "信箱", "门户网站", "互联网"), Channel.WEB_MAILBOX
    ),
    **dict.fromkeys(("微信公众号", "公众号", "微信小程序"), Channel.WECHAT),
    **dict.fromkeys(("信件", "信函", "书信"), Channel.LETTER),
    **dict.fromkeys(("走访", "上访", "现场来访"), Channel.VISIT),
    **dict.fromkeys(("市长信箱", "区长信箱", "县长信箱", "书记信箱", "局长信箱"), Channel.LEADER_MAILBOX),
    **dict.fromkeys(("邮件", "电邮", "邮箱"), Channel.EMAIL),
    **dict.fromkeys(("直播节目", "广播", "电台直播"), Channel.ON_AIR),
    **dict.fromkeys(("上级交办", "上级转交", "转办"), Channel.UPPER_LEVEL),
    **dict.fromkeys(("12345", "12345热线", "12345转办", "市民热线"), Channel.PARTNER),
}
