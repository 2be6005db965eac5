"""``hangfeng handbook``: write the drawn pages of the documentation anew."""

from pathlib import Path

import click

from services.handbook import PAGES


@click.command("handbook", short_help="重写文档中的自动页 / write the drawn pages of the documentation")
@click.argument("folder", type=click.Path(file_okay=False, exists=True, path_type=Path))
def handbook(folder: Path) -> None:
    """把由代码生成的文档页写入 FOLDER / write the pages that are drawn from the code into FOLDER."""
    from gateways.http.documents import api_page
    from gateways.http.routes import ROUTES
    from gateways.http.server import api_document

    pages = {name: page() for name, page in PAGES.items()} | {"api.md": api_page(ROUTES, api_document())}
    for name, page in pages.items():
        (folder / name).write_text(page, "utf-8")
        click.echo(folder / name, err=True)
