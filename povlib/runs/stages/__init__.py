"""What each stage of a run asks of the rooms: one module a stage, in plain arguments.

What comes in are the frames of the stages before; what goes out is the frame, plan or record that
`povlib.runs.run.Run` stores as an artefact. In the order of a run: `recorded_effects` (what help changed),
`allocation_input` (offer and projection to one problem), `lottery_slice` (the part given by lot), `comparison`
(simple rules beside the plan), `plan_outcome` (persons and their ranges), `outlook` (back-test and months ahead).
`refusals` keeps a "cannot be said" as an artefact too. Begin reading with `allocation_input`.
"""
