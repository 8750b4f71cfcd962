"""Helpers 帮扶责任人: who may stand by which household, and who should.

Begin with `helper_plan.helper_plan`. Not responsible for the people's names: a helper is known by a key.
"""
