"""A record with some fields changed: ``dataclasses.replace`` in a fraction of its time, for folds over the log."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from dataclasses import replace as changed
else:
    from dataclasses import fields
    from operator import attrgetter

    # By class: how to read all fields at once, and where each of them stands.
    _SHAPES = {}

    def changed(record, /, **changes):  # noqa: ANN001, ANN003, ANN201 - typed as dataclasses.replace
        """Return the record with these fields changed; every field must be one of ``__init__``, in its order."""
        shape = _SHAPES.get(type(record))
        if shape is None:
            names = [field.name for field in fields(record)]
            shape = _SHAPES[type(record)] = (attrgetter(*names), {name: at for at, name in enumerate(names)})
        read, places = shape
        values = list(read(record))
        for name, value in changes.items():
            values[places[name]] = value
        return type(record)(*values)


__all__ = ["changed"]
