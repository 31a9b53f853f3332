"""Formulas for error rates, against published spectra and digits, and against counting."""

import itertools
import math

import numpy as np
import pytest

from qqnet.coding import closed_forms


def test_uncoded_bits():
    """9.6 dB at 1e-5: any textbook."""
    assert closed_forms.binary_error_rate(9.588) == pytest.approx(1e-5, rel=2e-3)
    assert closed_forms.binary_error_rate(0.0) == pytest.approx(0.5 * math.erfc(1.0), rel=1e-12)


def test_eight_phases_by_counting():
    """Gray-labelled 8-PSK, drawn: 200,000 symbols, four standard deviations."""
    random = np.random.default_rng(5)
    labels = np.array([0, 1, 3, 2, 6, 7, 5, 4])
    sent = random.integers(0, 8, 200_000)
    es_n0 = 3.0 * 10.0**0.8
    noise = (random.standard_normal(200_000) + 1j * random.standard_normal(200_000)) / np.sqrt(2.0 * es_n0)
    seen = np.round(np.angle(np.exp(2j * np.pi * sent / 8) + noise) / (np.pi / 4)).astype(int) % 8
    wrong = sum(int(value).bit_count() for value in labels[sent] ^ labels[seen])
    expected = float(closed_forms.psk8_bit_error_rate(8.0)) * 600_000
    assert wrong == pytest.approx(expected, abs=4.0 * math.sqrt(expected) + 0.02 * expected)


@pytest.mark.parametrize(
    ("rate", "distance", "weights"),
    [
        ("1/2", 10, [36, 0, 211, 0, 1404, 0, 11633]),
        ("2/3", 6, [3, 70, 285, 1276, 6160, 27128]),
        ("3/4", 5, [42, 201, 1492, 10469, 62935]),
        ("5/6", 4, [92, 528, 8694, 79453, 791795]),
    ],
)
def test_distance_spectra_of_the_punctured_codes(rate: str, distance: int, weights: list[int]):
    """Yasuda, Kashiki and Hirata, IEEE Trans. Commun. 32 (1984) 315; Haccoun and Begin, 37 (1989) 1114."""
    found = closed_forms.convolutional_weights(rate)
    period = len(closed_forms.PUNCTURING[rate][0])
    assert found[0] == distance
    np.testing.assert_allclose(np.array(found[1][: len(weights)]) * period, weights, rtol=1e-12)


def test_convolutional_bound_at_the_published_points():
    """BER 1e-5 at 4.2 dB without quantisation, which costs the 0.2 dB to the usual 4.4 dB."""
    assert closed_forms.convolutional_bit_error_rate(4.2) == pytest.approx(1e-5, rel=0.15)


def test_convolutional_bound_is_above_a_decoder_and_close_to_it():
    """A Viterbi decoder on 40,000 bits at 3 dB."""
    random = np.random.default_rng(3)
    bits = random.integers(0, 2, 40_000)
    bits[-6:] = 0
    states = np.arange(64)
    register = (np.array([[0], [1]]) << 6) | states
    words = np.array(
        [[[bin(r & g).count("1") & 1 for g in closed_forms.GENERATORS] for r in row] for row in register]
    )
    state, sent = 0, []
    for bit in bits:
        sent.append(words[bit, state])
        state = ((int(bit) << 6) | state) >> 1
    deviation = math.sqrt(1.0 / (2.0 * 0.5 * 10.0**0.3))
    seen = 1.0 - 2.0 * np.array(sent) + deviation * random.standard_normal((bits.size, 2))
    score, before = np.full(64, -np.inf), []
    score[0] = 0.0
    pairs = np.array([[r for r in range(128) if r >> 1 == target] for target in range(64)])
    came, flipped = pairs & 63, pairs >> 6
    signs = 1.0 - 2.0 * words[flipped, came]
    for values in seen:
        candidates = score[came] + signs @ values
        choice = np.argmax(candidates, axis=1)
        before.append(choice)
        score = candidates[states, choice]
    state, wrong = 0, 0
    for n in range(bits.size - 1, -1, -1):
        choice = before[n][state]
        wrong += int(flipped[state, choice] != bits[n])
        state = came[state, choice]
    bound = float(closed_forms.convolutional_bit_error_rate(3.0))
    assert 0.2 * bound * bits.size < wrong < 1.8 * bound * bits.size


def test_binomial_tail_by_counting_all_words():
    share = 0.1
    total = sum(
        share ** sum(word) * (1.0 - share) ** (9 - sum(word))
        for word in itertools.product((0, 1), repeat=9)
        if sum(word) > 2
    )
    assert closed_forms.bounded_distance_error_rate(share, 9, 2) == pytest.approx(total, rel=1e-12)


def test_codeblocks_of_telecommands():
    """CCSDS 200.0-G-6 table D-3, one codeblock of 64 bits: 6.28e-3, 6.30e-4, 6.30e-5 where errors are detected."""
    for channel, rejected in ((1e-4, 6.28e-3), (1e-5, 6.30e-4), (1e-6, 6.30e-5)):
        found = closed_forms.bounded_distance_error_rate(channel, 63, 0)
        assert found == pytest.approx(rejected, abs=0.005 * 10 ** math.floor(math.log10(rejected)) * 1.001)


def test_reed_solomon_by_itself():
    """A word of 255 octets fails with more than 16 wrong ones, summed term by term."""
    for eb_n0_db, information in ((5.5, 223), (6.2, 223), (6.9, 239)):
        bit = 0.5 * math.erfc(math.sqrt(information / 255.0 * 10.0 ** (eb_n0_db / 10.0)))
        octet, most = 1.0 - (1.0 - bit) ** 8, (255 - information) // 2
        kept = sum(math.comb(255, n) * octet**n * (1.0 - octet) ** (255 - n) for n in range(most + 1))
        found = closed_forms.reed_solomon_word_error_rate(eb_n0_db, information)
        assert found == pytest.approx(1.0 - kept, rel=1e-9)
    assert closed_forms.reed_solomon_word_error_rate(10.0, 223) < 1e-12
