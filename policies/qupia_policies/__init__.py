"""Decide disclosure requests by a bundle of rules: facts in, decision with obligations out.

Load and decide:

    from qupia_policies import build_engine, default_bundle_dir, load_bundle

    engine = build_engine(load_bundle(default_bundle_dir()))    # its cases passed, or BundleRefused
    decision = engine.decide(facts)                             # never raises; any doubt is a refusal

`PolicyEngine` is the same without running the cases, `run_cases` only runs them, `closure` counts the 75-year term,
`Explainer` finds a decision's words.
"""

from .build import build_engine
from .bundle import Bundle, default_bundle_dir, load_bundle, parse_bundle
from .cases import CaseReport, CaseResult, run_cases
from .engine import EngineRefused, PolicyEngine
from .errors import BundleRefused, Finding, PolicyError
from .explain import Explainer, Explanation
from .model import Decision, Facts
from .terms import Certainty, ClosureTerm, TermState, almaty_day, closure
from .vocabulary import CATEGORIES

__all__ = [
    "CATEGORIES",
    "Bundle",
    "BundleRefused",
    "CaseReport",
    "CaseResult",
    "Certainty",
    "ClosureTerm",
    "Decision",
    "EngineRefused",
    "Explainer",
    "Explanation",
    "Facts",
    "Finding",
    "PolicyEngine",
    "PolicyError",
    "TermState",
    "almaty_day",
    "build_engine",
    "closure",
    "default_bundle_dir",
    "load_bundle",
    "parse_bundle",
    "run_cases",
]
