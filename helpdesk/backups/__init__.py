"""The desk's backups as admins know them: what there is, what was proven, and what is planned.

They are made, proven and brought back by ``operations/archives``; here nobody opens one.
"""
