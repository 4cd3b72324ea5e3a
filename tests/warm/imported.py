"""For the process of ``multiprocessing`` that forks others: it imports this, so that they need not
import the program, and what the modules of tests import, each for itself."""

import gc

import helpdesk
import tests.desk  # noqa: F401
from tests.warm.starter import import_all

import_all(helpdesk)
gc.collect()
gc.freeze()
