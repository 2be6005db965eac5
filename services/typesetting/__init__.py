"""Official paper (公文用纸): a document made of headings, paragraphs, tables and cards, set as PDF and as DOCX.

Say what stands on the paper with ``services.typesetting.paper``, then set it::

    from services.typesetting.paper import Body, Cell, Column, Heading, Paper, Row, Table
    from services.typesetting.pdf import pdf_of
    from services.typesetting.typefaces import found_typefaces
    from services.typesetting.word import docx_of

    paper = Paper(
        title="节目串联单",
        author="行风办",
        dated=date(2026, 4, 1),
        blocks=(
            Heading(1, "一、开场"),
            Body("各位听众……"),
            Table("本期诉求", "单位", (Column("件数"),), (Row("某局", (Cell("3"),)),)),
        ),
    )
    pdf_of(paper, found_typefaces(settings.fonts_dir))  # -> bytes
    docx_of(paper)  # -> bytes

``paper``
    ``Paper`` and its blocks: ``Heading`` (levels 1 to 4; the caller writes the number: 一、 （一） 1. （1）), ``Body``,
    ``Line`` (flush, centred, right, bold or small), ``Table`` (``Column``, ``Row``, ``Cell``), ``Card`` (labels and
    texts that stay on one page), ``AnnexHead`` (begins a page of its own), ``AnnexList``, ``Closing`` (who, when),
    ``Remark``, ``PageBreak``; ``RedHead`` is the red head of an official document and may be left out.
``pdf``
    ``pdf_of(paper, typefaces) -> bytes``: PDF/A-2b, fonts embedded, geometry of GB/T 9704-2012.
``word``
    ``docx_of(paper) -> bytes``: the same geometry as styles, fields, repeated heads and a document grid; names the
    official typefaces, with substitutes for an office that has none of them.
``typefaces``
    ``found_typefaces(folder) -> Typefaces``: which typefaces stand for 小标宋, 仿宋, 楷体, 黑体 and 宋体 here.
``measures``, ``columns``
    The measures of GB/T 9704-2012, and how wide each column of a table is and whether its page is turned.

Nothing here knows what a bulletin is; the same paper, typefaces and version of the setter give the same bytes.
"""
