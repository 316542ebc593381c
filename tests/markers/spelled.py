"""Hypothesis strategies for marker text as people and tools spell it."""

from __future__ import annotations

from hypothesis import strategies as st

ORDER = ("<", "<=", ">", ">=", "==", "!=")
MINORS = ("2.7", "3", "3.7", "3.8", "3.9", "3.10", "3.11", "4", "4.0")
FULLS = (*MINORS, "3.8.0", "3.8.1", "3.8.20", "3.9.5", "3.10.12", "3.9.0rc1")
USUAL_MINORS = ("3.7", "3.8", "3.9", "3.10", "3.11")
USUAL_FULLS = ("3.8.0", "3.8.1", "3.8.20", "3.9.5", "3.10.12")
STRINGS = {
    "implementation_name": ("cpython", "pypy"),
    "os_name": ("posix", "nt", "java"),
    "platform_machine": ("x86_64", "arm64", "AMD64"),
    "platform_python_implementation": ("CPython", "PyPy"),
    "platform_system": ("Windows", "Linux", "Darwin", "Java"),
    "sys_platform": ("win32", "linux", "darwin", "cygwin"),
}
EXTRAS = ("a", "b", "tls")

QUOTES = st.sampled_from(["'", '"'])


@st.composite
def word_atoms(draw: st.DrawFn) -> str:
    name = draw(st.sampled_from(sorted(STRINGS)))
    value, quote = draw(st.sampled_from(STRINGS[name])), draw(QUOTES)
    operator = draw(st.sampled_from(["==", "!=", "in", "not in"]))
    if draw(st.booleans()):
        return f"{quote}{value}{quote} {operator} {name}"
    return f"{name} {operator} {quote}{value}{quote}"


@st.composite
def equalities(draw: st.DrawFn) -> str:
    name = draw(st.sampled_from(["os_name", "sys_platform"]))
    return f"{name} {draw(st.sampled_from(['==', '!=']))} '{draw(st.sampled_from(STRINGS[name][:2]))}'"


@st.composite
def python_atoms(draw: st.DrawFn) -> str:
    name, values = draw(st.sampled_from([("python_version", MINORS), ("python_full_version", FULLS)]))
    value, quote = draw(st.sampled_from(values)), draw(QUOTES)
    if "rc" not in value and draw(st.booleans()) and draw(st.booleans()):
        return f"{quote}{value}{quote} {draw(st.sampled_from(ORDER))} {name}"
    return f"{name} {draw(st.sampled_from(ORDER))} {quote}{value}{quote}"


@st.composite
def usual_atoms(draw: st.DrawFn) -> str:
    name, values = draw(st.sampled_from([("python_version", USUAL_MINORS), ("python_full_version", USUAL_FULLS)]))
    return f"{name} {draw(st.sampled_from(ORDER))} '{draw(st.sampled_from(values))}'"


@st.composite
def starred_atoms(draw: st.DrawFn) -> str:
    name = draw(st.sampled_from(["python_version", "python_full_version"]))
    return f"{name} {draw(st.sampled_from(['==', '!=']))} '{draw(st.sampled_from(['3', '3.8', '3.10']))}.*'"


@st.composite
def compatible_atoms(draw: st.DrawFn) -> str:
    name = draw(st.sampled_from(["python_version", "python_full_version"]))
    return f"{name} ~= '{draw(st.sampled_from(['3.8', '3.8.0', '3.8.1', '3.9.5', '3.0']))}'"


@st.composite
def opaque_atoms(draw: st.DrawFn) -> str:
    name, value = draw(st.sampled_from([("platform_release", "10"), ("implementation_version", "3.8.1")]))
    return f"{name} {draw(st.sampled_from(ORDER))} '{value}'"


@st.composite
def extra_atoms(draw: st.DrawFn) -> str:
    return f"extra {draw(st.sampled_from(['==', '!=']))} '{draw(st.sampled_from(EXTRAS))}'"


def joined(atoms: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    """Atoms under `and`, `or` and parentheses."""
    operators = st.sampled_from([" and ", " or "])
    return st.recursive(
        atoms,
        lambda inner: (
            st.tuples(inner, operators, inner).map("".join)
            | inner.map("({})".format)
            | st.tuples(inner, operators, inner).map(lambda parts: f"({''.join(parts)})")
        ),
        max_leaves=6,
    )


SEPARABLE = joined(equalities() | python_atoms())
USUAL = joined(equalities() | usual_atoms())
PLAIN = joined(word_atoms() | python_atoms())
ANYTHING = joined(word_atoms() | python_atoms() | starred_atoms() | compatible_atoms() | opaque_atoms())
WITH_EXTRAS = joined(word_atoms() | python_atoms() | extra_atoms())
