"""How much can flow from one place to another (最大流): by how far a count can move while every printed sum holds."""

from __future__ import annotations

from collections import deque
from collections.abc import Hashable
from typing import TypeVar

Node = TypeVar("Node", bound=Hashable)

UNBOUNDED = 1 << 40
"""More than any count: an unknown may grow without bound."""


def most(arcs: dict[Node, dict[Node, int]], source: Node, sink: Node, enough: int = UNBOUNDED) -> int:
    """Return the maximum flow (Edmonds and Karp), at most ``enough``; ``arcs`` are used up."""
    total = 0
    while total < enough:
        path = _path(arcs, source, sink)
        if not path:
            break
        more = min(enough - total, *(arcs[one][other] for one, other in path))
        for one, other in path:
            arcs[one][other] -= more
            arcs[other][one] = arcs[other].get(one, 0) + more
        total += more
    return total


def _path(arcs: dict[Node, dict[Node, int]], source: Node, sink: Node) -> list[tuple[Node, Node]]:
    came: dict[Node, Node] = {source: source}
    queue = deque([source])
    while queue and sink not in came:
        node = queue.popleft()
        for other, capacity in arcs[node].items():
            if capacity and other not in came:
                came[other] = node
                queue.append(other)
    path: list[tuple[Node, Node]] = []
    node = sink
    while node in came and node != source:
        path.append((came[node], node))
        node = came[node]
    return path
