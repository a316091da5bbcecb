"""Show a case report: as text for people, as JUnit XML for machines."""

from __future__ import annotations

from collections.abc import Iterable
from xml.etree import ElementTree as ET

from .cases import CaseReport
from .errors import Finding


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


def junit(report: CaseReport) -> str:
    """Return the report as JUnit XML; a fault of a case file counts as an error."""
    failed = sum(not result.passed for result in report.results)
    suite = ET.Element(
        "testsuite",
        name="qupia-policies",
        tests=str(len(report.results) + len(report.findings)),
        failures=str(failed),
        errors=str(len(report.findings)),
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
    return ET.tostring(suite, encoding="unicode", xml_declaration=True)
