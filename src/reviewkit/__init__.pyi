"""The public names, for type checkers; the door itself opens lazily."""

from reviewkit._core.errors import ConvergenceError as ConvergenceError
from reviewkit._core.errors import InputError as InputError
from reviewkit._core.errors import ParseError as ParseError
from reviewkit._core.errors import ReviewkitError as ReviewkitError
from reviewkit._core.errors import ReviewkitWarning as ReviewkitWarning
from reviewkit._core.finding import Finding as Finding
from reviewkit.agreement.feasible import feasible_tables as feasible_tables
from reviewkit.agreement.raters import Agreement as Agreement
from reviewkit.agreement.raters import agreement_from_table as agreement_from_table
from reviewkit.agreement.raters import rater_agreement as rater_agreement
from reviewkit.coding.codebook import read_codebook as read_codebook
from reviewkit.coding.codebook import read_coding as read_coding
from reviewkit.coding.themes import Themes as Themes
from reviewkit.coding.themes import build_themes as build_themes
from reviewkit.integrity.percentages import check_percentages as check_percentages
from reviewkit.integrity.percentages import consistent_denominators as consistent_denominators
from reviewkit.meta.effects import compute_effects as compute_effects
from reviewkit.meta.pooling import PooledEffect as PooledEffect
from reviewkit.meta.pooling import PooledPrevalence as PooledPrevalence
from reviewkit.meta.pooling import pool_effects as pool_effects
from reviewkit.meta.pooling import pool_prevalence as pool_prevalence
from reviewkit.meta.tau2 import estimate_tau2 as estimate_tau2
from reviewkit.review.bundled import example as example
from reviewkit.review.folder import Review as Review
from reviewkit.review.folder import open_review as open_review
from reviewkit.screening.flow import Flow as Flow
from reviewkit.screening.flow import prisma_flow as prisma_flow
from reviewkit.sources.decisions import read_decisions as read_decisions
from reviewkit.sources.extraction import read_extraction as read_extraction

__version__: str
