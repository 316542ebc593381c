"""The algebra against independent judges: packaging's evaluation over a grid of environments, and dep-logic."""

from __future__ import annotations

import copy
import pickle

import dep_logic.markers
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from packaging.markers import Marker as Pep508

from converter import markers
from converter.markers import ANY, DOUBLE, EMPTY, FULL, PEP508, Marker, Style
from converter.markers.diagram import Cut
from tests.markers.environments import CELLS, GRID
from tests.markers.spelled import ANYTHING, EXTRAS, PLAIN, SEPARABLE, USUAL, WITH_EXTRAS

STYLES = st.sampled_from([PEP508, DOUBLE, FULL])


def judged(text: str) -> list[bool]:
    marker = Pep508(text)
    return [marker.evaluate(dict(environment), context="requirement") for environment in GRID]


def held(marker: Marker) -> list[bool]:
    return [marker.evaluate(environment) for environment in GRID]


@given(ANYTHING)
@example("python_version in '3.8 3.9'")
@example("python_version not in '3.8,3.9'")
@example("'linux' not in sys_platform or 'in' in sys_platform")
@example("platform_release >= '5' or platform_release < '5'")
@example("python_full_version <= '3.9.0rc1'")
@example("python_full_version != '3.9.0rc1'")
@example("python_version <= '3.9.dev0'")
@example("python_version > '3.8.1' and python_version < '3.9.1'")
@example("python_version == '3.8.1'")
def test_a_marker_holds_where_packaging_says(text: str) -> None:
    assert held(markers.parse(text)) == judged(text)


@given(ANYTHING, ANYTHING)
def test_and_or_not_hold_where_they_should(one: str, two: str) -> None:
    a, b = markers.parse(one), markers.parse(two)
    first, second = judged(one), judged(two)
    assert held(a & b) == [x and y for x, y in zip(first, second, strict=True)]
    assert held(a | b) == [x or y for x, y in zip(first, second, strict=True)]
    assert held(~a) == [not x for x in first]


@given(ANYTHING, ANYTHING)
def test_under_says_the_same_wherever_the_care_holds(one: str, two: str) -> None:
    a, care = markers.parse(one), markers.parse(two)
    simpler = a.under(care)
    assert simpler & care == a & care
    assert simpler.is_empty() == (a & care).is_empty()


@given(ANYTHING, STYLES)
def test_text_says_the_same_to_packaging(text: str, style: Style) -> None:
    marker = markers.parse(text)
    if marker.is_empty():
        with pytest.raises(ValueError, match="never holds has no marker text"):
            marker.text(style)
    elif marker.is_any():
        assert marker.text(style) == ""
    else:
        assert judged(marker.text(style)) == judged(text)


@given(PLAIN, STYLES)
def test_text_read_back_is_the_same_marker(text: str, style: Style) -> None:
    marker = markers.parse(text)
    if not marker.is_empty():
        assert markers.parse(marker.text(style)) == marker


@given(PLAIN, PLAIN, PLAIN)
def test_two_spellings_of_one_condition_are_one_value(one: str, two: str, three: str) -> None:
    a, b, c = map(markers.parse, (one, two, three))
    assert a & b == b & a
    assert a | (b & c) == (a | b) & (a | c)
    assert ~(a & b) == ~a | ~b
    assert ~~a == a
    assert a | (a & b) == a
    assert (a & ~a) == EMPTY
    assert (a | ~a) == ANY
    assert hash(a & b) == hash(b & a)
    assert markers.parse(f"({one}) and ({two})") == a & b


@given(SEPARABLE, SEPARABLE)
def test_equal_exactly_where_no_environment_tells_them_apart(one: str, two: str) -> None:
    same = [Pep508(one).evaluate(dict(e)) == Pep508(two).evaluate(dict(e)) for e in CELLS]
    assert (markers.parse(one) == markers.parse(two)) == all(same)


@given(USUAL, USUAL)  # dep-logic misreads `'2.7' < python_version` and `python_full_version < '3'`
def test_dep_logic_agrees(one: str, two: str) -> None:
    ours = markers.parse(one) & markers.parse(two)
    theirs = dep_logic.markers.parse_marker(one) & dep_logic.markers.parse_marker(two)
    assert held(ours) == [theirs.evaluate(dict(environment)) for environment in GRID]
    either = dep_logic.markers.parse_marker(one) | dep_logic.markers.parse_marker(two)
    assert held(markers.parse(one) | markers.parse(two)) == [either.evaluate(dict(e)) for e in GRID]


@given(WITH_EXTRAS, st.sets(st.sampled_from(EXTRAS)))
def test_with_extras_decides_what_is_asked_for(text: str, asked: set[str]) -> None:
    marker = markers.parse(text)
    decided = marker.with_extras(asked)
    assert decided.names() == frozenset()
    for environment in GRID[::7]:
        assert decided.evaluate(environment) == marker.evaluate(environment, extras=asked)


@given(PLAIN)
def test_pythons_are_the_stretches_outside_which_it_never_holds(text: str) -> None:
    marker = markers.parse(text)
    stretches = [since(low) & ~since(high, otherwise=EMPTY) for low, high in marker.pythons()]
    inside = EMPTY
    for stretch in stretches:
        inside |= stretch
    assert marker & inside == marker
    assert not any((stretch & marker).is_empty() for stretch in stretches)


def since(cut: Cut | None, otherwise: Marker = ANY) -> Marker:
    if cut is None:
        return otherwise
    return markers.python(f"{'>' if cut[1] else '>='}{'.'.join(map(str, cut[0]))}")


@given(WITH_EXTRAS)
def test_a_marker_survives_a_copy_and_a_pickle(text: str) -> None:
    marker = markers.parse(text)
    assert copy.deepcopy(marker) == marker
    assert pickle.loads(pickle.dumps(marker)) == marker  # noqa: S301  # our own bytes
