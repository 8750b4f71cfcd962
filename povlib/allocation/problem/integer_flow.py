"""Flows on small networks in exact Python integers.

Responsible for a maximal flow (Dinic 1970) and a cheapest flow (successive shortest paths).
SciPy's `maximum_flow` counts in int32, which a county's budget in fen does not fit; hence this.
Not responsible for what the arcs mean.
"""

from __future__ import annotations

from collections import deque


class FlowNetwork:
    """Arcs with integer capacities and costs; node 0 is the source, node 1 the sink.

    Examples
    --------
    >>> net = FlowNetwork(3)
    >>> first, second = net.add_arc(0, 2, 5), net.add_arc(2, 1, 3)
    >>> net.push_maximal_flow()
    3
    >>> net.flow_through(first)
    3
    """

    SOURCE, SINK = 0, 1

    def __init__(self, nodes: int) -> None:
        self._out: list[list[int]] = [[] for _ in range(nodes)]
        self._to: list[int] = []
        self._capacity_left: list[int] = []
        self._cost: list[int] = []

    def add_arc(self, start: int, end: int, capacity: int, cost: int = 0) -> int:
        """Add an arc and return its number."""
        number = len(self._to)
        for a, b, left, price in ((start, end, capacity, cost), (end, start, 0, -cost)):
            self._out[a].append(len(self._to))
            self._to.append(b)
            self._capacity_left.append(left)
            self._cost.append(price)
        return number

    def flow_through(self, arc: int) -> int:
        """Return what flows through an arc."""
        return self._capacity_left[arc ^ 1]

    def push_maximal_flow(self) -> int:
        """Push a maximal flow from source to sink and return its size (Dinic)."""
        total = 0
        while (level := self._distance_levels())[self.SINK] >= 0:
            at = [0] * len(self._out)
            while pushed := self._push_one_path(level, at):
                total += pushed
        return total

    def _distance_levels(self) -> list[int]:
        """Return each node's distance from the source in arcs that have room; -1 where it is cut off."""
        level = [-1] * len(self._out)
        level[self.SOURCE] = 0
        queue = deque([self.SOURCE])
        while queue:
            node = queue.popleft()
            for arc in self._out[node]:
                if self._capacity_left[arc] and level[self._to[arc]] < 0:
                    level[self._to[arc]] = level[node] + 1
                    queue.append(self._to[arc])
        return level

    def _push_one_path(self, level: list[int], at: list[int]) -> int:
        """Find one path along the levels, push along it, return the amount (0: none left)."""
        path: list[int] = []
        node = self.SOURCE
        while node != self.SINK:
            while at[node] < len(self._out[node]):
                arc = self._out[node][at[node]]
                if self._capacity_left[arc] and level[self._to[arc]] == level[node] + 1:
                    break
                at[node] += 1
            else:
                if not path:
                    return 0
                node = self._to[path.pop() ^ 1]
                at[node] += 1
                continue
            path.append(arc)
            node = self._to[arc]
        amount = min(self._capacity_left[arc] for arc in path)
        self._push_along(path, amount)
        return amount

    def _push_along(self, path: list[int], amount: int) -> None:
        """Send an amount along a path: less room on its arcs, more on their reverses."""
        for arc in path:
            self._capacity_left[arc] -= amount
            self._capacity_left[arc ^ 1] += amount

    def push_cheapest_flow(self) -> tuple[int, int]:
        """Push a maximal flow of least cost; return its size and its cost."""
        size = cost = 0
        while path := self._cheapest_path():
            amount = min(self._capacity_left[arc] for arc in path)
            self._push_along(path, amount)
            size += amount
            cost += amount * sum(self._cost[arc] for arc in path)
        return size, cost

    def _cheapest_path(self) -> list[int]:
        """Return the arcs of a cheapest path (Bellman-Ford by queue), [] when there is none."""
        cost_to: dict[int, int] = {self.SOURCE: 0}
        arc_into: dict[int, int] = {}
        queue = deque([self.SOURCE])
        while queue:
            node = queue.popleft()
            for arc in self._out[node]:
                end, price = self._to[arc], cost_to[node] + self._cost[arc]
                if self._capacity_left[arc] and (end not in cost_to or price < cost_to[end]):
                    cost_to[end], arc_into[end] = price, arc
                    queue.append(end)
        path: list[int] = []
        node = self.SINK
        while node in arc_into and node != self.SOURCE:
            path.append(arc_into[node])
            node = self._to[arc_into[node] ^ 1]
        return path[::-1]
