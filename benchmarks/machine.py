"""How fast this machine's arithmetic is, so that limits measured on another can be scaled to it."""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from pathlib import Path

# Twelve independent chains of multiply-adds, sixteen lanes each: enough to hide their latency.
_SOURCE = r"""
#include <stdio.h>
#include <time.h>
typedef float vec __attribute__((vector_size(64)));
int main(void) {
    vec m, c;
    for (int k = 0; k < 16; k++) { m[k] = 0.999f; c[k] = 0.001f; }
    vec a0 = m + 1.0f;
    vec a1 = m + 2.0f;
    vec a2 = m + 3.0f;
    vec a3 = m + 4.0f;
    vec a4 = m + 5.0f;
    vec a5 = m + 6.0f;
    vec a6 = m + 7.0f;
    vec a7 = m + 8.0f;
    vec a8 = m + 9.0f;
    vec a9 = m + 10.0f;
    vec a10 = m + 11.0f;
    vec a11 = m + 12.0f;
    double best = 1e9;
    const long n = 4000000;
    for (int r = 0; r < 7; r++) {
        struct timespec t0, t1;
        clock_gettime(CLOCK_MONOTONIC, &t0);
        for (long k = 0; k < n; k++) {
            a0 = a0 * m + c; a1 = a1 * m + c; a2 = a2 * m + c; a3 = a3 * m + c;
            a4 = a4 * m + c; a5 = a5 * m + c; a6 = a6 * m + c; a7 = a7 * m + c;
            a8 = a8 * m + c; a9 = a9 * m + c; a10 = a10 * m + c; a11 = a11 * m + c;
        }
        clock_gettime(CLOCK_MONOTONIC, &t1);
        double s = (t1.tv_sec - t0.tv_sec) + 1e-9 * (t1.tv_nsec - t0.tv_nsec);
        if (s < best) best = s;
    }
    fprintf(stderr, "%g\n",
            a0[3] + a1[3] + a2[3] + a3[3] + a4[3] + a5[3]
            + a6[3] + a7[3] + a8[3] + a9[3] + a10[3] + a11[3]);
    printf("%.6g\n", 2.0 * 16 * 12 * n / best);
    return 0;
}
"""


def single_precision_flops() -> float | None:
    """Highest rate of single-precision multiply-adds on one core.

    Returns
    -------
    float or None
        Floating-point operations a second; None where there is no C compiler to measure it with.
    """
    compiler = shutil.which("cc") or shutil.which("gcc")
    if compiler is None:
        return None
    with tempfile.TemporaryDirectory() as folder:
        source, program = Path(folder) / "peak.c", Path(folder) / "peak"
        source.write_text(_SOURCE)
        flags = ["-O3", "-march=native", "-ffp-contract=fast"]
        subprocess.run([compiler, *flags, str(source), "-o", str(program)], check=True)
        run = subprocess.run([str(program)], check=True, capture_output=True, text=True)
    return float(run.stdout)
