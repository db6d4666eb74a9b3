"""Which Whoosh is installed: the one that the engine is made for, or a fork (`make whoosh3`).

Records, their order and all of our own nodes are the same with either. The scores of some of Whoosh's nodes
are not: a fork has mended, or broken, what 2.7.4 does, and our kernels do as 2.7.4 does.
"""

from __future__ import annotations

import pytest
from whoosh import versionstring

STOCK = versionstring() == "2.7.4"
only_stock = pytest.mark.skipif(not STOCK, reason="tells what Whoosh 2.7.4 does, and a fork does otherwise")
