"""Simulate the LDPC codes of CCSDS 131.0-B and 231.0-B, for the error rates that QQNet ships.

    python tools/simulate_ldpc.py CODE [--seconds 120] [--lowest 1e-5] [--start DB] [--step 0.2]

writes one point a line: Eb/N0 [dB], frames, frame errors, bit errors. ``--list`` names the codes.

All-zero codewords (the codes are linear and the channel is symmetric) in binary phase-shift keying over white
Gaussian noise; layered belief propagation in single precision, at most 100 sweeps, until all parity checks hold. A
check combines messages by the exact rule, sign x min + g(|a+b|) - g(|a-b|) with g(x) = ln(1 + e^-x), where g is a
rational function right to 0.0015. A frame is in error when any information bit is.

Parity checks are those of the standards: the permutations of AR4JA (131.0-B-5 tables 7-3 and 7-4), the circulants
of C2 (table 7-1, shortened by 18 bits and extended by two that carry nothing), the circulants of the telecommand
codes (231.0-B, (128,64) and (512,256)). The numbers were compared between two independent open programs that hold
them, ldpc-toolbox and labrador-ldpc; the standards themselves were not at hand.
"""

from __future__ import annotations

import argparse
import time
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numba import njit
from numpy.typing import NDArray

LANES: Final = 32
SWEEPS: Final = 100
KNOWN: Final = 100.0
"""Log-likelihood ratio of a bit that is known to be zero."""

LIMIT = np.float32(200.0)
"""Messages are kept within this, or they would grow without end where decoding fails."""

THETA: Final = (3, 0, 1, 2, 2, 3, 0, 1, 0, 1, 2, 0, 2, 3, 0, 1, 2, 0, 1, 2, 0, 1, 2, 1, 2, 3)

# One block for each M from 128 to 8192, in it two lines for each j; k from 1 to 26 along the line.
PHI_TEXT: Final = """
1 22 0 26 0 10 5 18 3 22 3 8 25 25 2 27 7 7 15 10 4 19 7 9 26 17
0 27 30 28 7 1 8 20 26 24 4 12 23 15 15 22 31 3 29 21 2 5 11 26 9 17
0 12 30 18 10 16 13 9 7 15 16 18 4 23 5 3 29 11 4 8 2 11 11 3 15 13
0 13 19 14 15 20 17 4 4 11 17 20 8 22 19 15 5 21 17 9 20 18 31 13 2 18

59 18 52 23 11 7 22 25 27 30 43 14 46 62 44 12 38 47 1 52 61 10 55 7 12 2
0 32 21 36 30 29 44 29 39 14 22 15 48 55 39 11 1 50 40 62 27 38 40 15 11 18
0 46 45 27 48 37 41 13 9 49 36 10 11 18 54 40 27 35 25 46 24 33 18 37 35 21
0 44 51 12 15 12 4 7 2 30 53 23 29 37 42 48 4 10 18 56 9 11 23 8 7 24

16 103 105 0 50 29 115 30 92 78 70 66 39
84 79 70 29 32 45 113 86 1 42 118 33 126
0 53 74 45 47 0 59 102 25 3 88 65 62 68 91 70 115 31 121 45 56 54 108 14 30 116
0 8 119 89 31 122 1 69 92 47 11 31 19 66 49 81 96 38 83 42 58 24 25 92 38 120
0 35 97 112 64 93 99 94 103 91 3 6 39
113 92 119 74 73 116 31 127 98 23 38 18 62

160 241 185 251 209 103 90 184 248 12 111 66 173
42 157 174 104 144 43 181 250 202 68 177 170 89
0 182 249 65 70 141 237 77 55 12 227 42 52
243 179 250 247 164 17 31 149 105 183 153 177 19
0 35 167 214 84 206 122 67 147 54 23 93 20
197 46 162 101 76 78 253 124 143 63 41 214 70
0 162 7 31 164 11 237 125 133 99 105 17 97
91 211 128 82 115 248 62 26 140 121 12 41 249

108 126 238 481 96 28 59 225 323 28 386 305 34
510 147 199 347 391 165 414 97 158 86 168 506 489
0 375 436 350 260 84 318 382 169 213 67 313 242
188 1 306 397 80 33 7 447 336 424 134 152 492
0 219 16 263 415 403 184 279 198 307 432 240 454
294 479 289 373 104 141 270 439 333 399 14 277 412
0 312 503 388 48 7 185 328 254 202 285 11 168
127 8 437 475 85 419 459 468 209 311 211 510 320

226 618 404 32 912 950 534 63 971 304 409 708 719
176 743 759 674 958 984 11 413 925 687 752 867 323
0 767 227 247 284 370 482 273 886 634 762 184 696
413 854 544 864 82 1009 437 36 562 816 452 290 778
0 254 790 642 248 899 328 518 477 404 698 160 497
100 518 92 464 592 198 856 235 134 542 545 777 483
0 285 554 809 185 49 101 82 898 627 154 65 81
823 50 413 462 175 715 537 722 37 488 179 430 264

1148 2032 249 1807 485 1044 717 873 364 1926 1241 1769 532
768 1138 965 141 1527 505 1312 1840 709 1427 989 1925 270
0 1822 203 882 1989 957 1705 1083 1072 354 1942 446 1456
1940 1660 1661 587 708 1466 433 1345 867 1551 2041 1383 1790
0 318 494 1467 757 1085 1630 64 689 1300 148 777 1431
659 352 1177 836 1572 348 1040 779 476 191 1393 1752 1627
0 1189 458 460 1039 1000 1265 1223 874 1292 1491 631 464
461 844 392 922 256 1986 19 266 471 1166 1300 1033 1606
"""
PHI: Final = np.array(PHI_TEXT.split(), dtype=np.int64).reshape(7, 4, 26).transpose(1, 2, 0)
"""Shift of permutation k within a quarter, [j, k - 1, log2(M) - 7]."""

C2: Final = (
    "0 176 12 239 0 352 24 431 0 392 151 409 0 351 9 359 0 307 53 329 0 207 18 281 0 399 202 457 0 247 36 261",
    "99 471 130 473 198 435 260 478 215 420 282 481 48 396 193 445 273 430 302 451 96 379 191 386 244 467 "
    "364 470 51 382 192 414",
)
"""Shifts of the circulants, two for each of the 16 blocks of a line."""

TELECOMMAND: Final = {
    128: (
        "0+7 2 14 6 - 0 13 0",
        "6 0+15 0 1 0 - 0 7",
        "4 1 0+15 14 11 0 - 3",
        "0 1 9 0+13 14 1 0 -",
    ),
    512: (
        "0+63 30 50 25 - 43 62 0",
        "56 0+61 50 23 0 - 37 26",
        "16 0 0+55 27 56 0 - 43",
        "35 56 62 0+11 58 3 0 -",
    ),
}
"""Shifts of the circulants of each block; - where there is none."""


@dataclass(frozen=True)
class Code:
    """A code by its parity checks.

    Attributes
    ----------
    columns : ndarray, shape [edges]
        Bit of each edge, check by check.
    starts : ndarray, shape [checks + 1]
        First edge of each check.
    information : int
        Bits 0 to this are information.
    sent : ndarray of bool, shape [bits]
        Bits that are transmitted.
    known : int
        Information bits, the first ones, that are zero and not sent.
    k, n : int
        Information bits, and symbols on the channel.
    """

    columns: NDArray[np.int64]
    starts: NDArray[np.int64]
    information: int
    sent: NDArray[np.bool_]
    known: int
    k: int
    n: int


def from_rows(rows: list[list[int]], bits: int, **rest: Any) -> Code:
    for row in rows:
        assert len(set(row)) == len(row), "two edges of a check fell on one bit"
    lengths = [len(row) for row in rows]
    rest.setdefault("sent", np.ones(bits, dtype=bool))
    return Code(np.concatenate(rows).astype(np.int64), np.concatenate(([0], np.cumsum(lengths))), **rest)


def ar4ja(k: int, rate: str) -> Code:
    """Section 7.4 of 131.0-B: blocks of M, the permutations of each as numbers, 0 for the identity."""
    blocks = {"1/2": 2, "2/3": 4, "4/5": 8}[rate]  # of information
    m = k // blocks
    half = [
        {2: [0], 4: [0, 1]},
        {0: [0], 1: [0], 3: [0], 4: [2, 3, 4]},
        {0: [0], 1: [5, 6], 3: [7, 8], 4: [0]},
    ]
    two_thirds = [{}, {0: [9, 10, 11], 1: [0]}, {0: [0], 1: [12, 13, 14]}]
    four_fifths = [
        {},
        {0: [21, 22, 23], 1: [0], 2: [15, 16, 17], 3: [0]},
        {0: [0], 1: [24, 25, 26], 2: [0], 3: [18, 19, 20]},
    ]
    parts = {"1/2": [half], "2/3": [two_thirds, half], "4/5": [four_fifths, two_thirds, half]}[rate]
    widths = {id(half): 5, id(two_thirds): 2, id(four_fifths): 4}
    which = int(np.log2(m)) - 7
    rows: list[list[int]] = []
    for line in range(3):
        for i in range(m):
            row, offset = [], 0
            for part in parts:
                for column, permutations in part[line].items():
                    for number in permutations:
                        j = 4 * i // m
                        if number:
                            shift = (PHI[j][number - 1][which] + i) % (m // 4)
                            place = (m // 4) * ((THETA[number - 1] + j) % 4) + shift
                        else:
                            place = i
                        row.append((offset + column) * m + place)
                offset += widths[id(part)]
            rows.append(row)
    bits = (blocks + 3) * m
    sent = np.arange(bits) < bits - m
    return from_rows(rows, bits, information=k, sent=sent, known=0, k=k, n=bits - m)


def c2() -> Code:
    """Section 7.3 of 131.0-B."""
    size = 511
    rows = [
        [n // 2 * size + (j + int(shift)) % size for n, shift in enumerate(line.split())]
        for line in C2
        for j in range(size)
    ]
    return from_rows(rows, 8176, information=8176, known=18, k=7136, n=8160)


def telecommand(n: int) -> Code:
    """231.0-B: four lines of eight blocks."""
    size = n // 8
    rows = [
        [
            column * size + (j + int(shift)) % size
            for column, block in enumerate(line.split())
            if block != "-"
            for shift in block.split("+")
        ]
        for line in TELECOMMAND[n]
        for j in range(size)
    ]
    return from_rows(rows, n, information=n, known=0, k=n // 2, n=n)


def code(name: str) -> Code:
    if name == "c2":
        return c2()
    family, *rest = name.split(":")
    return telecommand(int(rest[0])) if family == "tc" else ar4ja(int(rest[1]), rest[0])


NAMES: Final = (
    *(f"ar4ja:{rate}:{k}" for k in (1024, 4096, 16384) for rate in ("1/2", "2/3", "4/5")),
    "c2",
    "tc:128",
    "tc:512",
)


G0, G1, G2, G3, G4, G5 = (
    np.float32(value) for value in (1.4397016, 1.1016708, 0.2358481, 0.5378222, -0.1760491, 0.0557373)
)
"""Of the rational function for ln(1 + e^-x), fitted over 0 to 12; its error is below 0.0015."""


@njit(fastmath=True, error_model="numpy")
def soft(x: Any) -> Any:
    """Ln(1 + e^-x) for x of zero or more."""
    return np.float32(1.0) / (G0 + x * (G1 + x * (G2 + x * (G3 + x * (G4 + x * G5)))))


@njit(fastmath=True, error_model="numpy")
def box_plus(one: Any, other: Any, out: Any) -> None:
    """What a check says of a bit that two others determine, lane by lane."""
    for lane in range(LANES):
        a, b = one[lane], other[lane]
        least = min(abs(a), abs(b))
        signed = least if a * b > np.float32(0.0) else -least
        out[lane] = signed + soft(abs(a + b)) - soft(abs(a - b))


@njit(fastmath=True, error_model="numpy")
def sweep(total: Any, message: Any, columns: Any, starts: Any, before: Any, after: Any, seen: Any) -> None:
    """Pass over all checks once; `total` is what is known of each bit, `message` what each check says of it."""
    for check in range(starts.size - 1):
        first, degree = starts[check], starts[check + 1] - starts[check]
        for e in range(degree):
            bit = columns[first + e]
            for lane in range(LANES):
                value = total[bit, lane] - message[first + e, lane]
                value = value if value < LIMIT else LIMIT
                seen[e, lane] = value if value > -LIMIT else -LIMIT
        before[0] = seen[0]
        for e in range(1, degree):
            box_plus(before[e - 1], seen[e], before[e])
        after[degree - 1] = seen[degree - 1]
        for e in range(degree - 2, -1, -1):
            box_plus(after[e + 1], seen[e], after[e])
        for e in range(degree):
            bit, place = columns[first + e], first + e
            for lane in range(LANES):
                total[bit, lane] -= message[place, lane]
            if e == 0:
                message[place] = after[1]
            elif e == degree - 1:
                message[place] = before[e - 1]
            else:
                box_plus(before[e - 1], after[e + 1], message[place])
            for lane in range(LANES):
                total[bit, lane] += message[place, lane]


@njit
def satisfied(total: Any, columns: Any, starts: Any) -> bool:
    """Whether every parity check of every lane holds."""
    odd = np.zeros(LANES, dtype=np.bool_)
    for check in range(starts.size - 1):
        odd[:] = False
        for e in range(starts[check], starts[check + 1]):
            bit = columns[e]
            for lane in range(LANES):
                odd[lane] ^= total[bit, lane] < 0.0
        if odd.any():
            return False
    return True


@njit
def decode(total: Any, columns: Any, starts: Any) -> None:
    """Decode `LANES` frames in place."""
    degree = 0
    for check in range(starts.size - 1):
        degree = max(degree, starts[check + 1] - starts[check])
    message = np.zeros((columns.size, LANES), dtype=np.float32)
    before = np.empty((degree, LANES), dtype=np.float32)
    after = np.empty((degree, LANES), dtype=np.float32)
    seen = np.empty((degree, LANES), dtype=np.float32)
    for _ in range(SWEEPS):
        sweep(total, message, columns, starts, before, after, seen)
        if satisfied(total, columns, starts):
            return


def frames(found: Code, eb_n0_db: float, random: np.random.Generator) -> tuple[int, int]:
    """Send `LANES` frames; return frames and information bits in error."""
    es_n0 = 10.0 ** (eb_n0_db / 10.0) * found.k / found.n
    noise = random.standard_normal((found.sent.size, LANES), dtype=np.float32)
    total = (4.0 * es_n0 * (1.0 + noise / np.sqrt(2.0 * es_n0))).astype(np.float32)
    total[~found.sent] = 0.0
    total[: found.known] = KNOWN
    decode(total, found.columns, found.starts)
    wrong = (total[: found.information] < 0.0).sum(axis=0)
    return int((wrong > 0).sum()), int(wrong.sum())


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("code", nargs="?", choices=NAMES)
    parser.add_argument("--list", action="store_true")
    parser.add_argument("--start", type=float, default=0.0, help="first Eb/N0 [dB]")
    parser.add_argument("--step", type=float, default=0.2, help="[dB]")
    parser.add_argument("--seconds", type=float, default=120.0, help="longest time for one point")
    parser.add_argument("--errors", type=int, default=100, help="frame errors that end a point")
    parser.add_argument("--lowest", type=float, default=1e-5, help="frame error rate that ends the curve")
    parser.add_argument("--seed", type=int, default=1)
    wanted = parser.parse_args()
    if wanted.list or wanted.code is None:
        print("\n".join(NAMES))
        return
    found, random = code(wanted.code), np.random.default_rng(wanted.seed)
    frames(found, 20.0, random)  # compiles
    step = 0
    while True:
        eb_n0_db = round(wanted.start + step * wanted.step, 6)
        sent = failed = bits = 0
        end = time.monotonic() + wanted.seconds
        while failed < wanted.errors and time.monotonic() < end:
            more = frames(found, eb_n0_db, random)
            sent, failed, bits = sent + LANES, failed + more[0], bits + more[1]
        print(f"{eb_n0_db:g} {sent} {failed} {bits}", flush=True)
        if failed < 10 or failed / sent < wanted.lowest:
            return
        step += 1


if __name__ == "__main__":
    main()
