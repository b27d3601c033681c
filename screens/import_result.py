"""What became of an imported file, in the words of a sheet."""

from __future__ import annotations

from typing import Any

from counter.language import _, ngettext, number
from screens.widgets.sheet import Part


def told(summary: dict[str, Any]) -> list[Part]:
    """What became of a file; the summary is the one that the command prints."""
    counts = {
        _("rows"): summary["rows"],
        _("accepted"): summary["accepted"],
        _("unchanged"): summary["unchanged"],
        _("matched returns"): summary["matched_returns"],
        _("rejected"): summary["rejected"],
    }
    parts = [Part("", [f"{number(count)}  {name}" for name, count in counts.items()])]
    if summary.get("was_known"):
        said = _("This very file was taken in before; nothing was read.")
        parts.insert(0, Part("", [said, _('"Import again" reads it.')]))
    reasons = [
        ngettext("{reason}: {count} row", "{reason}: {count} rows", count).format(
            reason=reason, count=number(count)
        )
        for reason, count in summary["reasons"].items()
    ]
    if reasons:
        parts.append(Part(_("Rejected"), reasons))
    if summary.get("rejects_file"):
        parts.append(Part(_("To be mended"), [summary["rejects_file"]]))
    codes = [
        _("One-time code for {login}: {code}").format(login=login, code=code)
        for login, code in summary.get("codes", {}).items()
    ]
    if codes:
        parts.append(Part(_("Hand over now: kept nowhere else"), codes))
    return parts
