"""Why a bulletin does not go on: each rule of its life has a name, as the rules of a complaint have."""

from __future__ import annotations

from domain.refusals import Refusal


class NoSuchBulletin(Refusal):
    """The quarter has no bulletin yet."""

    zh = "{quarter} 尚无通报，请先冻结数字：hangfeng bulletin freeze {quarter}"
    en = "{quarter} has no bulletin yet: freeze its figures first (hangfeng bulletin freeze {quarter})"


class SubjectFirst(Refusal):
    """A special report has a subject before it has words or figures."""

    zh = "{quarter} 是专报，请先给出专题：hangfeng bulletin special {quarter} --title … --category …"
    en = "{quarter} is a special report: give its subject first (hangfeng bulletin special {quarter} --title …)"


class NotASpecialReport(Refusal):
    """Only a special report has a subject of its own."""

    zh = "{quarter} 不是专报；专报名形如 2023Q3.gas"
    en = "{quarter} is no special report, whose name is such as 2023Q3.gas"


class SubjectEmpty(Refusal):
    """A subject names at least one kind, channel, category, unit or episode."""

    zh = "专题至少要有一个条件：类别、渠道、问题分类、单位或节目"
    en = "a subject needs one condition at least: kind, channel, category, unit or episode"


class SubjectStands(Refusal):
    """The subject of a special report is not changed once its figures are frozen."""

    zh = "数字已按原专题冻结，专题不再更改；请另起一个专报名"
    en = "the figures are frozen under the subject that stands: begin a special report of another name"


class QuarterNotBegun(Refusal):
    """No figures are frozen of a quarter that has not begun."""

    zh = "{quarter} 尚未开始"
    en = "{quarter} has not begun"


class NothingFrozen(Refusal):
    """The figures were not frozen yet."""

    zh = "数字尚未冻结，请先冻结"
    en = "the figures are not frozen yet; freeze them first"


class NoSuchEdition(Refusal):
    """The bulletin has no edition of this number."""

    zh = "没有第 {edition} 版；已发布 {count} 版"
    en = "there is no edition {edition}; {count} are published"


class NoSuchCell(Refusal):
    """The edition has no cell of this id."""

    zh = "本版没有单元格 {cell}"
    en = "the edition has no cell {cell}"


class ProofSentAlready(Refusal):
    """The proof of these figures was sent already."""

    zh = "这一次冻结的数字已送核对"
    en = "the proof of these figures was sent already"


class ProofFirst(Refusal):
    """Nothing is approved before the units had their proof, unless a reason is given for going without."""

    zh = "数字尚未送承办单位核对；请先 proof，或以 --without-proof 说明理由"
    en = "the units have not had their proof: send it first, or give the reason for going without (--without-proof)"


class NotInProof(Refusal):
    """Only a unit that was sent the proof objects to it."""

    zh = "“{unit}”不在送核单位之列"
    en = "the proof was not sent to {unit}"


class NotYourFigure(Refusal):
    """A unit objects to its own figures; to those of others and of the city only a supervisor objects for it."""

    zh = "单元格 {cell} 不在“{unit}”的核对稿内；该单位可对本单位的数字提出异议：{own}"
    en = "the cell {cell} is none of {unit}, which objects to its own figures: {own}"


class OwnObjection(Refusal):
    """Nobody decides an objection that they raised themselves (异议须由他人裁定)."""

    zh = "第 {dispute} 号异议由 {name} 提出，须由另一人裁定"
    en = "{name} raised objection {dispute}: another person decides it"


class ObjectionTooLate(Refusal):
    """A unit objects within the limit that the rules give, three working days by default."""

    zh = "异议期已于 {due} 届满"
    en = "the time for objections ended at {due}"


class ObjectionsStillOpen(Refusal):
    """Units may still object; approval waits until the limit has passed, unless a reason is given for not waiting."""

    zh = "异议期至 {due} 才届满；请届时再批准，或以 --without-proof 说明不再等候的理由"
    en = "units may object until {due}: approve after it, or give the reason for not waiting (--without-proof)"


class DisputeOpen(Refusal):
    """An objection still waits for its decision."""

    zh = "第 {dispute} 号异议尚未处理"
    en = "objection {dispute} is not decided yet"


class NoSuchDispute(Refusal):
    """There is no open objection of this number."""

    zh = "没有待处理的第 {dispute} 号异议"
    en = "there is no open objection {dispute}"


class FreezeAnew(Refusal):
    """After an objection was upheld the figures are frozen anew before approval."""

    zh = "有异议成立，请改正后重新冻结数字"
    en = "an objection was upheld: put the records right and freeze the figures anew"


class SecondPersonNeeded(Refusal):
    """Two different people sign (双人复核): the same person does not sign twice."""

    zh = "须由另一人签批；{name} 已签"
    en = "another person must sign; {name} has signed already"


class ApprovedAlready(Refusal):
    """The edition was approved and its words no longer change."""

    zh = "本期已批准；如需改动，请重新冻结后再批准"
    en = "the edition is approved; freeze it anew to change it"


class NobodyPrints(Refusal):
    """An imprint names who printed the edition (印发机关), not only who has copies."""

    zh = "有抄送机关而没有印发机关：请以 --printed-by（接口：printed_by）写明，或设定 imprint_printed_by"
    en = "copies are sent and nobody prints: name who does (--printed-by, printed_by), or set imprint_printed_by"


class ImprintTooLong(Refusal):
    """The imprint stands at the foot of one page (版记)."""

    zh = "版记的这一项有 {characters} 字，至多印 {characters_max} 字；请用统称，如“各县（市、区）人民政府”"
    en = "{characters} characters, and the imprint holds {characters_max}: name the bodies together"


class ApproveFirst(Refusal):
    """Nothing is published before it was approved."""

    zh = "本期尚未批准，不能发布"
    en = "the edition is not approved yet"


class PublishedAlready(Refusal):
    """A published edition never changes; a correction is a numbered erratum."""

    zh = "本期已发布，不再更改；如有错误，请用 correct 发布勘误"
    en = "the edition is published and never changes; publish an erratum (correct) where something is wrong"


class NotPublished(Refusal):
    """Only a published edition is broadcast or corrected."""

    zh = "本期尚未发布"
    en = "the edition is not published yet"


class CorrectedSince(Refusal):
    """Another erratum came between the edition that the author looked at and the correction of it (其间另有勘误)."""

    zh = (
        "第 {edition} 版之后已发布第 {erratum} 号勘误，现为第 {last} 版；"
        "请查看第 {last} 版，仍有错误的，以 --edition {last}（接口：edition）重新提出"
    )
    en = (
        "erratum {erratum} was published since edition {edition}, and edition {last} stands: look at it, and name it "
        "(--edition {last}) where something is still wrong"
    )


class NothingToCorrect(Refusal):
    """An erratum changes at least one cell or published word."""

    zh = "重新计算后没有任何单元格或文字变化，无须勘误"
    en = "computed again, no cell and no word differs: there is nothing to correct"


class CaseNotCleared(Refusal):
    """A typical case needs consent or full anonymisation, and a second person (典型案例)."""

    zh = "典型案例须写明依据（consent 本人同意，或 anonymised 完全匿名），并由另一人复核"
    en = "a typical case needs its basis (consent or anonymised) and a second person who looked at it"


class CaseChangedSince(Refusal):
    """Who lets a case stand looked at this very text (复核的文字已变)."""

    zh = "待复核的文字与所复核的不同，请重新查看后再复核"
    en = "the case's text is no longer the one that was looked at: look at it again"


class WordsIdentify(Refusal):
    """A published word must not hold a telephone or identity number."""

    zh = "文字中有疑似电话或证件号码“{found}”，不得刊出"
    en = "the words hold what looks like a telephone or identity number ({found})"


class WordsIdentifySomebody(Refusal):
    """A published word names nobody, nor leads to anybody (脱敏)."""

    zh = (
        "文字中有不得刊出的个人信息：{found}。请改写，或以 --mask（接口：mask）刊出脱敏后的文字；"
        "确属误报的，请另一人以 let-stand 说明理由后放行"
    )
    en = (
        "the words hold what identifies somebody ({found}): put them otherwise, or have them masked (--mask); "
        "what identifies nobody a second person lets stand (let-stand)"
    )


class ConsentNotNoted(Refusal):
    """Consent is to one text and no other, and stands on record before the text does (本人同意)."""

    zh = (
        "尚无本人对这段文字的同意记录；文字改动后须重新征得同意。"
        "请先用 hangfeng bulletin consent 登记，或改用 anonymised"
    )
    en = (
        "no consent to this very text is on record: note it first (hangfeng bulletin consent), or publish it anonymised"
    )


class ConsentFromTomorrow(Refusal):
    """Nobody has agreed yet on a day to come."""

    zh = "同意的日期不得晚于今天"
    en = "the day of the consent is still to come"


class AccusationNeverLeaves(Refusal):
    """An accusation of an official is no case to be told (检举控告不作案例)."""

    zh = "检举控告不得作为典型案例"
    en = "an accusation is never told as a case"


class NoTextToTell(Refusal):
    """The words of the complaint were erased, so that there is nothing to draw a case from."""

    zh = "诉求内容已依法清除，无从拟写案例"
    en = "the complaint's words were erased: there is nothing to draw a case from"


class NoSuchSection(Refusal):
    """A bulletin has ten sections."""

    zh = "通报只有第 1 至 {sections} 部分"
    en = "a bulletin has the sections 1 to {sections}"


class NoSuchWords(Refusal):
    """The bulletin holds no words under this key."""

    zh = "没有编号为 {key} 的文字"
    en = "there are no words under {key}"
