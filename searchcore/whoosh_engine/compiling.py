"""Compiles kernels with numba, once for a machine, and loads the machine code from files at later starts.

Numba's own cache is not used. It runs what it reads without a check; it does not notice that a constant or a
kernel of another module, which went into the code, has changed; and it sets up the whole compiler before it
loads anything, which takes longer than a search.
"""

from __future__ import annotations

import hashlib
import logging
import pickle
import sys
from collections.abc import Sequence
from functools import cache, cached_property
from pathlib import Path
from types import BuiltinFunctionType, CodeType, FunctionType, ModuleType
from typing import Any

import llvmlite
import numba
import numpy as np
from numba.core import config
from numba.core.compiler import CompileResult
from numba.core.compiler_lock import global_compiler_lock
from numba.core.registry import CPUDispatcher
from numba.core.runtime import rtsys
from numba.core.serialize import dumps

from searchcore.whoosh_engine import kernel_files

_OPTIONS = {"nopython": True, "nogil": True, "fastmath": False, "boundscheck": False}
# Values that are what they are written as. Anything else could change without being noticed here.
_PLAIN = (int, float, str, bool, np.generic, np.ufunc, type, BuiltinFunctionType)

log = logging.getLogger(__name__)
_kernels: list[Kernel] = []


def compiled(signature: str | list[str], *, inline: bool = False) -> Any:
    """Return the decorator that makes a function a kernel for the signatures that it is to have.

    Args:
        signature: one or several.
        inline: its code stands in that of every kernel that calls it. A call with many arrays takes longer
            than some hundred records.
    """
    signatures = [signature] if isinstance(signature, str) else signature

    def make(function: FunctionType) -> Any:
        if config.DISABLE_JIT:
            return function
        kernel = Kernel(function, signatures, inline=inline)
        _kernels.append(kernel)
        return kernel

    return make


def compile_all() -> int:
    """Load or compile every kernel whose module is imported; return how many had to be compiled."""
    for kernel in _kernels:
        kernel.ready()
    return sum(bool(kernel.stats.cache_misses) for kernel in _kernels)


class Kernel(CPUDispatcher):  # type: ignore[misc]  # numba has no types
    """A function whose machine code is loaded at the first call, or compiled if there is none.

    Safe to call from several threads; the interpreter lock is free while it runs.
    """

    def __init__(self, function: FunctionType, signatures: Sequence[str], *, inline: bool = False) -> None:
        super().__init__(function, targetoptions=_OPTIONS | {"inline": "always" if inline else "never"})
        self._declared = signatures
        self._cache = _Cache(self)

    @property
    def name(self) -> str:
        """The name, with that of its module."""
        return f"{self.py_func.__module__.rpartition('.')[2]}.{self.py_func.__name__}"

    @cached_property
    def meaning(self) -> str:
        """A digest of what was written: the function, all that it uses, and its signatures."""
        function = self.py_func
        parts = [self._declared, self.targetoptions, _code(function.__code__)]
        parts += [(name, _value(value)) for name, value in _used(function)]
        return hashlib.sha256(repr(parts).encode()).hexdigest()

    def ready(self) -> None:
        """Load or compile the machine code, where that has not been done."""
        if self._can_compile:
            with global_compiler_lock:
                # Another thread may have done it meanwhile.
                if self._can_compile:
                    for signature in self._declared:
                        self.compile(signature)
                    self.disable_compile()

    def get_call_template(self, args: Any, kws: Any) -> Any:
        """Tell numba, while it compiles another kernel, how this one is called."""
        self.ready()
        return super().get_call_template(args, kws)

    def _compile_for_args(self, *args: Any, **_none: Any) -> Any:
        """Return the machine code for the first call; numba runs it on the arguments as they are."""
        self.ready()
        given = tuple(self.typeof_pyval(value) for value in args)
        known = [result.signature for result in self.overloads.values()]
        signature = self.typingctx.resolve_overload(self.name, known, given, {})
        if signature is None:
            raise TypeError(f"{self.name} is compiled for {known} and was given {given}")
        return self.overloads[signature.args].entry_point


class _Cache:
    """Gives numba machine code that was compiled before; see `numba.core.caching`."""

    cache_path = None

    def __init__(self, kernel: Kernel) -> None:
        self._kernel = kernel

    def load_overload(self, signature: Any, target: Any) -> Any:
        """Return the compile result, or None if there is none that is sound and fits this machine."""
        for data in self._file(signature, target).read():
            # All of numba that compiled code needs; its compiler is set up when something is compiled.
            rtsys.initialize(target)
            try:
                return CompileResult._rebuild(target, *pickle.loads(data))
            except Exception as error:
                log.info("the machine code of %s does not load: %s", self._kernel.name, error)
        return None

    def save_overload(self, signature: Any, result: Any) -> None:
        """Keep a compile result."""
        # An address of this process in the code would mean something else in the next one.
        if not result.library.has_dynamic_globals:
            self._file(signature, result.target_context).write(dumps(result._reduce()))

    def _file(self, signature: Any, target: Any) -> kernel_files.KernelFile:
        source = Path(self._kernel.py_func.__code__.co_filename)
        machine = (*_versions(), *target.codegen().magic_tuple(), str(signature))
        return kernel_files.KernelFile(source, self._kernel.name, machine, self._kernel.meaning)


@cache
def _versions() -> tuple[str, ...]:
    return (sys.version, numba.__version__, llvmlite.__version__, np.__version__)


def _code(code: CodeType) -> tuple[Any, ...]:
    """Return what a function does, without the place where it stands."""
    constants = [_code(each) if isinstance(each, CodeType) else repr(each) for each in code.co_consts]
    return code.co_code, constants, code.co_names, code.co_varnames, code.co_freevars


def _used(function: FunctionType) -> list[tuple[str, Any]]:
    """Return the names and values that a function takes from its module."""
    if function.__closure__:
        raise TypeError(f"the kernel {function.__name__} takes values from around it, which may change")
    names = sorted(set(function.__code__.co_names) & function.__globals__.keys())
    return [(name, function.__globals__[name]) for name in names]


def _value(value: Any) -> str:
    if isinstance(value, Kernel):
        return value.meaning
    if isinstance(value, ModuleType):
        return value.__name__
    if isinstance(value, _PLAIN):
        return f"{type(value).__name__} {value!r}"
    raise TypeError(f"a kernel cannot use a {type(value).__name__} of its module, which may change")
