from povlib.errors import InfeasiblePlanError


def explain_infeasible(problem):
    return InfeasiblePlanError("no plan")
