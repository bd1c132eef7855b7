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
    "BaujatContributions": "meta.contributions",
    "CodeCommunities": "coding.communities",
    "CodeSaturation": "coding.accumulation",
    "CoderAgreement": "coding.coder_agreement",
    "ConvergenceError": "_core.errors",
    "CumulativePool": "meta.cumulative",
    "EvidenceMap": "coding.evidence_map",
    "FilledPool": "meta.filled",
    "Finding": "_core.finding",
    "Flow": "screening.flow",
    "InfluenceMeasures": "meta.diagnostics",
    "InputError": "_core.errors",
    "IntraclassCorrelation": "agreement.icc",
    "LearnedProposals": "coding.learning",
    "LeaveOneOut": "meta.left_out",
    "MergeSuggestions": "coding.suggestions",
    "MergedCodes": "coding.merging",
    "MetaRegression": "meta.moderators",
    "MultilevelRegression": "meta.multilevel",
    "Multiverse": "meta.multiverses",
    "ParseError": "_core.errors",
    "PermutationTest": "meta.moderators",
    "PooledEffect": "meta.pooling",
    "PooledMultilevel": "meta.multilevel",
    "PooledPrevalence": "meta.pooling",
    "PredictedPrevalence": "meta.marginal",
    "Proposals": "coding.proposals",
    "RaterComparison": "screening.rater_comparisons",
    "Review": "review.folder",
    "ReviewkitError": "_core.errors",
    "ReviewkitWarning": "_core.errors",
    "RobustInference": "meta.robust",
    "ScreeningPlan": "agreement.plans",
    "SelectionModel": "meta.selection",
    "Subgroups": "meta.moderators",
    "ThemeOverlaps": "coding.overlaps",
    "Themes": "coding.themes",
    "agreement_from_table": "agreement.raters",
    "all_subsets": "meta.subsets",
    "baujat_contributions": "meta.contributions",
    "build_themes": "coding.themes",
    "check_percentages": "integrity.percentages",
    "code_saturation": "coding.accumulation",
    "code_segments": "coding.proposals",
    "compare_coders": "coding.coder_agreement",
    "compare_raters": "screening.rater_comparisons",
    "compare_subgroups": "meta.moderators",
    "compare_with_consensus": "screening.rater_comparisons",
    "compute_effects": "meta.effects",
    "consistent_denominators": "integrity.percentages",
    "cumulative_pool": "meta.cumulative",
    "estimate_tau2": "meta.tau2",
    "example": "review.bundled",
    "feasible_tables": "agreement.feasible",
    "influence_measures": "meta.diagnostics",
    "intraclass_correlation": "agreement.icc",
    "leave_one_out": "meta.left_out",
    "make_funnel": "meta.funnels",
    "map_evidence": "coding.evidence_map",
    "merge_codes": "coding.merging",
    "meta_regression": "meta.moderators",
    "multilevel_regression": "meta.multilevel",
    "multiverse": "meta.multiverses",
    "open_review": "review.folder",
    "permutation_test": "meta.moderators",
    "plan_double_screening": "agreement.plans",
    "pool_effects": "meta.pooling",
    "pool_multilevel": "meta.multilevel",
    "pool_prevalence": "meta.pooling",
    "predict_prevalence": "meta.marginal",
    "prisma_flow": "screening.flow",
    "propose_codes": "coding.learning",
    "rater_agreement": "agreement.raters",
    "read_codebook": "coding.codebook",
    "read_coding": "coding.codebook",
    "read_decisions": "sources.decisions",
    "read_extraction": "sources.extraction",
    "read_merges": "coding.confirmed",
    "read_texts": "coding.texts",
    "reproduce": "meta.reproduction",
    "robust_inference": "meta.robust",
    "selection_model": "meta.selection",
    "small_study_effects": "meta.bias",
    "suggest_merges": "coding.suggestions",
    "track_agreement": "screening.rater_comparisons",
    "trim_and_fill": "meta.filled",
    "write_codebook": "coding.exchange",
    "write_coding": "coding.exchange",
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
