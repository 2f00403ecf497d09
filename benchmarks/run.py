"""Run the benchmarks, all or the one named: python benchmarks/run.py [NAME].

Everything happens on loopback, in a few minutes. README.md says what the figures mean.
"""

from __future__ import annotations

import argparse
import os
import sys
import time

import imap
import page
import pop3
import replay
import smtp
import startup

BENCHMARKS = {
    "startup": startup.main,
    "smtp": smtp.main,
    "pop3": pop3.main,
    "imap": imap.main,
    "replay": replay.main,
    "page": page.main,
}


def main() -> None:
    parser = argparse.ArgumentParser(description="Measure the lab; see benchmarks/README.md.")
    parser.add_argument("name", nargs="?", choices=BENCHMARKS, help="only this one")
    name = parser.parse_args().name
    version = ".".join(map(str, sys.version_info[:3]))
    print(f"Python {version} on {sys.platform}, {os.cpu_count()} cores")
    begun = time.perf_counter()
    for each, measure in BENCHMARKS.items():
        if name in {None, each}:
            print(f"\n{each}")
            measure()
    print(f"\n{time.perf_counter() - begun:.0f} s in all")


if __name__ == "__main__":
    main()
