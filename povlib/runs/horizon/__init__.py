"""The plan of an office over several years: from a run's ledger and parameters to a certified plan and its papers.

What each period offers (`period_offers`), money by the month it arrives in (`horizon_money`), what help is worth by the
end of each year (`horizon_values`), the problem and its plan (`horizon_run`), the path of exits (`exits_path`), later
money that is uncertain (`futures_of_money`) and the plan made again (`horizon_again`).
"""
