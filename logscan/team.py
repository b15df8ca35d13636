"""What a team says of signatures, put beside what they say themselves."""

from collections.abc import Mapping

import msgspec

from logscan.config import Override, signature_entry
from logscan.digest import blake2b
from logscan.errors import UsageError
from logscan.sigmodel import Reference, Remediation, Signature
from logscan.signature import Ruleset


def overridden(rules: Ruleset, overrides: Mapping[str, Override]) -> Ruleset:
    """The ruleset with severities, actions and runbooks of the team's. Raises UsageError for a signature that is not
    in it, and for a link that is none."""
    if not overrides:
        return rules
    for ident, override in overrides.items():
        if ident not in rules.by_id:
            raise UsageError(f"{signature_entry(ident)}: no such signature; `logscan signatures list` names them")
        link = override.runbook.link if override.runbook else None
        if link is not None and not link.startswith(("https://", "http://")):
            raise UsageError(f"{signature_entry(ident)}: runbook.link: {link!r} is no web address")
    changed = {ident: _changed(rules.by_id[ident], override) for ident, override in overrides.items()}
    said = msgspec.json.encode({"rules": rules.digest, "overrides": dict(overrides)}, order="sorted")
    return msgspec.structs.replace(
        rules,
        by_id={**rules.by_id, **changed},
        digest=blake2b(said, digest_size=8).hexdigest(),
    )


def _changed(signature: Signature, override: Override) -> Signature:
    return msgspec.structs.replace(
        signature,
        severity=override.severity or signature.severity,
        action="ignore" if override.ignore else override.action or signature.action,
        remediation=_beside(signature.remediation, override),
    )


def _beside(ours: Remediation, override: Override) -> Remediation:
    """The team's words after ours, its page before ours."""
    book = override.runbook
    if book is None:
        return ours
    links = (Reference(book.link, "runbook"),) if book.link else ()
    summary = f"{ours.summary} Runbook: {book.text}" if book.text else ours.summary
    return msgspec.structs.replace(ours, summary=summary, links=(*links, *ours.links))
