"""Many funds, most of them of one area: the worst set of funds without listing every set.

Responsible for putting funds into blocks (those of the county above those of each township, these above those of each
village), for what packages demand in each state of the funds on one way from the top to a block, and for the states in
which a plan demands most beyond what the funds hold. Not responsible for Gale's condition itself (`bundled_funds`) nor
for the rows of a program (`povlib.allocation.solvers.township.relaxation`).

Given what is taken of the county's funds, each township's own funds can be chosen without regard to the others: no
package is paid from the funds of two townships. What Gale's condition (1957) asks of every set of funds is therefore
``sum over townships of max over its own funds of (demand - budget) <= budget of the county's funds taken``, and the
largest left side is found block by block, from the villages upward (a dynamic program on an elimination tree: Bertele
and Brioschi 1972). 16 townships with a fund each beside 4 of the county have 2^20 sets, but 16 x 2^5 states.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import combinations, product
from weakref import WeakKeyDictionary

import numpy as np
import numpy.typing as npt

from povlib.allocation.problem.bundled_funds import CHILD, NO_LIMIT, NONE, WHOLE, BundledFunds
from povlib.arrays import Bools, Ints
from povlib.errors import ProblemError

#: states of the funds above and in one block; 14 funds that may all pay the same package have as many
MOST_PATH_STATES = 2**14
#: bills whose demand is reckoned at once: 20,000 in 48 states are 8 MB (a choice)
_BILLS_AT_ONCE = 20_000


@dataclass(frozen=True, eq=False)
class FundBlock:
    """Funds that are chosen together.

    Attributes
    ----------
    own, above : tuple of int
        Its funds, and those of the blocks above it, from the top down.
    parent : int
        Block above; -1 at the top.
    first : int
        Where its states begin among those of all blocks.
    states : int8 (S, above and own)
        What is taken of each fund (`NONE`, `CHILD`, `WHOLE`): for each state of the funds above each state of its own.
    budget : int64 (states of its own,)
        What its own funds hold together, in fen.
    """

    own: tuple[int, ...]
    above: tuple[int, ...]
    parent: int
    first: int
    states: npt.NDArray[np.int8]
    budget: Ints

    @property
    def path(self) -> tuple[int, ...]:
        """Funds above and its own, in the order of the columns of `states`."""
        return (*self.above, *self.own)

    @property
    def span(self) -> slice:
        """Where its states stand among those of all blocks."""
        return slice(self.first, self.first + len(self.states))


@dataclass(frozen=True, eq=False)
class FundTree:
    """The funds of a problem in blocks; made by `fund_tree`.

    Attributes
    ----------
    money : BundledFunds
    blocks : tuple of FundBlock
        Each after the one above it.
    adjacent : bool (F, F)
        Funds that may pay the same package.
    """

    money: BundledFunds
    blocks: tuple[FundBlock, ...]
    adjacent: Bools

    @property
    def width(self) -> int:
        """Number of states of all blocks together."""
        return self.blocks[-1].span.stop if self.blocks else 0

    @cached_property
    def _block_of_package(self) -> Ints:
        """Lowest block that holds a fund which may pay something of each package; -1 where nothing is billed."""
        money = self.money
        block = np.zeros(len(money.funds), dtype=np.int64)
        for b, one in enumerate(self.blocks):
            block[list(one.own)] = b
        lowest = np.full(money.packages, -1, dtype=np.int64)
        billed, may_pay = _paying_funds(money)
        # a bill that no fund may pay stands at the top: it is demanded of whatever is taken
        lowest[billed] = np.where(may_pay, block, 0).max(axis=1)
        return lowest

    def demands(self, rows: Ints) -> Ints:
        """Return what package rows demand in every state of every block, in fen: int64 (rows, width)."""
        found = np.zeros((len(rows), self.width), dtype=np.int64)
        for block, at, demand in self._block_demands(rows):
            found[at, block.span] = demand
        return found

    def sums(self, weight: npt.NDArray[np.number]) -> npt.NDArray[np.number]:
        """Return what package rows, each taken with a weight, demand together in every state; whole for whole weights.

        weight: (P,), as many times as each package row is taken; a relaxation takes parts.
        """
        rows = np.flatnonzero(weight)
        total = np.zeros(self.width, dtype=weight.dtype)
        for block, at, demand in self._block_demands(rows):
            total[block.span] += weight[rows[at]] @ demand
        return total

    def excess(self, demand: npt.NDArray[np.number]) -> npt.NDArray[np.number]:
        """Return by how much demand is above what funds hold, at worst, for each state of the funds at the top.

        demand: (..., width), of whole choices. A plan can be paid when nothing is above 0.
        """
        tops, _ = self._highest(demand)
        return np.concatenate(tops, axis=-1) if tops else np.zeros((*demand.shape[:-1], 0), dtype=demand.dtype)

    def worst_states(self, weight: npt.NDArray[np.number]) -> list[tuple[float, tuple[int, ...]]]:
        """Return states that demand more than they hold, with by how much (fen), the worst first.

        For each state of the funds at the top the worst of all below; of each its parts that hang together.
        """
        tops, chosen = self._highest(self.sums(weight))
        found: set[tuple[int, ...]] = set()
        roots = [b for b, block in enumerate(self.blocks) if block.parent < 0]
        for root, excess in zip(roots, tops, strict=True):
            for at in np.flatnonzero(excess > 0).tolist():
                found |= set(self._linked_parts(self._state_below(root, at, chosen)))
        rows = np.flatnonzero(weight)
        part = self.money.of_packages(rows)
        over = [(float(part.demand(state) @ weight[rows]) - self.money.budget_of(state), state) for state in found]
        return sorted(((by, state) for by, state in over if by > 0), key=lambda one: (-one[0], one[1]))

    def _highest(self, demand: npt.NDArray[np.number]) -> tuple[list[npt.NDArray[np.number]], dict[int, Ints]]:
        """Return the worst excess below each state of each top block, and which own state makes it in each block."""
        total = demand.copy()
        chosen: dict[int, Ints] = {}
        for b in range(len(self.blocks) - 1, -1, -1):
            block = self.blocks[b]
            own = total[..., block.span].reshape(*total.shape[:-1], -1, len(block.budget)) - block.budget
            if block.parent < 0:
                total[..., block.span] = own.reshape(*total.shape[:-1], -1)
                continue
            chosen[b] = own.argmax(axis=-1)
            total[..., self.blocks[block.parent].span] += own.max(axis=-1)
        return [total[..., block.span] for block in self.blocks if block.parent < 0], chosen

    def _state_below(self, root: int, at: int, chosen: dict[int, Ints]) -> tuple[int, ...]:
        """Return the state of all funds that belongs to a state of a top block."""
        state = [NONE] * len(self.money.funds)
        where = {root: at}
        for b, block in enumerate(self.blocks):
            if block.parent in where:
                context = where[block.parent]
                where[b] = context * len(block.budget) + int(chosen[b][context])
            if b in where:
                for f, taken in zip(block.path, self.blocks[b].states[where[b]].tolist(), strict=True):
                    state[f] = taken
        return tuple(state)

    def _linked_parts(self, state: tuple[int, ...]) -> Iterator[tuple[int, ...]]:
        """Yield the parts of a state whose funds hang together: the row of the whole follows from theirs."""
        taken = [f for f, how in enumerate(state) if how != NONE]
        for part in _linked(taken, self.adjacent):
            yield tuple(how if f in part else NONE for f, how in enumerate(state))

    def _block_demands(self, rows: Ints) -> Iterator[tuple[FundBlock, Ints, Ints]]:
        """Yield block by block the places in `rows` of its packages, and what they demand in its states."""
        lowest = self._block_of_package[rows]
        order = np.argsort(lowest, kind="stable")
        begin = np.searchsorted(lowest[order], np.arange(len(self.blocks) + 1))
        for b, block in enumerate(self.blocks):
            own = order[begin[b] : begin[b + 1]]
            size = np.cumsum(self._bill_counts[rows[own]])
            low = 0
            while low < len(own):
                done = size[low - 1] if low else 0
                high = max(int(np.searchsorted(size, done + _BILLS_AT_ONCE, side="right")), low + 1)
                yield block, own[low:high], self._demands_in_block(block, rows[own[low:high]])
                low = high

    @cached_property
    def _bill_counts(self) -> Ints:
        return np.bincount(self.money.package, minlength=self.money.packages).astype(np.int64)

    @cached_property
    def _first_bill(self) -> Ints:
        return np.concatenate([[0], np.cumsum(self._bill_counts)]).astype(np.int64)

    def _demands_in_block(self, block: FundBlock, rows: Ints) -> Ints:
        """Return what package rows with bills demand in each state of a block (`BundledFunds.demand`)."""
        money, path = self.money, list(block.path)
        count = self._bill_counts[rows]
        begin = np.cumsum(count) - count
        bills = np.arange(int(count.sum())) + np.repeat(self._first_bill[rows] - begin, count)
        cost = money.cost[bills]
        ceiling, kept = money.ceiling[np.ix_(bills, path)], money.kept[np.ix_(bills, path)]
        none, child = (block.states == NONE).astype(np.int64), (block.states == CHILD).astype(np.int64)
        usable = ceiling @ none.T + (ceiling * kept) @ child.T

        def paid(left: Ints) -> Ints:
            return np.asarray(np.add.reduceat(np.minimum(cost[:, None], left), begin, axis=0))

        best = paid(usable)
        home = (rows < money.own)[:, None]
        capped = [i for i, f in enumerate(path) if money.household_ceiling[f] < NO_LIMIT]
        for size in range(1, len(capped) + 1):
            for cut in combinations(capped, size):
                own = list(cut)
                left = usable - ceiling[:, own] @ none[:, own].T - (ceiling * kept)[:, own] @ child[:, own].T
                best = np.where(home, np.minimum(best, paid(left) + int(_ceilings(money, path, own))), best)
        total = np.add.reduceat(cost, begin)[:, None]
        return np.asarray(total - np.minimum(best, total))


def fund_tree(money: BundledFunds) -> FundTree:
    """Return the funds of a problem in blocks, those that stand above all others first.

    Raises
    ------
    ProblemError
        If so many funds may pay the same packages that their sets cannot be gone through.

    Examples
    --------
    Two townships with a fund each beside one of the county: the county's stands above both.

    >>> import numpy as np
    >>> ceiling = np.array([[9, 9, 0], [9, 0, 9]])
    >>> money = BundledFunds(
    ...     ("county", "east", "west"), np.array([4, 2, 7]), np.array([4, 2, 7]), np.full(3, NO_LIMIT),
    ...     np.array([0, 1]), np.array(["m", "m"], dtype=object), np.array([9, 9]), ceiling,
    ...     np.ones((2, 3), dtype=bool), packages=2, own=2,
    ... )
    >>> tree = fund_tree(money)
    >>> [(block.own, block.above) for block in tree.blocks]
    [((0,), ()), ((1,), (0,)), ((2,), (0,))]
    >>> tree.worst_states(np.array([1, 1]))
    [(5.0, (2, 2, 2))]
    """
    if money not in _trees:
        _trees[money] = _tree_of(money)
    return _trees[money]


_trees: WeakKeyDictionary[BundledFunds, FundTree] = WeakKeyDictionary()


def _tree_of(money: BundledFunds) -> FundTree:
    _, may_pay = _paying_funds(money)
    kinds = np.unique(may_pay, axis=0).astype(np.int64)
    adjacent = np.asarray(kinds.T @ kinds > 0)
    blocks: list[FundBlock] = []
    todo = [(part, -1) for part in reversed(_linked(list(range(len(money.funds))), adjacent))]
    first = 0
    while todo:
        funds, parent = todo.pop()
        own, parts = _top_funds(funds, adjacent)
        above = blocks[parent].path if parent >= 0 else ()
        block = _block(money, own, above, parent, first)
        first += len(block.states)
        todo += [(part, len(blocks)) for part in reversed(parts)]
        blocks.append(block)
    return FundTree(money, tuple(blocks), adjacent)


def _block(money: BundledFunds, own: list[int], above: tuple[int, ...], parent: int, first: int) -> FundBlock:
    options = [(NONE, CHILD, WHOLE) if money.has_child[f] else (NONE, WHOLE) for f in (*above, *own)]
    count = int(np.prod([len(each) for each in options], dtype=np.float64))
    if count > MOST_PATH_STATES:
        raise ProblemError(
            "{n} funds may pay the same help: their sets are too many to be gone through", where="payers",
            n=len(options), remedy="join funds that pay the same, or give them to areas",
        )  # fmt: skip
    budget = [
        sum(int(money.budget[f]) if how == WHOLE else int(money.child[f]) if how == CHILD else 0
            for f, how in zip(own, state, strict=True))
        for state in product(*options[len(above) :])
    ]  # fmt: skip
    states = np.array(list(product(*options)), dtype=np.int8).reshape(count, len(options))
    return FundBlock(tuple(own), above, parent, first, states, np.array(budget, dtype=np.int64))


def _top_funds(funds: list[int], adjacent: Bools) -> tuple[list[int], list[list[int]]]:
    """Return the funds without which the others fall apart, most linked first taken, and the parts left."""
    own: list[int] = []
    rest = list(funds)
    while len(parts := _linked(rest, adjacent)) == 1:
        links = adjacent[np.ix_(rest, rest)].sum(axis=1)
        own.append(rest.pop(int(links.argmax())))
    return sorted(own), parts


def _linked(funds: list[int], adjacent: Bools) -> list[list[int]]:
    """Return funds in lists that hang together."""
    parts, left = [], list(funds)
    while left:
        part, todo = [left[0]], [left.pop(0)]
        while todo:
            f = todo.pop()
            new = [g for g in left if adjacent[f, g]]
            left = [g for g in left if g not in new]
            part += new
            todo += new
        parts.append(sorted(part))
    return parts


def _paying_funds(money: BundledFunds) -> tuple[Ints, Bools]:
    """Return the package rows that have bills, and which funds may pay something of each."""
    if not len(money.package):
        return np.zeros(0, dtype=np.int64), np.zeros((0, len(money.funds)), dtype=bool)
    first = np.flatnonzero(np.diff(money.package, prepend=-1))
    return money.package[first], np.logical_or.reduceat(money.ceiling > 0, first, axis=0)


def _ceilings(money: BundledFunds, path: list[int], own: list[int]) -> int:
    return sum(int(money.household_ceiling[path[i]]) for i in own)
