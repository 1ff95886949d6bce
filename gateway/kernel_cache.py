"""Where numba keeps what it compiled."""

import os
from importlib import import_module
from pathlib import Path

VARIABLE = "NUMBA_CACHE_DIR"


def kernel_cache(cache: Path) -> Path:
    """The folder of compiled kernels: numba's own variable if the operator set it, else beside the stores."""
    return Path(os.environ.get(VARIABLE) or cache / "numba")


def use_kernel_cache(cache: Path) -> None:
    """Have numba keep its kernels there. It reads the variable once, when it is first imported.

    Without it numba writes beside the source files, which an installation can forbid, and then compiles in every
    process.
    """
    os.environ[VARIABLE] = str(kernel_cache(cache))


def compile_kernels() -> None:
    """Compile them, or load what was compiled before; some seconds the first time."""
    import_module("resolvers.search.embedded.kernels")
