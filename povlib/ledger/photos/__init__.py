"""Photos of houses: bare of place, time and camera, stored by digest, with a small copy and a hash of the look.

What comes in are files of telephones and cameras; what goes out are digests that rows of the ledger name. Begin with
`photo_store`; `bare_files` takes out everything that is no pixel, `plain_pictures` refuses what is no sound photo.
"""
