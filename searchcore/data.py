"""Where the data folders `schemas` and `corpora` are, in a checkout and in an installed wheel alike."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

import yaml

from searchcore.errors import ConfigurationError

_Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@cache
def schemas_dir() -> Path:
    """Return the folder of the record kinds, ranking and language files."""
    return Path(str(files("schemas")))


@cache
def corpora_dir() -> Path:
    """Return the folder of the source descriptions, facts and the sample."""
    return Path(str(files("corpora")))


def load_yaml(path: Path) -> Any:
    """Return the content of a YAML file; raise ConfigurationError with file and line if it does not parse."""
    try:
        with path.open(encoding="utf-8") as stream:
            return yaml.load(stream, Loader=_Loader)
    except OSError as error:
        raise ConfigurationError("cannot read the file", where=str(path), mend=str(error.strerror)) from error
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        mark = getattr(error, "problem_mark", None)
        where = f"{path}, line {mark.line + 1}" if mark else str(path)
        raise ConfigurationError("this is not valid YAML", where=where, mend="mend the file") from error
