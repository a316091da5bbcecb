"""Decide disclosure requests by a bundle of rules: facts in, decision with obligations out.

Load and decide:

    from qupia_policies import PolicyEngine, default_bundle_dir, load_bundle

    engine = PolicyEngine(load_bundle(default_bundle_dir()))
    decision = engine.decide(facts)          # never raises; any doubt is a refusal

`PolicyHolder` swaps bundles atomically after their cases passed, `run_cases` runs the cases, `closure` counts the
75-year term, `Explainer` finds a decision's words.
"""

from .bundle import Bundle, default_bundle_dir, load_bundle, parse_bundle
from .cases import CaseReport, CaseResult, run_cases
from .engine import EngineRefused, PolicyEngine
from .errors import BundleRefused, Finding, PolicyError
from .explain import Explainer, Explanation
from .holder import PolicyHolder
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
    "PolicyHolder",
    "TermState",
    "almaty_day",
    "closure",
    "default_bundle_dir",
    "load_bundle",
    "parse_bundle",
    "run_cases",
]
