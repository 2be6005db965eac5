"""How wide a table's columns are, and where its labels break."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.typesetting.columns import CELL_PADDING_PT, em_of, fit_of, label_lines
from services.typesetting.measures import AREA_WIDTH_PT, SMALLEST_PT, TURNED_WIDTH_PT
from services.typesetting.paper import Cell, Column, Row, Table

FIGURES = st.from_regex(r"[+-]?[0-9]{1,6}(\.[0-9]{2}%)?", fullmatch=True)


@st.composite
def tables(draw: st.DrawFn) -> Table:
    names = st.text("市县住房和城乡建设局卫生健康委员会", min_size=1, max_size=24)
    columns = tuple(Column(draw(names), wordy=draw(st.booleans())) for _ in range(draw(st.integers(1, 40))))
    cells = st.tuples(*(names.map(Cell) if column.wordy else FIGURES.map(Cell) for column in columns))
    rows = draw(st.lists(st.builds(Row, names, cells), max_size=4))
    return Table("表", "单位", columns, tuple(rows))


@given(tables())
def test_every_column_stands_once_and_every_figure_fits(table: Table) -> None:
    fit = fit_of(table)
    assert [at for span in fit.spans for at in span.columns] == list(range(len(table.columns)))
    assert fit.size_pt >= SMALLEST_PT
    for span in fit.spans:
        assert sum(span.widths_pt) <= (TURNED_WIDTH_PT if fit.turned else AREA_WIDTH_PT) + 0.5
        for at, width in zip(span.columns, span.widths_pt[1:], strict=True):
            if not table.columns[at].wordy:
                need = max((em_of(row.cells[at].text) for row in table.lines), default=0) * fit.size_pt
                assert need <= width - 2 * CELL_PADDING_PT + 0.1


@pytest.mark.parametrize(
    ("label", "width_em", "lines"),
    [
        ("受理", 2, ("受理",)),
        ("应办结", 3, ("应办结",)),
        ("超时未办结", 5, ("超时未办结",)),
        ("超时未办结", 3, ("超时", "未办结")),
        ("按时办结", 2, ("按时", "办结")),
        ("平均用时（天）", 4, ("平均用时", "（天）")),
        ("平均用时（天）", 3, ("平均", "用时", "（天）")),
        ("P90 用时", 2.2, ("P90", "用时")),
    ],
)
def test_a_label_breaks_where_a_reader_would(label: str, width_em: float, lines: tuple[str, ...]) -> None:
    assert label_lines(label, width_em * 9 + 2 * CELL_PADDING_PT, 9) == lines


def test_a_row_that_does_not_fit_its_columns_is_refused() -> None:
    with pytest.raises(ValueError, match="2 cells, not 1"):
        Table("表", "", (Column("一"),), (Row("甲", (Cell("1"), Cell("2"))),))
