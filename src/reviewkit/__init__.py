"""reviewkit: systematic reviews, from search exports to published numbers.

Every public name is reached as ``rk.name``; its module is loaded on first use
(SPEC 1), so ``import reviewkit as rk`` costs no pandas and no matplotlib.
No module or package bears the name of a public function.
"""

from importlib import import_module

__version__ = "0.1.0"

_HOME = {
    "Agreement": "agreement.raters",
    "ConvergenceError": "_core.errors",
    "Finding": "_core.finding",
    "Flow": "screening.flow",
    "InputError": "_core.errors",
    "ParseError": "_core.errors",
    "PooledEffect": "meta.pooling",
    "PooledPrevalence": "meta.pooling",
    "Review": "review.folder",
    "ReviewkitError": "_core.errors",
    "ReviewkitWarning": "_core.errors",
    "Themes": "coding.themes",
    "agreement_from_table": "agreement.raters",
    "build_themes": "coding.themes",
    "check_percentages": "integrity.percentages",
    "compute_effects": "meta.effects",
    "consistent_denominators": "integrity.percentages",
    "estimate_tau2": "meta.tau2",
    "example": "review.bundled",
    "feasible_tables": "agreement.feasible",
    "open_review": "review.folder",
    "pool_effects": "meta.pooling",
    "pool_prevalence": "meta.pooling",
    "prisma_flow": "screening.flow",
    "rater_agreement": "agreement.raters",
    "read_codebook": "coding.codebook",
    "read_coding": "coding.codebook",
    "read_decisions": "sources.decisions",
    "read_extraction": "sources.extraction",
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
