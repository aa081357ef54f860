"""What the product promises about speed, measured: `make bench`, or `python -m benchmarks NAME…`.

Each module offers `run()`, which yields (what was measured, figure) pairs. It runs in a process of its own, against an
empty database and index that are thrown away afterwards. Figures are ratios or growths within one run wherever they
can be, because machines differ.
"""
