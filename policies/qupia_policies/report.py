"""Show a case report: as text for people, as JUnit XML for machines."""

from __future__ import annotations

from collections.abc import Iterable
from xml.etree import ElementTree as ET

from .cases import CaseReport
from .errors import Finding
from .mutation import Mutant, MutationCount


def pretty(report: CaseReport) -> str:
    """Return one line for each fault and failed case, and a summary."""
    lines = list(finding_lines(report.findings))
    lines += [f"FAIL {r.file}:{r.line} {r.case_id}: {r.message}" for r in report.results if not r.passed]
    failed = sum(not result.passed for result in report.results)
    passed = len(report.results) - failed
    lines.append(f"{passed} passed, {failed} failed, {len(report.findings)} faults (bundle {report.version[:12]})")
    return "\n".join(lines)


def finding_lines(findings: Iterable[Finding]) -> Iterable[str]:
    """Yield one line for each finding."""
    for item in findings:
        where = f"{item.file}:{item.line}" if item.line else item.file
        yield f"{where}: {item.rule or '-'} {item.code} ({item.severity}): {item.advice}"


def finding_json(item: Finding) -> dict[str, str | int]:
    """Return a finding as JSON values."""
    return {
        "severity": item.severity.value,
        "code": item.code,
        "file": item.file,
        "line": item.line,
        "rule": item.rule,
        "advice": item.advice,
    }


def junit(report: CaseReport, mutants: Iterable[Mutant] = ()) -> str:
    """Return the report as JUnit XML.

    A fault of a case file counts as an error, a mutant that survived as a failure; a change that could not be admitted
    is skipped, because no case was asked.
    """
    found = tuple(mutants)
    count = MutationCount.of(found)
    suite = ET.Element(
        "testsuite",
        name="qupia-policies",
        tests=str(len(report.results) + len(report.findings) + len(found)),
        failures=str(sum(not result.passed for result in report.results) + count.survived),
        errors=str(len(report.findings)),
        skipped=str(count.stillborn),
    )
    for result in report.results:
        case = ET.SubElement(
            suite, "testcase", classname=result.file, name=result.case_id, file=result.file, line=str(result.line)
        )
        if not result.passed:
            ET.SubElement(case, "failure", message=result.message)
    for finding in report.findings:
        case = ET.SubElement(
            suite, "testcase", classname=finding.file, name=finding.rule or finding.code, line=str(finding.line)
        )
        ET.SubElement(case, "error", type=finding.code, message=finding.advice)
    for mutant in found:
        _mutant(suite, mutant)
    return ET.tostring(suite, encoding="unicode", xml_declaration=True)


def _mutant(suite: ET.Element, mutant: Mutant) -> None:
    case = ET.SubElement(suite, "testcase", classname=f"mutation.{mutant.rule_id}", name=mutant.change)
    if mutant.stillborn:
        ET.SubElement(case, "skipped", message="the change cannot be admitted")
    elif mutant.survived:
        ET.SubElement(case, "failure", message="no case noticed the change")
