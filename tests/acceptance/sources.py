"""Projects with sources that their backends build in different ways: what is chosen, renamed, computed, generated."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

Files = Mapping[str, str]

CORE = '\n[build-system]\nrequires = ["poetry-core>=1.0.0"]\nbuild-backend = "poetry.core.masonry.api"\n'
CORE_2 = CORE.replace("1.0.0", "2.0.0")
PYTHON = '\n[tool.poetry.dependencies]\npython = "^3.9"\n'
HEAD = """\
[tool.poetry]
name = "demo"
version = "1.2"
description = "A demo"
authors = ["Ann <ann@example.org>"]
"""
EMPTY: Files = {}
MAIN = "def main() -> None:\n    print('hello')\n"


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """The files of a project, and the tag that its repository has, where its version comes from there."""

    form: str
    files: Files
    tag: str = ""

    @property
    def elsewhere(self) -> bool:
        """Whether other files than pyproject.toml hold its dependencies."""
        return any(path in self.files for path in ("setup.cfg", "requirements.in"))


def project(form: str, manifest: str, *paths: str, others: Files = EMPTY, tag: str = "") -> Source:
    """A project with this pyproject.toml, with files at these paths, and others with a text of their own."""
    made = {path: MAIN if path.endswith(".py") else f"This is {path}.\n" for path in paths}
    return Source(form=form, files={"pyproject.toml": manifest, **made, **others}, tag=tag)


def poetry(
    rest: str, *paths: str, core: str = CORE, python: str = PYTHON, others: Files = EMPTY, tag: str = ""
) -> Source:
    """A project of Poetry 1 named `demo`; `rest` are further keys and tables of `[tool.poetry]`."""
    keys, table, tables = rest.partition("\n[")
    return project("poetry", f"{HEAD}{keys}\n{python}{table}{tables}{core}", *paths, others=others, tag=tag)


SOURCES: Mapping[str, Source] = {
    "all that describes it": poetry(
        """\
license = "MIT"
readme = "README.md"
homepage = "https://h.example"
repository = "https://r.example"
documentation = "https://d.example"
keywords = ["a", "b c"]
maintainers = ["Max <m@example.org>", "Nobody"]
classifiers = ["Topic :: Utilities", "License :: OSI Approved :: MIT License"]

[tool.poetry.urls]
"Bug Tracker" = "https://b.example"
""",
        "demo/__init__.py",
        "README.md",
        "LICENSE",
        "AUTHORS.md",
    ),
    "a readme without a suffix, a license of its own words": poetry(
        'license = "Proprietary"\nreadme = "README"\n', "demo/__init__.py", "README", "COPYING"
    ),
    "several readmes": poetry('readme = ["README.md", "HISTORY.md"]\n', "demo.py", "README.md", "HISTORY.md"),
    "a license file": poetry('license = "Apache-2.0"\n', "demo/__init__.py", "LICENSE.txt", "LICENSES/MIT.txt"),
    "src": poetry("", "src/demo/__init__.py", "src/demo/data.json", "src/demo/py.typed"),
    "several packages, one from elsewhere": poetry(
        """\
packages = [{ include = "demo" }, { include = "extra", from = "lib" }, { include = "tests", format = "sdist" }]
""",
        "demo/__init__.py",
        "lib/extra/__init__.py",
        "tests/test_it.py",
    ),
    "a namespace package": poetry(
        'packages = [{ include = "ns/part", from = "src" }]\n', "src/ns/part/__init__.py", "src/ns/part/sub/deep.py"
    ),
    "what is included and excluded": poetry(
        """\
include = [
    "CHANGELOG.md",
    { path = "demo/made.txt", format = ["sdist", "wheel"] },
    { path = "tests/**/*.py", format = "sdist" },
]
exclude = ["demo/secret.py", "demo/*.bin"]
""",
        "demo/__init__.py",
        "demo/secret.py",
        "demo/big.bin",
        "demo/made.txt",
        "CHANGELOG.md",
        "tests/unit/test_it.py",
        others={".gitignore": "demo/made.txt\n"},
    ),
    "scripts, plugins, and a file as script": poetry(
        """\

[tool.poetry.scripts]
demo = "demo:main"
extra = { reference = "demo:main", type = "console", extras = ["more"] }
shell = { reference = "bin/run.sh", type = "file" }

[tool.poetry.plugins."demo.plugins"]
one = "demo:main"

[tool.poetry.extras]
more = ["six"]
""",
        "demo/__init__.py",
        "bin/run.sh",
        python="""\

[tool.poetry.dependencies]
python = ">=3.9"
six = { version = "^1.16", optional = true }
""",
    ),
    "repositories and URLs": poetry(
        '\n[tool.poetry.extras]\nmore = ["opt"]\n',
        "demo/__init__.py",
        python="""\

[tool.poetry.dependencies]
python = ">=3.9"
branched = { git = "https://git.example/x/branched.git", branch = "main", extras = ["a"] }
tagged = { git = "git@git.example:x/tagged.git", tag = "v1" }
filed = { url = "https://files.example/filed-1.0-py3-none-any.whl", python = "<3.12" }
opt = { git = "https://git.example/x/opt.git", rev = "abc1234", optional = true }
""",
    ),
    "repositories and URLs apart": project(
        "uv",
        """\
[project]
name = "demo"
version = "1.2"
requires-python = ">=3.9"
dependencies = ["branched[a]>=1", "filed ; python_version < '3.12'"]

[project.optional-dependencies]
more = ["opt"]

[tool.uv.sources]
branched = { git = "https://git.example/x/branched.git", branch = "main" }
filed = { url = "https://files.example/filed-1.0-py3-none-any.whl" }
opt = { git = "https://git.example/x/opt.git", rev = "abc1234" }

[build-system]
requires = ["hatchling"]
build-backend = "hatchling.build"
""",
        "demo/__init__.py",
    ),
    "plain scripts and entry points": poetry(
        """\

[tool.poetry.scripts]
demo = "demo:main"
"demo.dotted" = "demo:main"

[tool.poetry.plugins.gui_scripts]
other = "demo:main"

[tool.poetry.plugins."demo.plugins"]
one = "demo:main"
""",
        "demo/__init__.py",
    ),
    "extras, markers, ranges of Python": poetry(
        """\

[tool.poetry.extras]
net = ["requests", "idna"]
all = ["requests", "idna", "colorama"]
""",
        "demo/__init__.py",
        python="""\

[tool.poetry.dependencies]
python = ">=3.9,<3.13"
six = "~1.16"
requests = { version = "^2.28", extras = ["socks"], optional = true }
idna = [{ version = "^2", python = "<3.10", optional = true }, { version = "^3", python = ">=3.10", optional = true }]
colorama = { version = "*", markers = "sys_platform == 'win32'", optional = true }
tomli = { version = ">=1.1", python = "<3.11" }
""",
    ),
    "a build script": poetry(
        """\
include = [{ path = "demo/generated.py", format = ["wheel"] }]

[tool.poetry.build]
script = "build.py"
generate-setup-file = false
""",
        "demo/__init__.py",
        others={
            "build.py": """\
from pathlib import Path

Path("demo/generated.py").write_text("x = 1")
"""
        },
    ),
    "a version that a plugin computes": poetry(
        """\

[tool.poetry-dynamic-versioning]
enable = true
vcs = "git"
style = "pep440"
""",
        "demo/__init__.py",
        core="""\

[build-system]
requires = ["poetry-core>=1.0.0", "poetry-dynamic-versioning>=1.0.0,<2.0.0"]
build-backend = "poetry_dynamic_versioning.backend"
""",
        tag="v2.5.0",
    ),
    "Poetry 2, all in [project]": project(
        "poetry",
        """\
[project]
name = "demo"
version = "1.2"
description = "A demo"
readme = "README.md"
license = "MIT"
license-files = ["LICENSE"]
requires-python = ">=3.9"
dependencies = ["six (>=1.16,<2.0)"]

[project.scripts]
demo = "demo:main"

[tool.poetry]
packages = [{ include = "demo", from = "src" }]
"""
        + CORE_2,
        "src/demo/__init__.py",
        "README.md",
        "LICENSE",
    ),
    "Poetry 2, hybrid": project(
        "poetry",
        """\
[project]
name = "demo"
requires-python = ">=3.9"
dynamic = ["version", "dependencies", "classifiers", "readme"]

[project.urls]
Homepage = "https://h.example"

[tool.poetry]
version = "1.2"
readme = ["README.md", "HISTORY.md"]
classifiers = ["Topic :: Utilities"]

[tool.poetry.dependencies]
six = "^1.16"
"""
        + CORE_2,
        "demo/__init__.py",
        "README.md",
        "HISTORY.md",
    ),
    "Poetry 2, hybrid with a version that a plugin computes": project(
        "poetry",
        """\
[project]
name = "demo"
requires-python = ">=3.9"
dynamic = ["version", "dependencies"]

[tool.poetry]
version = "0.0.0"

[tool.poetry.dependencies]
six = "^1.16"

[tool.poetry-dynamic-versioning]
enable = true

[build-system]
requires = ["poetry-core>=2.0.0", "poetry-dynamic-versioning>=1.0.0,<2.0.0"]
build-backend = "poetry_dynamic_versioning.backend"
""",
        "demo/__init__.py",
        tag="v2.5.0",
    ),
    "hatchling with a version in the code": project(
        "uv",
        """\
[project]
name = "demo"
dynamic = ["version"]
requires-python = ">=3.9"
dependencies = ["six>=1.16"]
license = "MIT"

[project.optional-dependencies]
net = ["idna>=3"]

[project.scripts]
demo = "demo:main"

[tool.hatch.version]
path = "src/demo/about.py"

[tool.hatch.build.targets.wheel]
packages = ["src/demo"]

[tool.hatch.build.targets.wheel.force-include]
"data.json" = "demo/data.json"

[tool.uv]
dev-dependencies = ["pytest"]

[build-system]
requires = ["hatchling"]
build-backend = "hatchling.build"
""",
        "src/demo/__init__.py",
        "data.json",
        "LICENSE",
        others={"src/demo/about.py": '__version__ = "3.1"\n'},
    ),
    "hatchling with a version of the repository": project(
        "uv",
        """\
[project]
name = "demo"
dynamic = ["version"]
requires-python = ">=3.9"

[tool.hatch.version]
source = "vcs"

[tool.uv]
package = true

[build-system]
requires = ["hatchling", "hatch-vcs"]
build-backend = "hatchling.build"
""",
        "demo/__init__.py",
        tag="v2.5.0",
    ),
    "uv_build with data": project(
        "uv",
        """\
[project]
name = "demo"
version = "1.2"
requires-python = ">=3.9"
readme = "README.md"

[tool.uv]
dev-dependencies = ["pytest"]

[tool.uv.build-backend]
module-root = "lib"
module-name = "ns.demo"
source-include = ["docs/**"]
wheel-exclude = ["**/big.bin"]
data = { scripts = "bin" }

[build-system]
requires = ["uv_build>=0.8,<1"]
build-backend = "uv_build"
""",
        "lib/ns/demo/__init__.py",
        "lib/ns/demo/big.bin",
        "docs/index.md",
        "README.md",
        "bin/run.sh",
    ),
    "setuptools with a version of the repository": project(
        "uv",
        """\
[project]
name = "demo"
dynamic = ["version"]
requires-python = ">=3.9"
license = { text = "MIT" }
classifiers = ["License :: OSI Approved :: MIT License"]

[project.gui-scripts]
demo = "demo:main"

[tool.setuptools.packages.find]
where = ["src"]

[tool.setuptools.package-data]
demo = ["*.json"]

[tool.setuptools_scm]

[tool.uv]
package = true

[build-system]
requires = ["setuptools>=61", "setuptools-scm>=8"]
build-backend = "setuptools.build_meta"
""",
        "src/demo/__init__.py",
        "src/demo/data.json",
        tag="v2.5.0",
    ),
    "setuptools with requirements files": project(
        "pip",
        """\
[project]
name = "demo"
dynamic = ["version", "dependencies", "optional-dependencies"]
requires-python = ">=3.9"

[tool.setuptools.dynamic]
version = { attr = "demo.VERSION" }
dependencies = { file = ["requirements.in"] }
optional-dependencies.net = { file = ["requirements-net.in"] }

[build-system]
requires = ["setuptools>=61"]
build-backend = "setuptools.build_meta"
""",
        others={
            "demo/__init__.py": 'VERSION = "4.0"\n',
            "requirements.in": "six>=1.16\n",
            "requirements-net.in": "idna>=3\n",
        },
    ),
    "setup.py and setup.cfg": Source(
        form="pipenv",
        files={
            "setup.py": """\
from setuptools import setup

setup()
""",
            "setup.cfg": """\
[metadata]
name = demo
version = 1.2
license = MIT
[options]
packages = find:
install_requires =
    six>=1.16
[options.extras_require]
net = idna
[options.entry_points]
console_scripts =
    demo = demo:main
""",
            "demo/__init__.py": MAIN,
            "Pipfile": """\
[packages]
six = ">=1.16"

[dev-packages]
pytest = "*"
""",
        },
    ),
}
"""By what is special about them."""

PLAIN = """\
[project]
name = "demo"
version = "1.2"
requires-python = ">=3.9"
dependencies = ["six>=1.16"]

[project.scripts]
demo = "demo:main"

[tool.uv]
package = true
"""

MOVABLE: Mapping[str, Source] = {
    **{
        name: SOURCES[name]
        for name in (
            "all that describes it",
            "src",
            "several packages, one from elsewhere",
            "a namespace package",
            "what is included and excluded",
            "Poetry 2, all in [project]",
            "a build script",
            "hatchling with a version in the code",
        )
    },
    "hatchling": project(
        "uv",
        f"""{PLAIN}
[tool.hatch.build.targets.wheel]
packages = ["lib/demo"]
exclude = ["/lib/demo/big.bin"]

[build-system]
requires = ["hatchling"]
build-backend = "hatchling.build"
""",
        "lib/demo/__init__.py",
        "lib/demo/sub/deep.py",
        "lib/demo/big.bin",
    ),
    "uv_build": project(
        "uv",
        f"""{PLAIN}
[build-system]
requires = ["uv_build>=0.8,<1"]
build-backend = "uv_build"
""",
        "src/demo/__init__.py",
        "src/demo/data.json",
        "tests/test_it.py",
    ),
    "setuptools": project(
        "uv",
        f"""{PLAIN}
[tool.setuptools.packages.find]
where = ["src"]

[tool.setuptools.package-data]
demo = ["*.json"]

[build-system]
requires = ["setuptools>=61"]
build-backend = "setuptools.build_meta"
""",
        "src/demo/__init__.py",
        "src/demo/data.json",
    ),
}
"""Those that are tried with another backend."""
