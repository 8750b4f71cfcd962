"""Where a run lies on disk, and what makes it the same run: artefacts, manifest, seals, identity.

What comes in are frames, arrays and plain values; what goes out are files of fixed bytes under the run's folder,
each written whole or not at all. `artefacts` computes a part once and loads it ever after, `manifest` holds a digest
of every file of a finished run, `office_seal` signs both with the office's witness key, and `run_identity` derives
the id from rows, parameters, code and solver versions. Begin reading with `artefacts`.
"""
