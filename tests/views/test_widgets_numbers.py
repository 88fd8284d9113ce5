import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from playground.views.widgets.numbers import (
    NumberError,
    count,
    measure,
    parse,
    power,
    said,
    short_count,
    spell,
)
from playground.views.widgets.ranges import Range


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("0.01", 0.01),
        ("0,01", 0.01),
        (",5", 0.5),
        (" 3 ", 3.0),
        ("1e-3", 1e-3),
        ("1e−3", 1e-3),
        ("−2.5", -2.5),
        ("1,234", 1.234),
        ("1.234", 1.234),
    ],
)
def test_comma_and_point_mean_the_same(text, value):
    assert parse(text) == value


@pytest.mark.parametrize(
    "text", ["1.234,5", "1,234.5", "1 000", "1'000", "", "abc", "1_0", "٣", "nan", "inf", "1e999"]
)
def test_what_could_mean_two_things_is_refused(text):
    with pytest.raises(NumberError):
        parse(text)


@pytest.mark.parametrize("text", ["1,000", "1.000", "2.5", "1e-1"])
def test_whole_numbers_take_no_point_and_no_comma(text):
    with pytest.raises(NumberError):
        parse(text, whole=True)


@given(st.floats(allow_nan=False, allow_infinity=False, min_value=-1e12, max_value=1e12))
def test_what_a_field_shows_can_be_typed_again(value):
    assert math.isclose(parse(spell(value)), value, rel_tol=1e-11, abs_tol=0.0)


def test_words_for_numbers():
    assert [power(10.0**e) for e in (-4, -3, -2, -1, 0, 1, 3)] == [
        "10⁻⁴",
        "10⁻³",
        "0.01",
        "0.1",
        "1",
        "10",
        "10³",
    ]
    assert count(3200) == "3,200"
    assert short_count(1_234_567_890) == "1,234,567,890"
    assert short_count(123_456_789_012) == "123.5G"
    assert short_count(3_512_345, 8) == "3.512M"
    assert [measure(v) for v in (0.0134, 12.345, 3.14e-5, math.nan, math.inf, -math.inf)] == [
        "0.013",
        "12.35",
        "3.1e−5",
        "–",
        "∞",
        "−∞",
    ]


@given(st.floats(min_value=1e-99, max_value=1e99))
def test_measures_stay_short(value):
    assert len(measure(value)) <= 7


def test_reading_says_what_is_allowed():
    with pytest.raises(NumberError, match="0 to 1"):
        Range(0, 1).read("2")
    with pytest.raises(NumberError, match="at least 0 and less than 1"):
        Range(0, 1, open_maximum=True).read("1")
    assert Range(1, 10, whole=True).read("7") == 7


@given(st.floats(min_value=0.0, max_value=1.0), st.booleans())
def test_slider_places_and_values_belong_together(fraction, log):
    bounds = Range(0.001, 10, log=log)
    value = bounds.at(fraction)
    assert bounds.contains(value)
    assert abs(bounds.fraction(value) - fraction) < 0.02


@given(st.floats(min_value=0, max_value=1e6), st.sampled_from([-1, 1]), st.booleans())
def test_steps_stay_inside_and_go_the_right_way(value, direction, big):
    bounds = Range(0, 1e6, log=True, shown=(1e-4, 1.0))
    after = bounds.step(value, direction, big)
    assert bounds.contains(after)
    assert (after - value) * direction >= 0
    if direction > 0 and value < 1e5:
        assert after > value


def test_log_steps_are_nice_numbers():
    bounds = Range(0, 1e6, log=True, shown=(1e-4, 1.0))
    assert bounds.step(0.02, 1) == 0.05
    assert bounds.step(0.03, -1) == 0.02
    assert bounds.step(0.0, 1) == 1e-4
    assert Range(1, 100, whole=True, log=True).step(32, 1) == 50


@pytest.mark.parametrize(
    ("value", "text"),
    [(2_000_000, "2,000,000"), (10**15, "1,000,000,000,000,000"), (2**53, "9,007,199,254,740,992")],
)
def test_the_bounds_of_a_refusal_are_grouped_however_large(value, text):
    assert said(value) == text
    assert said(-value) == "\u2212" + text
    assert Range(1, value, whole=True).refusal("0") == f"Choose 1 to {text}."
