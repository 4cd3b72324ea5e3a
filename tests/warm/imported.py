"""For the process of ``multiprocessing`` that forks others: it imports this, so that they need not
import the program, and what the modules of tests import, each for itself."""

import gc
from importlib import import_module

import helpdesk
from tests.warm.starter import import_all

import_module("tests.desk")
import_all(helpdesk)
gc.collect()
gc.freeze()
