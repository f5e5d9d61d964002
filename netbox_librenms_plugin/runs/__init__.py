"""One engine for work on many objects, whatever the work is.

A run has a kind (``kinds``) and items. The kind has phases (``phases``), which come one after the other; workers
(``worker``) share the items of each. Nothing here knows what an import is.
"""
