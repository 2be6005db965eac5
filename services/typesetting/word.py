"""A paper as DOCX (WordprocessingML): the same measures as the PDF, as styles, sections, fields and a document grid.

The official typefaces are named, so that an office that has them gets them; ``fontTable.xml`` names the free ones that
may stand for them. Nothing but the standard library writes it, and no time of the run stands in it.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import Final
from xml.sax.saxutils import escape, quoteattr
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from services.typesetting import measures as m
from services.typesetting.columns import CELL_PADDING_PT, Fit, Span, em_of, fit_of, label_lines
from services.typesetting.paper import (
    AnnexHead,
    AnnexList,
    Block,
    Body,
    Card,
    Cell,
    Closing,
    Heading,
    Imprint,
    Line,
    Look,
    PageBreak,
    Paper,
    RedHead,
    Remark,
    Row,
    Table,
    chinese_date,
    copied_line,
    printed_line,
)
from services.typesetting.pdf import closing_indents, head_size_pt, parts_of, stays_whole
from services.typesetting.typefaces import OFFICIAL, RARE_CHARACTERS, SUBSTITUTES, Use

DOCX_MEDIA: Final = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
TWIPS_A_POINT: Final = 20
TWIPS_A_MILLIMETRE: Final = 1440 / 25.4
EMU_A_MILLIMETRE: Final = 36_000
GRID_UNITS_A_POINT: Final = 4096
"""In these the document grid says how much closer characters stand than their size."""
BORDER_UNITS_A_POINT: Final = 8

NAMES: Final[Mapping[Use, str]] = {
    Use.TITLE: "方正小标宋简体",
    Use.BODY: "仿宋_GB2312",
    Use.LEVEL_2: "楷体_GB2312",
    Use.LEVEL_1: "黑体",
    Use.FOLIO: "宋体",
}
"""The official typefaces as Chinese offices have them."""

CELL_LINE_EM: Final = 1.3
CELL_ABOVE_EM: Final = 0.17
"""How high a line of a cell is, and the white space above and below; exact, since typefaces differ in their own."""

IMPRINT_DATE_ROOM: Final = 4
"""How many characters wider than its date the date's column in the imprint is, the margins of its cell included."""

IMPRINT_BELOW_PT: Final = 6
"""White space below a line of the imprint: an exact line has its own above, and characters stand in the middle."""

LATIN_IN_TABLES: Final = "Times New Roman"
"""Figures in tables: every office has it or one as wide, so that no figure is broken where 宋体 is missing."""

_W: Final = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_R: Final = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE: Final = "http://schemas.openxmlformats.org/package/2006"
_CONTENT: Final = "application/vnd.openxmlformats-officedocument.wordprocessingml"
_DRAWING: Final = (
    'xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing" '
    'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" '
    'xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape" '
    'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"'
)
_HEAD: Final = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_ILLEGAL: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_EARLIEST_YEAR: Final = 1980
"""A ZIP file knows no earlier one."""

_LINE: Final = int(m.LINE_PITCH_PT * TWIPS_A_POINT)
_CLOSER: Final = round((m.CHARACTER_PITCH_PT - m.BODY_PT) * GRID_UNITS_A_POINT)
_CLOSER_TWIPS: Final = -6
"""What a character of the body is set closer, 0.3 pt: 28 fit a line in every program, and justifying fills it."""
_TWO: Final = round(2 * m.CHARACTER_PITCH_PT * TWIPS_A_POINT)

DASH_BELOW_LINE_TOP_EM: Final = 0.48
"""How far below the top of its line a dash stands."""
_FOOTER_MM: Final = m.BOTTOM_MM - m.FOLIO_BELOW_MM - (1 - DASH_BELOW_LINE_TOP_EM) * m.FOLIO_PT / m.POINTS_A_MILLIMETRE
"""From the page's lower edge to that of the page number's line."""

_TINY_PT: Final = 1
_IMPRINT_FOOTER_MM: Final = m.BOTTOM_MM - _TINY_PT / m.POINTS_A_MILLIMETRE
"""From the page's lower edge to that of the hair's line below the imprint, which no program lets a foot go without."""


def docx_of(paper: Paper) -> bytes:
    """Return a paper as DOCX; the same paper gives the same bytes."""
    footers = _footers(paper)
    parts = {
        "[Content_Types].xml": _content_types(footers),
        "_rels/.rels": _relationships(
            ("officeDocument", "word/document.xml"),
            ("extended-properties", "docProps/app.xml"),
            core="docProps/core.xml",
        ),
        "docProps/app.xml": _app(),
        "docProps/core.xml": _core(paper),
        "word/_rels/document.xml.rels": _relationships(
            ("styles", "styles.xml"),
            ("settings", "settings.xml"),
            ("fontTable", "fontTable.xml"),
            *(("footer", f"{name}.xml") for name in footers),
        ),
        "word/document.xml": _document(paper),
        "word/styles.xml": _styles(),
        "word/settings.xml": _settings(),
        "word/fontTable.xml": _font_table(),
        **{f"word/{name}.xml": footer for name, footer in footers.items()},
    }
    target = io.BytesIO()
    stamp = (max(paper.dated.year, _EARLIEST_YEAR), paper.dated.month, paper.dated.day, 0, 0, 0)
    with ZipFile(target, "w") as file:
        for name, content in parts.items():
            entry = ZipInfo(name, stamp)
            entry.compress_type = ZIP_DEFLATED
            entry.create_system = 0
            file.writestr(entry, content.encode())
    return target.getvalue()


# --- units and small parts --------------------------------------------------------------------------------------------


def _mm(length: float) -> int:
    return round(length * TWIPS_A_MILLIMETRE)


def _pt(length: float) -> int:
    return round(length * TWIPS_A_POINT)


def _text(text: str) -> str:
    return escape(_ILLEGAL.sub(" ", text))


def _faces(use: Use, latin: str | None = None) -> str:
    name = NAMES[use]
    other = latin or name
    return f'<w:rFonts w:ascii="{other}" w:hAnsi="{other}" w:eastAsia="{name}" w:cs="{other}" w:hint="eastAsia"/>'


def _size(size_pt: float) -> str:
    return f'<w:sz w:val="{round(size_pt * 2)}"/><w:szCs w:val="{round(size_pt * 2)}"/>'


def _run(text: str, properties: str = "") -> str:
    inner = f"<w:rPr>{properties}</w:rPr>" if properties else ""
    lines = "<w:br/>".join(f'<w:t xml:space="preserve">{_text(line)}</w:t>' for line in text.split("\n"))
    return f"<w:r>{inner}{lines}</w:r>"


def _paragraph(style: str, runs: str, properties: str = "") -> str:
    return f'<w:p><w:pPr><w:pStyle w:val="{style}"/>{properties}</w:pPr>{runs}</w:p>'


# --- the document -----------------------------------------------------------------------------------------------------


def _document(paper: Paper) -> str:
    parts = list(parts_of(paper.blocks)) or [(False, [])]
    content = [*(_red_head(paper.head) if paper.head is not None else ())]
    content += [_paragraph("Title", _run(paper.title))]
    if paper.subtitle:
        content.append(_paragraph("Flush", _run(paper.subtitle, _faces(Use.LEVEL_2)), '<w:jc w:val="center"/>'))
    content.append(_blank())
    if parts[0][0]:
        content.append(_section_end(turned=False))
    for at, (turned, blocks) in enumerate(parts):
        content += _blocks(blocks)
        if at < len(parts) - 1 or paper.imprint is not None:
            content.append(_section_end(turned=turned))
    if paper.imprint is not None:
        content += [_paragraph("Cell", "", _TINY), _imprint_section()]
    else:
        content.append(_section(turned=parts[-1][0]))
    return f'{_HEAD}<w:document xmlns:w="{_W}" xmlns:r="{_R}"><w:body>{"".join(content)}</w:body></w:document>'


def _blank() -> str:
    return _paragraph("Flush", "")


def _red_head(head: RedHead) -> Iterator[str]:
    for mark in head.marks:
        yield _paragraph("Flush", _run(mark, _faces(Use.LEVEL_1)))
    size = head_size_pt(head)
    above = m.HEAD_ABOVE_MM * m.POINTS_A_MILLIMETRE - len(head.marks) * m.LINE_PITCH_PT
    # The line is as high as its characters, which fill nine tenths of it.
    spacing = f'<w:spacing w:before="{max(_pt(above), 0)}" w:line="{_pt(size)}" w:lineRule="exact"/>'
    if not head.marks:
        # Space above the first paragraph of a page is dropped by some programs, an empty line never is.
        yield _paragraph("Flush", "", f'<w:spacing w:line="{_pt(above)}" w:lineRule="exact"/>')
        spacing = f'<w:spacing w:line="{_pt(size)}" w:lineRule="exact"/>'
    properties = f'{_faces(Use.TITLE)}<w:color w:val="{m.RED.upper()}"/><w:spacing w:val="0"/>{_size(size)}'
    yield _paragraph(
        "Flush", _run(head.issuer, properties), f'<w:snapToGrid w:val="0"/>{spacing}<w:jc w:val="center"/>'
    )
    yield _blank()
    yield _blank()
    gap = round(m.RULE_BELOW_NUMBER_MM * m.POINTS_A_MILLIMETRE - (m.LINE_PITCH_PT - m.BODY_PT) / 2)
    rule = f'<w:bottom w:val="single" w:sz="12" w:space="{gap}" w:color="{m.RED.upper()}"/>'
    yield _paragraph(
        "Flush", _run(head.number) if head.number else "", f'<w:pBdr>{rule}</w:pBdr><w:jc w:val="center"/>'
    )
    yield _blank()
    yield _blank()


def _blocks(blocks: Iterable[Block]) -> Iterator[str]:
    breaks = False
    for block in blocks:
        if isinstance(block, PageBreak):
            breaks = True
            continue
        if breaks and isinstance(block, Table | Card | AnnexList | Closing):
            yield _paragraph("Flush", "", "<w:pageBreakBefore/>" + _TINY)
            breaks = False
        yield from _block(block, "<w:pageBreakBefore/>" if breaks else "")
        breaks = False


_TINY: Final = f'<w:snapToGrid w:val="0"/><w:spacing w:line="{_TINY_PT * TWIPS_A_POINT}" w:lineRule="exact"/>'

_LOOKS: Final[Mapping[Look, tuple[str, str]]] = {
    Look.FLUSH: ("Flush", ""),
    Look.CENTRED: ("Flush", '<w:jc w:val="center"/>'),
    Look.RIGHT: ("Flush", '<w:jc w:val="right"/>'),
    Look.BOLD: ("Strong", ""),
    Look.SMALL: ("Note", ""),
}


def _block(block: Block, before: str) -> Iterator[str]:
    match block:
        case Heading(level, text):
            yield _paragraph(f"Heading{level}", _run(text), before)
        case Body(text):
            yield _paragraph("Normal", _run(text), before)
        case Remark(text):
            yield _paragraph("Normal", _run(f"（{text}）"), before)
        case Line(text, look):
            style, properties = _LOOKS[look]
            yield _paragraph(style, _run(text), before + properties)
        case Table():
            yield from _table(block)
        case Card():
            yield from _card(block)
        case _:
            yield from _end_matter(block)


def _end_matter(block: Block) -> Iterator[str]:
    match block:
        case AnnexHead(label, title):
            yield _paragraph("Strong", _run(label), "<w:keepNext/><w:pageBreakBefore/>")
            yield _blank()
            yield _paragraph("AnnexTitle", _run(title))
            yield _blank()
        case AnnexList(names):
            yield _blank()
            for at, name in enumerate(names):
                number = f"{at + 1}." if len(names) > 1 else ""
                indent = "" if at == 0 else f'<w:ind w:firstLineChars="500" w:firstLine="{_TWO * 5 // 2}"/>'
                yield _paragraph("Normal", _run(f"{'附件：' if at == 0 else ''}{number}{name}"), indent)
        case Closing(issuer, dated):
            yield _blank()
            issuer_indent, dated_indent = closing_indents(block)
            yield _paragraph("Flush", _run(issuer), f"<w:keepNext/>{_from_right(issuer_indent)}")
            if dated is not None:
                yield _paragraph("Flush", _run(chinese_date(dated)), _from_right(dated_indent))
        case _:
            raise TypeError(f"{type(block).__name__} is no block of a paper")


def _from_right(characters: float) -> str:
    twips = _pt(characters * m.CHARACTER_PITCH_PT)
    return f'<w:ind w:rightChars="{round(characters * 100)}" w:right="{twips}"/><w:jc w:val="right"/>'


# --- tables -----------------------------------------------------------------------------------------------------------


def _table(table: Table) -> Iterator[str]:
    fit = fit_of(table)
    # What leads to the table is kept with it: a heading is kept with this line, and this line with the first row.
    yield _paragraph("Cell", "", '<w:keepNext/><w:spacing w:line="240" w:lineRule="exact"/>')
    for at, span in enumerate(fit.spans):
        title = table.title if at == 0 else f"{table.title}（续）"
        yield _span(table, fit, span, title)
        # Two tables without a paragraph between them would be one.
        last = at == len(fit.spans) - 1
        yield _paragraph("Cell", "", f'<w:spacing w:line="{60 if last and table.notes else 240}" w:lineRule="exact"/>')
    for at, note in enumerate(table.notes):
        yield _paragraph("Note", _run(f"注：{note}" if at == 0 else f"　　{note}"))


def _span(table: Table, fit: Fit, span: Span, title: str) -> str:
    widths = [_pt(width) for width in span.widths_pt]
    sides = ["left", *("left" if table.columns[at].wordy else "right" for at in span.columns)]
    small = _size(fit.size_pt)
    bold = _faces(Use.LEVEL_1, LATIN_IN_TABLES) + small
    labels = [Cell(table.head_label)]
    for at, width in zip(span.columns, span.widths_pt[1:], strict=True):
        labels.append(Cell("\n".join(label_lines(table.columns[at].label, width, fit.size_pt))))
    rows = [
        _title_row(title, widths),
        _row(_cells(labels, widths, sides, (bold, fit.size_pt), _edges(top=1.0, bottom=0.5), keep=True), head=True),
    ]
    whole = stays_whole(table)
    for at, row in enumerate(table.rows):
        last = at == len(table.rows) - 1 and table.total is None
        edges = _edges(bottom=1.0) if last else _edges(bottom=0.25, colour="AAAAAA")
        rows.append(_row(_cells(_of(row, span), widths, sides, (small, fit.size_pt), edges, keep=whole and not last)))
    if table.total is not None:
        rows.append(
            _row(_cells(_of(table.total, span), widths, sides, (bold, fit.size_pt), _edges(top=0.5, bottom=1.0)))
        )
    grid = "".join(f'<w:gridCol w:w="{width}"/>' for width in widths)
    padding, above = _pt(CELL_PADDING_PT), _pt(CELL_ABOVE_EM * fit.size_pt)
    margins = (
        f'<w:tblCellMar><w:top w:w="{above}" w:type="dxa"/><w:left w:w="{padding}" w:type="dxa"/>'
        f'<w:bottom w:w="{above}" w:type="dxa"/><w:right w:w="{padding}" w:type="dxa"/></w:tblCellMar>'
    )
    return (
        f'<w:tbl><w:tblPr><w:tblW w:w="{sum(widths)}" w:type="dxa"/><w:jc w:val="center"/>'
        f'<w:tblLayout w:type="fixed"/>{margins}</w:tblPr><w:tblGrid>{grid}</w:tblGrid>{"".join(rows)}</w:tbl>'
    )


def _of(row: Row, span: Span) -> list[Cell]:
    return [Cell(row.head), *(row.cells[at] for at in span.columns)]


def _edges(top: float = 0.0, bottom: float = 0.0, colour: str = "000000") -> str:
    drawn = "".join(
        f'<w:{side} w:val="single" w:sz="{round(width * BORDER_UNITS_A_POINT)}" w:space="0" w:color="{colour}"/>'
        for side, width in (("top", top), ("bottom", bottom))
        if width
    )
    return f"<w:tcBorders>{drawn}</w:tcBorders>"


def _title_row(title: str, widths: list[int]) -> str:
    words = _run(title, _faces(Use.LEVEL_1) + _size(m.TABLE_PT))
    paragraph = _paragraph("Cell", words, '<w:keepNext/><w:jc w:val="center"/>')
    cell = (
        f'<w:tc><w:tcPr><w:tcW w:w="{sum(widths)}" w:type="dxa"/><w:gridSpan w:val="{len(widths)}"/></w:tcPr>'
        f"{paragraph}</w:tc>"
    )
    return _row(cell, head=True)


def _row(cells: str, *, head: bool = False) -> str:
    return f"<w:tr><w:trPr><w:cantSplit/>{'<w:tblHeader/>' if head else ''}</w:trPr>{cells}</w:tr>"


def _cells(
    cells: list[Cell], widths: list[int], sides: list[str], look: tuple[str, float], edges: str, *, keep: bool = False
) -> str:
    kept = "<w:keepNext/>" if keep else ""
    properties, size_pt = look
    line = f'<w:spacing w:line="{_pt(CELL_LINE_EM * size_pt)}" w:lineRule="exact"/>'
    return "".join(
        f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/>{edges}<w:vAlign w:val="center"/></w:tcPr>'
        f"{_paragraph('Cell', _cell_runs(cell, properties), f'{kept}{line}<w:jc w:val={quoteattr(side)}/>')}</w:tc>"
        for cell, width, side in zip(cells, widths, sides, strict=True)
    )


def _cell_runs(cell: Cell, properties: str) -> str:
    mark = _run(cell.mark, f'{properties}<w:vertAlign w:val="superscript"/>') if cell.mark else ""
    return _run(cell.text, properties) + mark


CARD_LABEL_PT: Final = 62.0
CARD_TITLE_PT: Final = 14.0
CARD_PT: Final = 12.0


def _card(card: Card) -> Iterator[str]:
    wide = _pt(m.AREA_WIDTH_PT)
    label = _pt(CARD_LABEL_PT)
    side = '<w:{0} w:val="single" w:sz="6" w:space="0" w:color="000000"/>'
    borders = "".join(side.format(name) for name in ("top", "left", "bottom", "right"))
    small = _size(CARD_PT)
    title = _run(card.title, _faces(Use.LEVEL_1) + _size(CARD_TITLE_PT))
    rows = [
        _row(
            f'<w:tc><w:tcPr><w:tcW w:w="{wide}" w:type="dxa"/><w:gridSpan w:val="2"/></w:tcPr>'
            f"{_paragraph('Cell', title, '<w:keepNext/>')}</w:tc>"
        )
    ]
    for at, (name, words) in enumerate(card.lines):
        # Each row is kept with the next, so that the card stands on one page.
        keep = "<w:keepNext/>" if at < len(card.lines) - 1 else ""
        rows.append(
            _row(
                f'<w:tc><w:tcPr><w:tcW w:w="{label}" w:type="dxa"/></w:tcPr>'
                f"{_paragraph('Cell', _run(name, _faces(Use.LEVEL_1) + small), keep)}</w:tc>"
                f'<w:tc><w:tcPr><w:tcW w:w="{wide - label}" w:type="dxa"/></w:tcPr>'
                f"{_paragraph('Cell', _run(words, _faces(Use.BODY) + small), keep)}</w:tc>"
            )
        )
    margins = "".join(f'<w:{name} w:w="100" w:type="dxa"/>' for name in ("top", "left", "bottom", "right"))
    yield _paragraph("Cell", "", '<w:spacing w:line="200" w:lineRule="exact"/>')
    yield (
        f'<w:tbl><w:tblPr><w:tblW w:w="{wide}" w:type="dxa"/><w:tblBorders>{borders}</w:tblBorders>'
        f'<w:tblLayout w:type="fixed"/><w:tblCellMar>{margins}</w:tblCellMar></w:tblPr>'
        f'<w:tblGrid><w:gridCol w:w="{label}"/><w:gridCol w:w="{wide - label}"/></w:tblGrid>{"".join(rows)}</w:tbl>'
    )
    yield _paragraph("Cell", "", '<w:spacing w:line="200" w:lineRule="exact"/>')


# --- sections, page numbers -------------------------------------------------------------------------------------------


def _section_end(*, turned: bool) -> str:
    """Return the paragraph that ends a section; it is a hair high, so that it never needs a page of its own."""
    return f'<w:p><w:pPr><w:pStyle w:val="Cell"/>{_TINY}{_section(turned=turned)}</w:pPr></w:p>'


def _section(*, turned: bool) -> str:
    short, long = _mm(m.PAGE_WIDTH_MM), _mm(m.PAGE_HEIGHT_MM)
    if turned:
        feet = ("footerTurnedOdd", "footerTurnedEven")
        size = f'<w:pgSz w:w="{long}" w:h="{short}" w:orient="landscape"/>'
        edges = (m.BINDING_MM, m.TOP_MM, m.BINDING_MM, m.BOTTOM_MM)
    else:
        feet = ("footerOdd", "footerEven")
        size = f'<w:pgSz w:w="{short}" w:h="{long}"/>'
        edges = (m.TOP_MM, m.FORE_EDGE_MM, m.BOTTOM_MM, m.BINDING_MM)
    return _section_of(size, edges, feet, 10 if turned else _FOOTER_MM)


def _imprint_section() -> str:
    """Return the section of the imprint: an even page of its own, for nobody knows here on which one the text ends."""
    size = f'<w:pgSz w:w="{_mm(m.PAGE_WIDTH_MM)}" w:h="{_mm(m.PAGE_HEIGHT_MM)}"/>'
    edges = (m.TOP_MM, m.FORE_EDGE_MM, m.BOTTOM_MM, m.BINDING_MM)
    return _section_of(size, edges, ("footerImprint", "footerImprint"), _IMPRINT_FOOTER_MM, begins="evenPage")


def _section_of(
    size: str, edges: tuple[float, ...], feet: tuple[str, str], foot_mm: float, begins: str = "nextPage"
) -> str:
    top, right, bottom, left = (_mm(edge) for edge in edges)
    kinds = zip(("default", "even"), feet, strict=True)
    footers = "".join(f'<w:footerReference w:type="{kind}" r:id="{name}"/>' for kind, name in kinds)
    return (
        f'<w:sectPr>{footers}<w:type w:val="{begins}"/>{size}<w:pgMar w:top="{top}" w:right="{right}" '
        f'w:bottom="{bottom}" w:left="{left}" w:header="850" w:footer="{_mm(foot_mm)}" '
        f'w:gutter="0"/><w:docGrid w:type="linesAndChars" w:linePitch="{_LINE}" w:charSpace="{_CLOSER}"/></w:sectPr>'
    )


def _folio() -> str:
    properties = f"<w:rPr>{_faces(Use.FOLIO)}{_size(m.FOLIO_PT)}</w:rPr>"

    def field(inner: str) -> str:
        return f"<w:r>{properties}{inner}</w:r>"

    return (
        field('<w:t xml:space="preserve">— </w:t>')
        + field('<w:fldChar w:fldCharType="begin"/>')
        + field('<w:instrText xml:space="preserve"> PAGE </w:instrText>')
        + field('<w:fldChar w:fldCharType="separate"/>')
        + field("<w:t>1</w:t>")
        + field('<w:fldChar w:fldCharType="end"/>')
        + field('<w:t xml:space="preserve"> —</w:t>')
    )


def _folio_line(*, odd: bool) -> str:
    one = _pt(m.FOLIO_PT)
    side = f'<w:ind w:right="{one}"/><w:jc w:val="right"/>' if odd else f'<w:ind w:left="{one}"/><w:jc w:val="left"/>'
    return _paragraph("Folio", _folio(), side)


def _upright_footer(*, odd: bool) -> str:
    return f'{_HEAD}<w:ftr xmlns:w="{_W}" xmlns:r="{_R}">{_folio_line(odd=odd)}</w:ftr>'


def _turned_footer(*, odd: bool) -> str:
    """Return the foot of a turned page: its number stands where an upright page has it, turned with the page."""
    start = m.BINDING_MM if odd else m.FORE_EDGE_MM
    wide, high = round(_FOOTER_MM + m.FOLIO_PT / m.POINTS_A_MILLIMETRE), m.AREA_WIDTH_MM
    left = _FOOTER_MM
    box = wide - left
    shape = (
        '<w:r><mc:AlternateContent><mc:Choice Requires="wps"><w:drawing>'
        '<wp:anchor distT="0" distB="0" distL="0" distR="0" simplePos="0" relativeHeight="2" behindDoc="0" locked="0" '
        'layoutInCell="1" allowOverlap="1"><wp:simplePos x="0" y="0"/>'
        '<wp:positionH relativeFrom="page">'
        f"<wp:posOffset>{round(left * EMU_A_MILLIMETRE)}</wp:posOffset></wp:positionH>"
        f'<wp:positionV relativeFrom="page"><wp:posOffset>{start * EMU_A_MILLIMETRE}</wp:posOffset></wp:positionV>'
        f'<wp:extent cx="{round(box * EMU_A_MILLIMETRE)}" cy="{high * EMU_A_MILLIMETRE}"/>'
        '<wp:effectExtent l="0" t="0" r="0" b="0"/><wp:wrapNone/><wp:docPr id="1" name="page number"/>'
        "<wp:cNvGraphicFramePr/><a:graphic>"
        '<a:graphicData uri="http://schemas.microsoft.com/office/word/2010/wordprocessingShape"><wps:wsp>'
        '<wps:cNvSpPr txBox="1"/><wps:spPr><a:xfrm><a:off x="0" y="0"/>'
        f'<a:ext cx="{round(box * EMU_A_MILLIMETRE)}" cy="{high * EMU_A_MILLIMETRE}"/></a:xfrm>'
        '<a:prstGeom prst="rect"><a:avLst/></a:prstGeom><a:noFill/><a:ln><a:noFill/></a:ln></wps:spPr>'
        f"<wps:txbx><w:txbxContent>{_folio_line(odd=odd)}</w:txbxContent></wps:txbx>"
        '<wps:bodyPr vert="vert" lIns="0" tIns="0" rIns="0" bIns="0" anchor="t"><a:noAutofit/></wps:bodyPr></wps:wsp>'
        "</a:graphicData></a:graphic></wp:anchor></w:drawing></mc:Choice></mc:AlternateContent></w:r>"
    )
    return (
        f'{_HEAD}<w:ftr xmlns:w="{_W}" xmlns:r="{_R}" {_DRAWING} mc:Ignorable="wps">'
        f"{_paragraph('Cell', shape, _TINY)}</w:ftr>"
    )


def _imprint_footer(imprint: Imprint) -> str:
    """Return the foot of the imprint's page: a foot grows upwards, so that its last rule lies where the type area ends.

    The page bears no number: after a blank page it must not (7.5), and nobody knows here whether one comes before it.
    """
    wide, one = _pt(m.AREA_WIDTH_PT), _pt(m.IMPRINT_PT)
    date_wide = _pt((em_of(printed_line(imprint)) + IMPRINT_DATE_ROOM) * m.IMPRINT_PT)
    rows = []
    if imprint.copied_to:
        hanging = round(em_of(m.IMPRINT_LABEL) * one)
        words = _run(m.IMPRINT_LABEL + copied_line(imprint))
        inner = _paragraph("Imprint", words, f'<w:ind w:left="{hanging}" w:hanging="{hanging}"/>')
        rows.append(_imprint_row([(inner, wide, 2)], top=m.IMPRINT_EDGE_MM))
    cells = [
        (_paragraph("Imprint", _run(imprint.printed_by)), wide - date_wide, 1),
        (_paragraph("Imprint", _run(printed_line(imprint)), '<w:jc w:val="right"/>'), date_wide, 1),
    ]
    above = m.IMPRINT_BETWEEN_MM if imprint.copied_to else m.IMPRINT_EDGE_MM
    rows.append(_imprint_row(cells, top=above, bottom=m.IMPRINT_EDGE_MM))
    room = {"left": one, "bottom": _pt(IMPRINT_BELOW_PT), "right": one}
    sides = "".join(f'<w:{side} w:w="{width}" w:type="dxa"/>' for side, width in room.items())
    table = (
        f'<w:tbl><w:tblPr><w:tblW w:w="{wide}" w:type="dxa"/><w:jc w:val="center"/><w:tblLayout w:type="fixed"/>'
        f"<w:tblCellMar>{sides}</w:tblCellMar></w:tblPr>"
        f'<w:tblGrid><w:gridCol w:w="{wide - date_wide}"/><w:gridCol w:w="{date_wide}"/></w:tblGrid>'
        f"{''.join(rows)}</w:tbl>"
    )
    return f'{_HEAD}<w:ftr xmlns:w="{_W}" xmlns:r="{_R}">{table}{_paragraph("Cell", "", _TINY)}</w:ftr>'


def _imprint_row(cells: list[tuple[str, int, int]], *, top: float, bottom: float = 0.0) -> str:
    edges = _edges(top=top * m.POINTS_A_MILLIMETRE, bottom=bottom * m.POINTS_A_MILLIMETRE)
    return _row(
        "".join(
            f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/><w:gridSpan w:val="{span}"/>{edges}</w:tcPr>'
            f"{inner}</w:tc>"
            for inner, width, span in cells
        )
    )


_FOOTERS: Final[Mapping[str, str]] = {
    "footerOdd": _upright_footer(odd=True),
    "footerEven": _upright_footer(odd=False),
    "footerTurnedOdd": _turned_footer(odd=True),
    "footerTurnedEven": _turned_footer(odd=False),
}


def _footers(paper: Paper) -> Mapping[str, str]:
    return _FOOTERS if paper.imprint is None else {**_FOOTERS, "footerImprint": _imprint_footer(paper.imprint)}


# --- styles, settings, properties -------------------------------------------------------------------------------------


def _style(name: str, shown: str, paragraph: str, run: str, *, based: str = "Normal") -> str:
    base = f'<w:basedOn w:val="{based}"/>' if name != based else ""
    default = ' w:default="1"' if name == "Normal" else ""
    return (
        f'<w:style w:type="paragraph"{default} w:styleId="{name}"><w:name w:val="{shown}"/>{base}<w:qFormat/>'
        f"<w:pPr>{paragraph}</w:pPr><w:rPr>{run}</w:rPr></w:style>"
    )


def _styles() -> str:
    exact = f'<w:spacing w:before="0" w:after="0" w:line="{_LINE}" w:lineRule="exact"/>'
    two_in = f'<w:ind w:firstLineChars="200" w:firstLine="{_TWO}"/>'
    none_in = '<w:ind w:firstLineChars="0" w:firstLine="0"/>'
    free = '<w:snapToGrid w:val="0"/><w:spacing w:before="0" w:after="0" w:line="{0}" w:lineRule="auto"/>' + none_in

    def heading(level: int, face: Use, *, bold: bool = False) -> str:
        run = _faces(face) + ("<w:b/>" if bold else "")
        outline = f'<w:keepNext/><w:outlineLvl w:val="{level - 1}"/>'
        return _style(f"Heading{level}", f"heading {level}", outline, run)

    centred = "<w:keepNext/>" + none_in + '<w:jc w:val="center"/>'
    apart = '<w:spacing w:val="0"/>'
    imprint_line = f'<w:spacing w:line="{_LINE - _pt(IMPRINT_BELOW_PT)}" w:lineRule="exact"/>'
    title_run = _faces(Use.TITLE) + apart + _size(m.TITLE_PT)
    small_run = _faces(Use.FOLIO, LATIN_IN_TABLES) + apart + _size(m.SMALL_PT)
    folio = f'<w:snapToGrid w:val="0"/><w:spacing w:line="{_pt(m.FOLIO_PT)}" w:lineRule="exact"/>{none_in}'
    styles = (
        _style(
            "Normal",
            "Normal",
            # Lines and spacing are exact in the style: programs disagree on what a grid does to characters.
            f'<w:widowControl w:val="0"/><w:snapToGrid w:val="0"/>{exact}{two_in}<w:jc w:val="both"/>',
            f'{_faces(Use.BODY)}<w:spacing w:val="{_CLOSER_TWIPS}"/>{_size(m.BODY_PT)}',
        ),
        _style("Flush", "公文顶格", none_in, ""),
        _style("Strong", "公文黑体", none_in, _faces(Use.LEVEL_1)),
        _style("Title", "Title", centred, title_run),
        _style("AnnexTitle", "附件标题", centred, title_run),
        heading(1, Use.LEVEL_1),
        heading(2, Use.LEVEL_2),
        heading(3, Use.BODY, bold=True),
        heading(4, Use.BODY),
        _style("Cell", "表格文字", free.format(250) + '<w:jc w:val="left"/>', small_run),
        _style("Note", "表注", free.format(270) + '<w:jc w:val="left"/>', small_run),
        _style("Imprint", "版记", imprint_line + none_in + '<w:jc w:val="both"/>', apart + _size(m.IMPRINT_PT)),
        _style("Folio", "footer", folio, _faces(Use.FOLIO) + apart + _size(m.FOLIO_PT)),
    )
    defaults = (
        f"<w:docDefaults><w:rPrDefault><w:rPr>{_faces(Use.BODY)}{_size(m.BODY_PT)}"
        '<w:lang w:val="en-US" w:eastAsia="zh-CN"/></w:rPr></w:rPrDefault></w:docDefaults>'
    )
    return f'{_HEAD}<w:styles xmlns:w="{_W}">{defaults}{"".join(styles)}</w:styles>'


def _settings() -> str:
    return (
        f'{_HEAD}<w:settings xmlns:w="{_W}"><w:mirrorMargins/><w:evenAndOddHeaders/>'
        '<w:characterSpacingControl w:val="compressPunctuation"/>'
        '<w:compat><w:compatSetting w:name="compatibilityMode" w:uri="http://schemas.microsoft.com/office/word" '
        'w:val="15"/></w:compat><w:themeFontLang w:val="en-US" w:eastAsia="zh-CN"/></w:settings>'
    )


def _font_table() -> str:
    fonts = "".join(
        f'<w:font w:name="{name}"><w:altName w:val={quoteattr(",".join(_others(use)))}/><w:charset w:val="86"/>'
        '<w:family w:val="auto"/><w:pitch w:val="variable"/></w:font>'
        for use, name in NAMES.items()
    )
    return f'{_HEAD}<w:fonts xmlns:w="{_W}">{fonts}</w:fonts>'


def _others(use: Use) -> list[str]:
    """Return every other name under which a typeface, or a free one in its place, may be installed."""
    families = [face.family for face in (*OFFICIAL[use], *SUBSTITUTES[use])] + list(RARE_CHARACTERS)
    return [family for family in dict.fromkeys(families) if family != NAMES[use]]


def _core(paper: Paper) -> str:
    moment = f"{_day(paper.dated)}T00:00:00Z"
    return (
        f'{_HEAD}<cp:coreProperties xmlns:cp="{_PACKAGE}/metadata/core-properties" '
        'xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:dcterms="http://purl.org/dc/terms/" '
        'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">'
        f"<dc:title>{_text(paper.title)}</dc:title><dc:subject>{_text(paper.subject)}</dc:subject>"
        f"<dc:creator>{_text(paper.author)}</dc:creator><cp:keywords>{_text(' '.join(paper.keywords))}</cp:keywords>"
        f"<cp:lastModifiedBy>{_text(paper.author)}</cp:lastModifiedBy><dc:language>zh-CN</dc:language>"
        f'<dcterms:created xsi:type="dcterms:W3CDTF">{moment}</dcterms:created>'
        f'<dcterms:modified xsi:type="dcterms:W3CDTF">{moment}</dcterms:modified></cp:coreProperties>'
    )


def _day(day: date) -> str:
    return day.isoformat()


def _app() -> str:
    return (
        f'{_HEAD}<Properties xmlns="http://schemas.openxmlformats.org/officeDocument/2006/extended-properties">'
        "<Application>hangfeng</Application></Properties>"
    )


def _content_types(footers: Iterable[str]) -> str:
    kinds = {"document": "document.main", "styles": "styles", "settings": "settings", "fontTable": "fontTable"}
    kinds |= dict.fromkeys(footers, "footer")
    overrides = "".join(
        f'<Override PartName="/word/{name}.xml" ContentType="{_CONTENT}.{kind}+xml"/>' for name, kind in kinds.items()
    )
    return (
        f'{_HEAD}<Types xmlns="{_PACKAGE}/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Default Extension="xml" ContentType="application/xml"/>'
        f"{overrides}"
        '<Override PartName="/docProps/core.xml" '
        'ContentType="application/vnd.openxmlformats-package.core-properties+xml"/>'
        '<Override PartName="/docProps/app.xml" '
        'ContentType="application/vnd.openxmlformats-officedocument.extended-properties+xml"/></Types>'
    )


def _relationships(*targets: tuple[str, str], core: str | None = None) -> str:
    """Return relationships; a footer's is named by its file, so that a section can point to it."""
    lines = [
        f'<Relationship Id="{target.removesuffix(".xml").rpartition("/")[2]}" Type="{_R}/{kind}" Target="{target}"/>'
        for kind, target in targets
    ]
    if core is not None:
        lines.append(
            f'<Relationship Id="core" Type="{_PACKAGE}/relationships/metadata/core-properties" Target="{core}"/>'
        )
    return f'{_HEAD}<Relationships xmlns="{_PACKAGE}/relationships">{"".join(lines)}</Relationships>'
