"""The internal edition behind a published one: what the narrower edition left out, and the units' objections."""

from __future__ import annotations

from dataclasses import replace
from datetime import tzinfo

from domain.bulletin.events import Scope
from domain.bulletin.name import BulletinName
from services.publication.canonical import canonical, digest_of, read_canonical
from services.publication.derived import derive, stamp_of
from services.publication.publication import Publication, Shown


def shown_internally(publication: Publication, name: BulletinName, edition: int | None, zone: tzinfo) -> Shown:
    """Return the internal edition of a published one, or the draft, which is internal already.

    It is not signed: the signature stands over the edition that was published. Raises what ``Publication.show`` raises.
    """
    shown = publication.show(name, edition)
    if shown.edition is None:
        return shown
    published = stamp_of(shown.edition)
    stamp = replace(published, scope=Scope.INTERNAL)
    if published.scope is not Scope.INTERNAL and stamp.approval is not None:
        # What was printed and sent out is the edition that was published, not this one.
        stamp = replace(stamp, approval=replace(stamp.approval, distribution=None))
    document = publication.internal_document(name, edition)
    content = canonical(derive(document, publication.frozen_of(name, edition).digest, stamp, zone))
    return Shown(content, read_canonical(content), digest_of(content), shown.edition)
