"""Where a run lies on disk, and what makes it the same run: artefacts, manifest, lock, identity.

What comes in are frames, arrays and plain values; what goes out are files of fixed bytes under the run's folder,
each written whole or not at all. `artefacts` computes a part once and loads it ever after, `manifest` seals a
finished run with a digest of every file, `process_lock` keeps two processes from making one run, and
`run_identity` derives the id from rows, parameters, code and solver versions. Begin reading with `artefacts`.
"""
