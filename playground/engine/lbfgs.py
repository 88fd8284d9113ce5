"""L-BFGS with a strong Wolfe line search, as something that stops and goes on between evaluations.

The search needs the loss at trial points, and the program computes one loss at a time. So `depart` sets
the weights to a first trial point, the program evaluates them, and `search` either sets the next trial
point and asks for another evaluation, or settles on a point, which ends the step. All it remembers
lies in the arena and in cells, so a run can pause between any two instructions.

Nocedal & Wright, Numerical Optimization (2006), algorithms 7.4, 3.5 and 3.6, with the constants and the
safeguards of PyTorch's `LBFGS(line_search_fn="strong_wolfe")`. Plain Python over arrays: the engine
compiles these lines, the twin runs them as they stand.
"""

from __future__ import annotations

from typing import Any

# Vectors, each as long as all parameters, one behind the other; then pairs of step and change of slope.
START, DIRECTION, SLOPE, HERE, END, PAIRS = 0, 1, 2, 3, 4, 6

# Cells: what is carried from step to step, …
ITERATIONS, COUNT, NEXT_PAIR, SCALE, LENGTH, VALUE, KNOWN = range(7)
# … and what only lives during one line search; then the factors of the pairs, and room for as many.
MODE, TRIALS, T, DOWN, SIZE, STUCK, LOW = range(7, 14)
END_T, END_VALUE, END_DOWN, FACTORS = 14, 16, 18, 20
FRESH, BRACKETING, ZOOMING, IDLE = 0.0, 1.0, 2.0, 3.0

MOST_TRIALS = 25.0
CARRIED = ("iterations", "count", "next_pair", "scale", "length", "value", "known")


def slot_names(history: int) -> tuple[str, ...]:
    """The vectors that it keeps, by name."""
    pairs = [f"{kind}_{number}" for number in range(history) for kind in ("step", "change")]
    return ("start", "direction", "slope", "slope_here", "end_0", "end_1", *pairs)


def dot(arena: Any, a: int, b: int, n: int) -> float:
    """The sum of products, in four chains side by side; n is a multiple of 4."""
    s0, s1, s2, s3 = 0.0, 0.0, 0.0, 0.0
    for i in range(0, n, 4):
        s0 += float(arena[a + i]) * float(arena[b + i])
        s1 += float(arena[a + i + 1]) * float(arena[b + i + 1])
        s2 += float(arena[a + i + 2]) * float(arena[b + i + 2])
        s3 += float(arena[a + i + 3]) * float(arena[b + i + 3])
    return (s0 + s1) + (s2 + s3)


def largest(arena: Any, a: int, n: int) -> float:
    """The largest absolute value."""
    most = 0.0
    for i in range(n):
        each = abs(float(arena[a + i]))
        most = each if each > most else most
    return most


def add_times(arena: Any, to: int, factor: float, a: int, n: int) -> None:
    """to += factor · a."""
    for i in range(n):
        arena[to + i] = float(arena[to + i]) + factor * float(arena[a + i])


def copy(arena: Any, to: int, a: int, n: int) -> None:
    """to = a."""
    for i in range(n):
        arena[to + i] = arena[a + i]


def go_to(arena: Any, w: int, v: int, n: int, t: float) -> None:
    """The weights at t along the direction; a weight without one keeps its bits."""
    start, direction = v + START * n, v + DIRECTION * n
    for i in range(n):
        d = float(arena[direction + i])
        arena[w + i] = float(arena[start + i]) + t * d if d != 0.0 else arena[start + i]


def remember(arena: Any, cells: Any, v: int, n: int, at: int, history: int) -> None:
    """Keep the last step and how the slope changed along it, if the curve bends up there."""
    slot = int(cells[at + NEXT_PAIR])
    step, change = v + (PAIRS + 2 * slot) * n, v + (PAIRS + 2 * slot + 1) * n
    slope, here, direction, length = v + SLOPE * n, v + HERE * n, v + DIRECTION * n, cells[at + LENGTH]
    bend = length * (dot(arena, slope, direction, n) - dot(arena, here, direction, n))
    if not bend > 1e-10:
        return
    for i in range(n):
        arena[change + i] = float(arena[slope + i]) - float(arena[here + i])
        arena[step + i] = length * float(arena[direction + i])
    bend = dot(arena, change, step, n)
    cells[at + FACTORS + slot] = 1.0 / bend
    cells[at + SCALE] = bend / dot(arena, change, change, n)
    cells[at + NEXT_PAIR] = float((slot + 1) % history)
    cells[at + COUNT] = min(cells[at + COUNT] + 1.0, float(history))


def aim(arena: Any, cells: Any, v: int, n: int, at: int, history: int) -> None:
    """The direction: minus the slope through the inverse curvature that the pairs tell (two loops)."""
    direction, slope = v + DIRECTION * n, v + SLOPE * n
    count, newest = int(cells[at + COUNT]), int(cells[at + NEXT_PAIR]) - 1
    room = at + FACTORS + history
    for i in range(n):
        arena[direction + i] = -float(arena[slope + i])
    for back in range(count):
        slot = (newest - back + history) % history
        step = v + (PAIRS + 2 * slot) * n
        alpha = dot(arena, step, direction, n) * cells[at + FACTORS + slot]
        cells[room + slot] = alpha
        add_times(arena, direction, -alpha, step + n, n)
    for i in range(n):
        arena[direction + i] = cells[at + SCALE] * float(arena[direction + i])
    for back in range(count - 1, -1, -1):
        slot = (newest - back + history) % history
        step = v + (PAIRS + 2 * slot) * n
        beta = dot(arena, step + n, direction, n) * cells[at + FACTORS + slot]
        add_times(arena, direction, cells[room + slot] - beta, step, n)


def set_out(
    arena: Any, cells: Any, w: int, v: int, n: int, at: int, history: int, rate: float, follows: bool
) -> bool:
    """From a point whose slope is known, choose a direction and go to the first trial point on it.

    `follows` is true where the last step led here. False if there is no way down.
    """
    slope, direction = v + SLOPE * n, v + DIRECTION * n
    cells[at + MODE] = IDLE
    if cells[at + ITERATIONS] == 0.0:
        cells[at + SCALE] = 1.0
    elif follows:
        remember(arena, cells, v, n, at, history)
    copy(arena, v + HERE * n, slope, n)
    cells[at + LENGTH] = 0.0
    if largest(arena, slope, n) <= 1e-7:
        return False
    aim(arena, cells, v, n, at, history)
    down = dot(arena, slope, direction, n)
    if not down < 0.0:
        return False
    t = rate
    if cells[at + ITERATIONS] == 0.0:
        total = 0.0
        for i in range(n):
            total += abs(float(arena[slope + i]))
        t = min(1.0, 1.0 / total) * rate
    cells[at + ITERATIONS] += 1.0
    cells[at + MODE], cells[at + KNOWN] = BRACKETING, 0.0
    cells[at + TRIALS], cells[at + STUCK] = 0.0, 0.0
    cells[at + DOWN], cells[at + SIZE] = down, largest(arena, direction, n)
    cells[at + END_T], cells[at + END_VALUE], cells[at + END_DOWN] = 0.0, cells[at + VALUE], down
    copy(arena, v + END * n, slope, n)
    copy(arena, v + START * n, w, n)
    cells[at + T] = t
    go_to(arena, w, v, n, t)
    return True


def cubic(x1: float, f1: float, g1: float, x2: float, f2: float, g2: float, low: float, high: float) -> float:
    """Where the cubic through two values and slopes is lowest, between two bounds."""
    d1 = g1 + g2 - 3.0 * (f1 - f2) / (x1 - x2)
    square = d1 * d1 - g1 * g2
    if not square >= 0.0:
        return (low + high) / 2.0
    d2 = square**0.5
    if x1 <= x2:
        best = x2 - (x2 - x1) * ((g2 + d2 - d1) / (g2 - g1 + 2.0 * d2))
    else:
        best = x1 - (x1 - x2) * ((g1 + d2 - d1) / (g1 - g2 + 2.0 * d2))
    return float(min(max(best, low), high))


def keep_end(arena: Any, cells: Any, v: int, n: int, at: int, end: int, value: float, down: float) -> None:
    """Make the trial point an end of the bracket."""
    cells[at + END_T + end], cells[at + END_VALUE + end] = cells[at + T], value
    cells[at + END_DOWN + end] = down
    copy(arena, v + (END + end) * n, v + SLOPE * n, n)


def settle(arena: Any, cells: Any, w: int, v: int, n: int, at: int) -> None:
    """Take the lower end of the bracket; its slope is where the next step sets out from."""
    low = int(cells[at + LOW])
    copy(arena, v + SLOPE * n, v + (END + low) * n, n)
    cells[at + LENGTH] = cells[at + END_T + low]
    cells[at + VALUE], cells[at + KNOWN] = cells[at + END_VALUE + low], 1.0
    go_to(arena, w, v, n, cells[at + LENGTH])


def zoom(arena: Any, cells: Any, w: int, v: int, n: int, at: int) -> bool:
    """Go to the next trial point between the ends; False if the search is over."""
    t0, t1 = cells[at + END_T], cells[at + END_T + 1]
    if cells[at + TRIALS] >= MOST_TRIALS or abs(t1 - t0) * cells[at + SIZE] < 1e-9:
        settle(arena, cells, w, v, n, at)
        return False
    low, high = min(t0, t1), max(t0, t1)
    f0, f1 = cells[at + END_VALUE], cells[at + END_VALUE + 1]
    t = cubic(t0, f0, cells[at + END_DOWN], t1, f1, cells[at + END_DOWN + 1], low, high)
    margin = 0.1 * (high - low)
    if min(high - t, t - low) < margin:
        if cells[at + STUCK] != 0.0 or t >= high or t <= low:
            t = high - margin if abs(t - high) < abs(t - low) else low + margin
            cells[at + STUCK] = 0.0
        else:
            cells[at + STUCK] = 1.0
    else:
        cells[at + STUCK] = 0.0
    cells[at + TRIALS] += 1.0
    cells[at + T] = t
    go_to(arena, w, v, n, t)
    return True


def bracket(arena: Any, cells: Any, w: int, v: int, n: int, at: int, value: float, down: float) -> bool:
    """Go further along the direction until a point is good, or a good one lies behind."""
    t, before = cells[at + T], cells[at + END_T]
    last = cells[at + TRIALS] >= MOST_TRIALS
    if last:
        cells[at + END_T], cells[at + END_VALUE] = 0.0, cells[at + VALUE]
        cells[at + END_DOWN] = cells[at + DOWN]
        copy(arena, v + END * n, v + HERE * n, n)
    too_high = value > cells[at + VALUE] + 1e-4 * t * cells[at + DOWN]
    rises = cells[at + TRIALS] > 1.0 and value >= cells[at + END_VALUE]
    flat = not (too_high or rises) and abs(down) <= -0.9 * cells[at + DOWN]
    if last or too_high or rises or flat or down >= 0.0:
        keep_end(arena, cells, v, n, at, 1, value, down)
        cells[at + LOW] = 0.0 if cells[at + END_VALUE] <= value and not flat else 1.0
        cells[at + MODE] = ZOOMING
        if flat:
            settle(arena, cells, w, v, n, at)
            return False
        return zoom(arena, cells, w, v, n, at)
    f0, g0 = cells[at + END_VALUE], cells[at + END_DOWN]
    further = cubic(before, f0, g0, t, value, down, t + 0.01 * (t - before), 10.0 * t)
    keep_end(arena, cells, v, n, at, 0, value, down)
    cells[at + TRIALS] += 1.0
    cells[at + T] = further
    go_to(arena, w, v, n, further)
    return True


def depart(arena: Any, cells: Any, w: int, v: int, n: int, at: int, history: int, rate: float) -> None:
    """Begin a step: to the first trial point where slope and loss are known, else stay to learn them."""
    if cells[at + KNOWN] == 0.0:
        cells[at + MODE] = FRESH
    else:
        set_out(arena, cells, w, v, n, at, history, rate, True)


def search(
    arena: Any, cells: Any, w: int, v: int, n: int, at: int, history: int, rate: float, value: float
) -> bool:
    """Judge the weights just evaluated, whose slope lies in SLOPE; True if others have to be tried."""
    mode = cells[at + MODE]
    if mode == IDLE:
        return False
    if mode == FRESH:
        cells[at + VALUE], cells[at + KNOWN] = value, 1.0
        return set_out(arena, cells, w, v, n, at, history, rate, False)
    down = dot(arena, v + SLOPE * n, v + DIRECTION * n, n)
    if mode == BRACKETING:
        return bracket(arena, cells, w, v, n, at, value, down)
    low = int(cells[at + LOW])
    bound = cells[at + VALUE] + 1e-4 * cells[at + T] * cells[at + DOWN]
    if value > bound or value >= cells[at + END_VALUE + low]:
        keep_end(arena, cells, v, n, at, 1 - low, value, down)
        cells[at + LOW] = 0.0 if cells[at + END_VALUE] <= cells[at + END_VALUE + 1] else 1.0
        return zoom(arena, cells, w, v, n, at)
    done = abs(down) <= -0.9 * cells[at + DOWN]
    if not done and down * (cells[at + END_T + 1 - low] - cells[at + END_T + low]) >= 0.0:
        for part in (END_T, END_VALUE, END_DOWN):
            cells[at + part + 1 - low] = cells[at + part + low]
        copy(arena, v + (END + 1 - low) * n, v + (END + low) * n, n)
    keep_end(arena, cells, v, n, at, low, value, down)
    if done:
        settle(arena, cells, w, v, n, at)
        return False
    return zoom(arena, cells, w, v, n, at)
