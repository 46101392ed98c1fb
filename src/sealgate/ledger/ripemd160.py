"""RIPEMD-160, which turns a public key into an account id. OpenSSL's where it has one, else our own.

OpenSSL 3.0 before 3.0.7 (Ubuntu 22.04) keeps RIPEMD-160 in a provider that is off by default.
Source: H. Dobbertin, A. Bosselaers, B. Preneel, "RIPEMD-160: A Strengthened Version of RIPEMD", 1996.
"""

from __future__ import annotations

import hashlib
import struct
from collections.abc import Callable

_MASK = 0xFFFFFFFF
_RHO = (7, 4, 13, 1, 10, 6, 15, 3, 12, 0, 9, 5, 2, 14, 11, 8)
_SHIFTS = (
    (11, 14, 15, 12, 5, 8, 7, 9, 11, 13, 14, 15, 6, 7, 9, 8),
    (12, 13, 11, 15, 6, 9, 9, 7, 12, 15, 11, 13, 7, 8, 7, 7),
    (13, 15, 14, 11, 7, 7, 6, 8, 13, 14, 13, 12, 5, 5, 6, 9),
    (14, 11, 12, 14, 8, 6, 5, 5, 15, 12, 15, 14, 9, 9, 8, 6),
    (15, 12, 13, 13, 9, 5, 8, 6, 14, 11, 12, 11, 8, 6, 5, 5),
)
_LEFT_CONSTANTS = (0x00000000, 0x5A827999, 0x6ED9EBA1, 0x8F1BBCDC, 0xA953FD4E)
_RIGHT_CONSTANTS = (0x50A28BE6, 0x5C4DD124, 0x6D703EF3, 0x7A6D76E9, 0x00000000)
_FUNCTIONS: tuple[Callable[[int, int, int], int], ...] = (
    lambda x, y, z: x ^ y ^ z,
    lambda x, y, z: (x & y) | (~x & z),
    lambda x, y, z: (x | ~y) ^ z,
    lambda x, y, z: (x & z) | (y & ~z),
    lambda x, y, z: x ^ (y | ~z),
)


def _word_orders(first: tuple[int, ...]) -> tuple[tuple[int, ...], ...]:
    """The order of message words in each of the five rounds: each round permutes the one before by rho."""
    orders = [first]
    while len(orders) < 5:
        orders.append(tuple(_RHO[word] for word in orders[-1]))
    return tuple(orders)


_LEFT_ORDERS = _word_orders(tuple(range(16)))
_RIGHT_ORDERS = _word_orders(tuple((9 * i + 5) % 16 for i in range(16)))


def _rotate(value: int, bits: int) -> int:
    value &= _MASK
    return ((value << bits) | (value >> (32 - bits))) & _MASK


def _line(
    state: tuple[int, ...],
    words: tuple[int, ...],
    orders: tuple[tuple[int, ...], ...],
    constants: tuple[int, ...],
    functions: tuple[Callable[[int, int, int], int], ...],
) -> tuple[int, ...]:
    a, b, c, d, e = state
    for order, shifts, constant, mix in zip(orders, _SHIFTS, constants, functions, strict=True):
        for word in order:
            t = _rotate(a + mix(b, c, d) + words[word] + constant, shifts[word]) + e
            a, e, d, c, b = e, d, _rotate(c, 10), b, t & _MASK
    return a, b, c, d, e


def ripemd160_in_python(message: bytes) -> bytes:
    """Return the 20-byte digest without OpenSSL; about 200 µs a block."""
    state: tuple[int, ...] = (0x67452301, 0xEFCDAB89, 0x98BADCFE, 0x10325476, 0xC3D2E1F0)
    padded = message + b"\x80" + bytes(-(len(message) + 9) % 64) + struct.pack("<Q", 8 * len(message))
    for start in range(0, len(padded), 64):
        words = struct.unpack_from("<16I", padded, start)
        left = _line(state, words, _LEFT_ORDERS, _LEFT_CONSTANTS, _FUNCTIONS)
        right = _line(state, words, _RIGHT_ORDERS, _RIGHT_CONSTANTS, _FUNCTIONS[::-1])
        state = tuple((state[(i + 1) % 5] + left[(i + 2) % 5] + right[(i + 3) % 5]) & _MASK for i in range(5))
    return struct.pack("<5I", *state)


def _ripemd160_of_openssl(message: bytes) -> bytes:
    return hashlib.new("ripemd160", message, usedforsecurity=False).digest()


def _choose() -> Callable[[bytes], bytes]:
    try:
        _ripemd160_of_openssl(b"")
    except ValueError:
        return ripemd160_in_python
    return _ripemd160_of_openssl


ripemd160 = _choose()
