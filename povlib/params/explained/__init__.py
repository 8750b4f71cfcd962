"""Parameters explained: what each key means, what it may be, where it is set, who uses it.

What comes in is a catalogue as loaded and, for meanings, ``meanings.yaml``; what goes out are JSON Schemas for editors
(`json_schema`) and facts about one key (`key_facts`). Not responsible for checking a file (`povlib.params.loading`).
"""
