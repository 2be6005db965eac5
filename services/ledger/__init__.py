"""Reading an existing ledger (台账): files in, clean rows out. This part knows nothing of events or of the store.

    sheet = open_sheet(path, load_map(map_path))      # or open_sheets: every ledger in a workbook
    tally = CoverageTally()
    for row in read_rows(sheet, zone=zone, not_after=now):
        match row: LedgerRow | RejectedRow | SkippedRow
    coverage, assumptions = tally.conclude(sheet.ledger_map.coverage)

**Nothing is passed over in silence.** Each row gives one outcome, and ``read = ledger rows + rejected rows``; rows
that a map or the headings mark as none of ours are ``SkippedRow`` and counted apart. Not rows at all: lines without
any character, and rows of a workbook without any value. A file that is no ledger opens with a note and each of its
rows is rejected with the reason; a file that cannot be read, or lacks a heading that the map names, is refused whole
(``FileRefused``), and the reason belongs with the file.

**What rejects a row**: a registration date that is missing, unreadable, impossible or later than the import; title
and text both empty; a line of more than 8 MiB. Everything else is taken in with a flag (``remarks.Flag``). A matter
is answered only with both a reply and its date.

**Identity** of a contact: channel, source and source id. The source is the map's, else the host of the row's
address, else a digest of the file's set of headings. The source id is the row's number, else its whole address, else
the digest of the row and its ordinal among equal rows of the file. A number that a spreadsheet has cut to 15 digits
identifies nothing and is not used.

**Precedence**: what a map names goes before what is recognised (an empty heading in a map switches a field off); of
several headings for one field, the first in ``vocabulary.HEADINGS`` is read, Chinese before bare English; of two
equal headings, the first column. What is not read is named in the sheet's notes.

**Limits**: text is streamed in bounded memory whatever its size; of a workbook the library holds one whole sheet
(about 1.2 GB for a million rows).
"""

from services.ledger.coverage import Coverage, CoverageTally
from services.ledger.maps import NO_MAP, DeclaredCoverage, LedgerMap, MapFault, MapRefused, load_map, read_map
from services.ledger.rejects import RejectsFile
from services.ledger.remarks import FLAG_NOTES, Flag, Note
from services.ledger.rows import LedgerRow, RejectedRow, RowOutcome, SkippedRow, read_rows
from services.ledger.sheets import FileRefused, Sheet, file_name, open_sheet, open_sheets

__all__ = [
    "FLAG_NOTES",
    "NO_MAP",
    "Coverage",
    "CoverageTally",
    "DeclaredCoverage",
    "FileRefused",
    "Flag",
    "LedgerMap",
    "LedgerRow",
    "MapFault",
    "MapRefused",
    "Note",
    "RejectedRow",
    "RejectsFile",
    "RowOutcome",
    "Sheet",
    "SkippedRow",
    "file_name",
    "load_map",
    "open_sheet",
    "open_sheets",
    "read_map",
    "read_rows",
]
