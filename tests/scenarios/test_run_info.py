"""RunInfo: plain data that survives a manifest."""

from __future__ import annotations

import json

from povlib import params, places, scenarios


def test_a_manifest_gives_the_run_back(catalogue: params.Catalogue) -> None:
    resolved = scenarios.resolve(
        scenarios.load("depth", places.DATA / "sample" / "params" / "scenarios"), catalogue, {"settings.margin": "0.1"}
    )
    info = scenarios.RunInfo(
        scenario=resolved.scenario.name,
        titles=resolved.scenario.title.by_language(),
        catalogue_digest=resolved.catalogue.digest,
        settings=resolved.settings,
        trace=resolved.trace,
        ledger_head="h" * 64,
        batch=12,
        run_id="r1",
        code_digest="c" * 64,
        solver_versions={"highspy": "1.16"},
        seed=resolved.settings.seed,
        synthetic=True,
        draft=False,
    )
    again = scenarios.RunInfo.from_plain(json.loads(info.to_json()))
    assert again == info
    assert again.settings.margin == 0.1
    assert info.title("zh") == "以缩小贫困深度为目标"
