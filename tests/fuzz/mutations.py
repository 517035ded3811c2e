"""What is done to a good file: changes of its elements, of what its numbers mean, and of its bytes."""

from __future__ import annotations

import struct
from collections.abc import Callable
from math import cos, isfinite, sin
from random import Random

from tests.fuzz.elements import UNDEFINED, Element, even, numbers, places

Tree = list[Element]
NUMBERS = [
    *(
        b"0 -0 -1 1 2 1e5 1E-3 nan inf -inf 1e308 -1e308 1e-320 9e999 0x10 1_000 1,5 .5 5. . - +3 --1 1e 00012 "
        b"2147483648 -2147483649 99999999999999999 0.1234567890123456789 3.4028236e38 1e-7 200 201 65536"
    ).split(),
    *(b"", b" ", b" 5 ", b"\xef\xbc\x91", b"1\n", b"5\0", b"=1+1"),
]
WORDS = [
    *(
        b"PHYSICAL EFFECTIVE ERROR GY RELATIVE CGY PLAN BEAM FRACTION MULTI_PLAN RECORD BRACHY CLOSED_PLANAR POINT "
        b"OPEN_PLANAR OPEN_NONPLANAR CLOSEDPLANAR_XOR APPROVED REJECTED PHOTON PROTON TREATMENT SETUP ORGAN PTV "
        b"EXTERNAL "
        b"ISO_IR\\100 \\ISO\\2022\\IR\\87 UTF8 ISO_IR\\192 1.2.840.10008.1.2.2 PTV <script> \x1b[31mred \xff\xfe\x80"
    ).split(),
    *(b"", b" ", b"\0\0", b"A" * 70_000, b"A\\" * 300, "Dünndarm".encode(), "رئة".encode(), b"ROI\nname\r"),
]
REPRESENTATIONS = b"DS IS US UL SS CS UI LO SQ UN OW OB FD ZZ AT".split()
SHORTS = (0, 1, 2, 3, 5, 8, 16, 32, 64, 65535)
CONTOUR, PIXELS, MATRIX = 0x30060050, 0x7FE00010, 0x300600C6
ORIENTATIONS = [b"\\".join(part.encode() for part in text.split()) for text in (
    "1 0 0 0 1 0", "-1 0 0 0 -1 0", "1 0 0 0 -1 0", "-1 0 0 0 1 0", "0 1 0 -1 0 0", "0 -1 0 1 0 0", "0 1 0 1 0 0",
    "0 -1 0 -1 0 0", "1 0 0 0 0 1", "0.8 0.6 0 -0.6 0.8 0", "1 0 0 1 0 0", "1.00001 0 0 0 1 0", "0 0 0 0 0 0",
)]  # fmt: skip


def mutated(tree: Tree, rng: Random) -> Tree:
    """The tree after one to four changes."""
    tree = [element.copy() for element in tree]
    for _ in range(rng.choice((1, 1, 1, 2, 2, 3, 4))):
        if tree:
            rng.choice(CHANGES)(tree, rng)
    return tree


def _pick(tree: Tree, rng: Random, wanted: Callable[[Element], bool] = lambda element: True) -> tuple[Tree, int] | None:
    # Half of the time at the top: the many elements of contours would hide the few that rule the file.
    top = [(tree, at) for at in range(len(tree))]
    found = [(home, at) for home, at in (top if rng.random() < 0.5 else places(tree)) if wanted(home[at])]
    found = found or [(home, at) for home, at in places(tree) if wanted(home[at])]
    return rng.choice(found) if found else None


def _is_value(element: Element) -> bool:
    return isinstance(element.value, bytes)


def _is_sequence(element: Element) -> bool:
    return not isinstance(element.value, bytes)


def _is_numeric(element: Element) -> bool:
    return _is_value(element) and element.vr in (b"DS", b"IS") and bool(element.value)


# --- elements --------------------------------------------------------------------------------------------------------
def drop(tree: Tree, rng: Random) -> None:
    if place := _pick(tree, rng):
        del place[0][place[1]]


def repeat(tree: Tree, rng: Random) -> None:
    if place := _pick(tree, rng):
        place[0].insert(place[1] + rng.randrange(2), place[0][place[1]].copy())


def exchange(tree: Tree, rng: Random) -> None:
    first, second = _pick(tree, rng, _is_value), _pick(tree, rng, _is_value)
    if first and second:
        one, other = first[0][first[1]], second[0][second[1]]
        one.value, other.value = other.value, one.value


def disorder(tree: Tree, rng: Random) -> None:
    if place := _pick(tree, rng):
        rng.shuffle(place[0])


def other_representation(tree: Tree, rng: Random) -> None:
    if place := _pick(tree, rng):
        place[0][place[1]].vr = rng.choice(REPRESENTATIONS)


def other_tag(tree: Tree, rng: Random) -> None:
    place, donor = _pick(tree, rng), _pick(tree, rng)
    if place and donor:
        known = donor[0][donor[1]].tag
        place[0][place[1]].tag = rng.choice((known, known ^ (1 << rng.randrange(32)), rng.getrandbits(32), 0x00091001))


def other_length(tree: Tree, rng: Random) -> None:
    if place := _pick(tree, rng):
        value = place[0][place[1]].value
        true = len(value) if isinstance(value, bytes) else 64
        wrong = (true + 1, true + 2, max(0, true - 2), 0, UNDEFINED, UNDEFINED - 1, 1 << 31, rng.getrandbits(32))
        place[0][place[1]].length = rng.choice(wrong)


def random_value(tree: Tree, rng: Random) -> None:
    if place := _pick(tree, rng, _is_value):
        place[0][place[1]].value = rng.randbytes(rng.choice((0, 1, 2, 4, 7, 8, 64)))


def word(tree: Tree, rng: Random) -> None:
    if place := _pick(tree, rng, lambda e: _is_value(e) and e.vr not in (b"OW", b"US", b"AT")):
        place[0][place[1]].value = even(rng.choice(WORDS)).replace(b"ISO_IR\\", b"ISO_IR ")


def short(tree: Tree, rng: Random) -> None:
    if place := _pick(tree, rng, lambda e: e.vr == b"US"):
        place[0][place[1]].value = struct.pack("<H", rng.choice((*SHORTS, rng.getrandbits(16))))


# --- sequences -------------------------------------------------------------------------------------------------------
def open_ends(tree: Tree, rng: Random) -> None:
    for home, at in places(tree):
        home[at].open_end = _is_sequence(home[at]) and rng.random() < 0.7


def items(tree: Tree, rng: Random) -> None:
    first, second = _pick(tree, rng, _is_sequence), _pick(tree, rng, _is_sequence)
    if not first or not second:
        return
    mine, theirs = first[0][first[1]].value, second[0][second[1]].value
    assert not isinstance(mine, bytes)
    assert not isinstance(theirs, bytes)
    if not mine:
        mine.append([])
    at, how = rng.randrange(len(mine)), rng.randrange(5)
    if how == 0:
        del mine[at]
    elif how == 1:
        mine.insert(at, [element.copy() for element in mine[at]])
    elif how == 2:
        rng.shuffle(mine)
    elif how == 3:
        mine[at] = []
    else:
        theirs.append([element.copy() for element in mine[at]])


def nested(tree: Tree, rng: Random) -> None:
    if place := _pick(tree, rng, _is_sequence):
        inner = place[0][place[1]].copy()
        for _ in range(rng.choice((1, 2, 30, 31, 32, 33, 60))):
            inner = Element(inner.tag, b"SQ", [[inner]], open_end=rng.random() < 0.3)
        place[0][place[1]] = inner


# --- numbers, and what they mean -------------------------------------------------------------------------------------
def number(tree: Tree, rng: Random) -> None:
    if place := _pick(tree, rng, _is_numeric):
        parts = numbers(place[0][place[1]])
        parts[rng.randrange(len(parts))] = rng.choice(NUMBERS)
        place[0][place[1]].value = even(b"\\".join(parts))


def nudge(tree: Tree, rng: Random) -> None:
    """Another number that may well be a good one."""
    if place := _pick(tree, rng, _is_numeric):
        parts = numbers(place[0][place[1]])
        at = rng.randrange(len(parts))
        try:
            value = float(parts[at])
        except ValueError:
            return
        if not isfinite(value):
            return
        whole = place[0][place[1]].vr == b"IS"
        changed = value + rng.choice((1, -1, 10)) if whole else value * rng.gauss(1, 0.2) + rng.gauss(0, 1)
        parts[at] = b"%d" % changed if whole else b"%.6g" % changed
        place[0][place[1]].value = even(b"\\".join(parts))


def count(tree: Tree, rng: Random) -> None:
    if place := _pick(tree, rng, _is_numeric):
        parts = numbers(place[0][place[1]])
        if rng.random() < 0.5:
            del parts[rng.randrange(len(parts))]
        else:
            parts.insert(rng.randrange(len(parts) + 1), rng.choice(parts))
        place[0][place[1]].value = even(b"\\".join(parts))


def shape(tree: Tree, rng: Random) -> None:
    """A contour whose corners touch, repeat, cross, line up, turn round or move: legal, and hard on the geometry."""
    place = _pick(tree, rng, lambda e: e.tag == CONTOUR and _is_value(e) and bool(e.value))
    if not place:
        return
    try:
        values = [float(part) for part in numbers(place[0][place[1]])]
    except ValueError:
        return
    points = [values[at : at + 3] for at in range(0, len(values) - 2, 3)]
    if not points:
        return
    _reshape(points, rng)
    text = b"\\".join(rng.choice((b"%.10g", b"%.10g", b"%.3f", b"%.6e")) % value for point in points for value in point)
    place[0][place[1]].value = even(text)
    for element in place[0]:
        if element.tag == 0x30060046:
            element.value = even(b"%d" % len(points))


def _reshape(points: list[list[float]], rng: Random) -> None:
    how, axis = rng.randrange(12), rng.randrange(2)
    one, other = rng.randrange(len(points)), rng.randrange(len(points))
    if how == 0:
        points[one], points[other] = points[other], points[one]
    elif how == 1:
        points[one] = list(points[other])
    elif how == 2:
        points.reverse()
    elif how == 3:
        points.insert(one, [(a + b) / 2 for a, b in zip(points[one], points[other], strict=True)])
    elif how == 4:
        points += [list(point) for point in points]
    elif how == 5:
        points[one][axis] += rng.choice((1e-12, 1e-8, 1e-6, 1e-3, 0.1, 3.0, 1e3, 1e4, 1e9))
    elif how == 6:
        for point in points:
            point[axis] = points[one][axis]
    elif how == 7:
        move = rng.choice((-30.0, -8.0, -1.25, 1.0, 2.0, 2.5, 7.0, 30.0, 400.0))
        for point in points:
            point[axis] += move
    elif how == 8:
        level = rng.choice((27.0, 28.5, 30.0, 31.0, 33.0, 33.02, 36.0, 39.0, 40.5, 60.0))
        for point in points:
            point[2] = level
    elif how == 9:
        scale = rng.choice((1e-7, 1e-4, 0.01, 0.5, 1.5, 4.0, 50.0, 1000.0))
        for point in points:
            point[axis] *= scale
    elif how == 10:
        points[one:one] = [
            [rng.uniform(-12, 4), rng.uniform(-22, -8), points[one][2]] for _ in range(rng.choice((1, 3, 40)))
        ]
    else:
        del points[one]


def lying(tree: Tree, rng: Random) -> None:
    """Another way for the grid to lie, right or wrong."""
    for element in tree:
        if element.tag == 0x00200037:
            element.value = even(rng.choice(ORIENTATIONS))
        if element.tag == 0x3004000C and rng.random() < 0.5:
            offsets = rng.choice(
                (b"0\\-3\\-6\\-9", b"30\\33\\36\\39", b"0\\3\\6\\12", b"39\\36\\33\\30", b"0\\3\\3\\6", b"0\\3\\6")
            )
            element.value = even(offsets)


def voxels(tree: Tree, rng: Random) -> None:
    for element in tree:
        if element.tag == PIXELS and isinstance(element.value, bytes) and len(element.value) >= 4:
            changed = bytearray(element.value)
            for _ in range(rng.choice((1, 4, 40))):
                at = 4 * rng.randrange(len(changed) // 4)
                changed[at : at + 4] = struct.pack("<I", rng.choice((0, 0, 1, 40_000, 60_000, 1 << 31, UNDEFINED)))
            element.value = bytes(changed) if rng.random() < 0.9 else b"\0" * len(changed)


def turned(tree: Tree, rng: Random) -> None:
    """Another matrix of a registration: a turn and a shift, nearly one, or far from one; written finely or coarsely."""
    place = _pick(tree, rng, lambda e: e.tag == MATRIX)
    if place is None or place[0][place[1]].tag != MATRIX:
        return
    angle, scale = rng.choice((0.0, 1e-3, 0.5, 1.5707963, 3.1415927)), rng.choice((1.0, 1.0, 1.0, 1.00001, 1.001, -1.0))
    one, other = rng.choice(((0, 1), (1, 2), (2, 0)))
    matrix = [[scale * (row == column) for column in range(3)] for row in range(3)]
    matrix[one][one] = matrix[other][other] = scale * cos(angle)
    matrix[one][other], matrix[other][one] = -scale * sin(angle), scale * sin(angle)
    shift = [rng.choice((0.0, 1.0, -3.5, 20.0, 1e3, 1e6, 1e300)) for _ in range(3)]
    rows = [[*row, away] for row, away in zip(matrix, shift, strict=True)] + [[0.0, 0.0, 0.0, 1.0]]
    form = rng.choice((b"%.10g", b"%.10g", b"%.4f", b"%.6e"))
    place[0][place[1]].value = even(b"\\".join(form % value for row in rows for value in row))


CHANGES: tuple[Callable[[Tree, Random], None], ...] = (
    drop, repeat, exchange, disorder, other_representation, other_tag, other_length, random_value, word, word, short,
    open_ends, items, items, nested, number, number, number, nudge, nudge, nudge, count, shape, shape, shape, shape,
    lying, voxels, turned, turned,
)  # fmt: skip


# --- bytes -----------------------------------------------------------------------------------------------------------
def damaged(file: bytes, rng: Random) -> bytes:
    """The bytes of a file after one to three damages."""
    data = bytearray(file)
    for _ in range(rng.choice((1, 1, 2, 3))):
        if len(data) < 8:
            break
        at, size = rng.randrange(len(data)), rng.choice((1, 1, 2, 4, 8, 100))
        how = rng.randrange(7)
        if how == 0:
            data[at] ^= 1 << rng.randrange(8)
        elif how == 1:
            data[at : at + size] = rng.randbytes(len(data[at : at + size]))
        elif how == 2:
            del data[at : at + size]
        elif how == 3:
            data[at:at] = rng.randbytes(size)
        elif how == 4:
            del data[at:]
        elif how == 5:
            other = rng.randrange(len(data))
            data[at:at] = data[other : other + 20 * size]
        else:
            data[at : at + size] = rng.choice((b"\0", b"\xff", b"\\", b"9")) * len(data[at : at + size])
    return bytes(data)
