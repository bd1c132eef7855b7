"""reviewkit: systematic reviews, from search exports to published numbers.

Every public name is reached as ``rk.name``; its module is loaded on first use
(SPEC 1), so ``import reviewkit as rk`` costs no pandas and no matplotlib.
No module or package bears the name of a public function.
"""

from importlib import import_module

__version__ = "0.1.0"

_HOME = {
    "Agreement": "agreement.raters",
    "AllSubsets": "meta.subsets",
    "Audit": "review.audit",
    "BaujatContributions": "meta.contributions",
    "Changes": "review.changes",
    "Conflicts": "screening.conflicts",
    "ConvergenceError": "_core.errors",
    "CumulativePool": "meta.cumulative",
    "ExtractionComparison": "review.double_extraction",
    "FilledPool": "meta.filled",
    "Finding": "_core.finding",
    "Flow": "screening.flow",
    "InfluenceMeasures": "meta.diagnostics",
    "InputError": "_core.errors",
    "IntraclassCorrelation": "agreement.icc",
    "LeaveOneOut": "meta.left_out",
    "Manuscript": "review.manuscript",
    "MetaRegression": "meta.moderators",
    "MultilevelRegression": "meta.multilevel",
    "Multiverse": "meta.multiverses",
    "Overlaps": "integrity.overlaps",
    "ParseError": "_core.errors",
    "PermutationTest": "meta.moderators",
    "PooledEffect": "meta.pooling",
    "PooledMultilevel": "meta.multilevel",
    "PooledPrevalence": "meta.pooling",
    "PredictedPrevalence": "meta.marginal",
    "Query": "sources.queries",
    "RaterComparison": "screening.rater_comparisons",
    "Review": "review.folder",
    "ReviewkitError": "_core.errors",
    "ReviewkitWarning": "_core.errors",
    "RobustInference": "meta.robust",
    "ScreeningPlan": "agreement.plans",
    "SearchHits": "sources.query_hits",
    "SearchTable": "sources.query_table",
    "SelectionModel": "meta.selection",
    "Subgroups": "meta.moderators",
    "SyntheticReview": "review.synthetic",
    "Themes": "coding.themes",
    "Translation": "sources.query_translation",
    "agreement_from_table": "agreement.raters",
    "all_subsets": "meta.subsets",
    "baujat_contributions": "meta.contributions",
    "build_themes": "coding.themes",
    "check_constructs": "integrity.constructs",
    "check_percentages": "integrity.percentages",
    "check_query": "sources.query_rules",
    "check_strategy": "sources.query_audit",
    "check_synonyms": "integrity.constructs",
    "compare_extractions": "review.double_extraction",
    "compare_raters": "screening.rater_comparisons",
    "compare_reviews": "review.changes",
    "compare_subgroups": "meta.moderators",
    "compare_with_consensus": "screening.rater_comparisons",
    "compute_effects": "meta.effects",
    "consistent_denominators": "integrity.percentages",
    "cumulative_pool": "meta.cumulative",
    "estimate_tau2": "meta.tau2",
    "example": "review.bundled",
    "extract_template": "review.double_extraction",
    "feasible_tables": "agreement.feasible",
    "find_conflicts": "screening.conflicts",
    "find_overlaps": "integrity.overlaps",
    "influence_measures": "meta.diagnostics",
    "intraclass_correlation": "agreement.icc",
    "leave_one_out": "meta.left_out",
    "lock_review": "review.lock",
    "make_funnel": "meta.funnels",
    "make_review": "review.synthetic",
    "meta_regression": "meta.moderators",
    "multilevel_regression": "meta.multilevel",
    "multiverse": "meta.multiverses",
    "open_review": "review.folder",
    "parse_query": "sources.queries",
    "permutation_test": "meta.moderators",
    "plan_double_screening": "agreement.plans",
    "pool_effects": "meta.pooling",
    "pool_multilevel": "meta.multilevel",
    "pool_prevalence": "meta.pooling",
    "predict_prevalence": "meta.marginal",
    "prisma_flow": "screening.flow",
    "prisma_s_table": "sources.query_table",
    "rater_agreement": "agreement.raters",
    "read_codebook": "coding.codebook",
    "read_coding": "coding.codebook",
    "read_decisions": "sources.decisions",
    "read_extraction": "sources.extraction",
    "read_manuscript": "review.manuscript",
    "reproduce": "meta.reproduction",
    "robust_inference": "meta.robust",
    "search_records": "sources.queries",
    "selection_model": "meta.selection",
    "small_study_effects": "meta.bias",
    "track_agreement": "screening.rater_comparisons",
    "trim_and_fill": "meta.filled",
}

__all__ = list(_HOME)


def __getattr__(name: str) -> object:
    if name not in _HOME:
        raise AttributeError(f"module 'reviewkit' has no attribute {name!r}")
    value = getattr(import_module(f"reviewkit.{_HOME[name]}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted(__all__)
