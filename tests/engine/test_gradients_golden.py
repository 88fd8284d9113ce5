"""Every layer × activation × loss × regularizer: gradients against PyTorch and central differences."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest

from playground.engine.run import Run
from playground.experiment import edits
from tests.golden.cases import FILE, REGULARIZERS, cases

CASES = tuple(cases())


@cache
def recorded():
    """PyTorch's loss and its gradients for each regularizer, by the key of the case."""
    golden = np.load(FILE)
    found, start = {}, 0
    sizes = {case.key: sum(array.size for array in case.first().values()) for case in CASES}
    for key, loss in zip(golden["keys"].tolist(), golden["losses"], strict=True):
        end = start + sizes[key] * len(REGULARIZERS)
        found[key] = (loss, golden["gradients"][start:end].reshape(len(REGULARIZERS), -1))
        start = end
    return found


def flat(tensors):
    return np.concatenate([array.ravel() for array in tensors.values()])


def close(found, wanted, bound):
    """The largest error, as a share of the largest entry of each tensor or a thousandth of all."""
    most = max(np.abs(array).max() for array in wanted.values())
    return all(
        np.abs(found[name] - array).max() <= bound * max(np.abs(array).max(), 1e-3 * most)
        for name, array in wanted.items()
    )


def in_shapes(vector, like):
    ends = np.cumsum([array.size for array in like.values()])[:-1]
    parts = np.split(vector, ends)
    return {name: part.reshape(like[name].shape) for name, part in zip(like, parts, strict=True)}


def check(case):
    """Data gradient, then the gradient that one step of SGD with rate 1 follows, penalties included."""
    loss, gradients = recorded()[case.key]
    run, first = Run(case.experiment, dtype="float64"), case.first()
    x, y = run.data("train")
    run.set_parameters(first)
    value, found = run.loss_and_gradients(x, y)
    wanted = in_shapes(gradients[0], first)
    assert abs(value - loss) <= 1e-12 * max(1.0, abs(loss)), case.key
    assert close(found, wanted, 1e-10), case.key
    for (l1, l2), gradient in zip(REGULARIZERS.values(), gradients, strict=True):
        for path, strength in (("training.l1", l1), ("training.l2", l2)):
            run.adopt(edits.set_value(run.experiment, path, strength))
        run.set_parameters(first)
        run.step(1)
        followed = {name: array - run.parameters[name] for name, array in first.items()}
        assert close(followed, in_shapes(gradient, first), 1e-10), (case.key, l1, l2)
    return run, first, found


def check_differences(case):
    """Central differences of the loss, one entry a tensor."""
    run, first, found = check(case)
    x, y = run.data("train")
    scale = max(np.abs(array).max() for array in found.values())
    for name, array in found.items():
        index = np.unravel_index(np.abs(array).argmax(), array.shape)
        losses = []
        for h in (1e-6, -1e-6):
            moved = first[name].copy()
            moved[index] += h
            run.set_parameters(first | {name: moved})
            losses.append(run.loss_and_gradients(x, y)[0])
        slope = (losses[0] - losses[1]) / 2e-6
        bound = 1e-6 * max(abs(array[index]), 1e-3 * scale) + 1e-9
        assert abs(slope - array[index]) <= bound, (case.key, name)


def check_float32(case):
    run = Run(case.experiment, dtype="float32")
    first = {name: array.astype(np.float32).astype(np.float64) for name, array in case.first().items()}
    precise = Run(case.experiment, dtype="float64")
    x, y = run.data("train")
    x = x.astype(np.float32).astype(np.float64)
    y = y.astype(np.float32).astype(np.float64)
    for each in (run, precise):
        each.set_parameters(first)
    wanted = precise.loss_and_gradients(x, y)[1]
    found = run.loss_and_gradients(x, y)[1]
    # Through batch norm the slopes of a batch add up to nothing, so float32 leaves little of their weighted
    # sum, the gradient of the bias before: to store each slope once in float32 costs 1e-5 of it.
    vanishing = wanted.pop("dense_2.bias", None) if "batch_norm" in case.key else None
    assert close(found, wanted, 5e-6 if "norm" in case.key else 2e-6), case.key
    if vanishing is not None:
        assert close(found, wanted | {"dense_2.bias": vanishing}, 5e-5), case.key


def test_every_combination_is_recorded():
    assert [case.key for case in CASES] == np.load(FILE)["keys"].tolist(), "run tests/golden/gradients.py"
    assert len(CASES) * len(REGULARIZERS) >= 1000


@pytest.mark.parametrize("case", CASES[::11], ids=lambda case: case.key)
def test_gradients_are_those_of_pytorch(case):
    check_differences(case)


@pytest.mark.parametrize("case", CASES[5::23], ids=lambda case: case.key)
def test_float32_gradients_are_those_of_float64(case):
    check_float32(case)


@pytest.mark.long
def test_all_gradients_are_those_of_pytorch():
    for case in CASES:
        check_differences(case)


@pytest.mark.long
def test_all_float32_gradients_are_those_of_float64():
    for case in CASES:
        check_float32(case)
