"""How long the simulator takes by size, without workbooks: seconds and peak memory.

.venv/bin/python benchmarks/sample_sizes.py [HOUSEHOLDS ...]
"""

from __future__ import annotations

import resource
import sys
import time

from povlib import sample

PROMISED = {20_000: 30.0}


def main(sizes: list[int]) -> None:
    """Print a row a size."""
    print(f"{'households':>10s} {'seconds':>8s} {'cpu':>6s} {'promised':>9s} {'peak MiB':>9s}")
    for size in sizes:
        wall, cpu = time.perf_counter(), time.process_time()
        sample.ledger_rows(sample.simulate(size))
        wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        promised = PROMISED.get(size)
        print(f"{size:10,d} {wall:8.2f} {cpu:6.2f} {promised or '-':>9} {peak:9.0f}")


if __name__ == "__main__":
    main([int(word) for word in sys.argv[1:]] or [340, 20_000])
