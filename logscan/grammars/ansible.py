"""Ansible's failed tasks, as `ansible-playbook` prints and logs them.

`fatal: [host]: FAILED! => {…}`, one line, or with -v and its like JSON over many. `...ignoring` below says that the
playbook expects it: then it is none (https://docs.ansible.com/ansible/latest/playbook_guide/playbooks_error_handling.html).
"""

from logscan.grammars import Step
from logscan.grammars.table import Opener, Rule, State, Table
from logscan.lazyre import lazy
from logscan.model import Traceback

LOG = rb"(?:\d{4}-\d\d-\d\d \d\d:\d\d:\d\d,\d{3} p=\d+ u=\S+ n=\S+ (?:[A-Z]+)?\| )?"
"""What stands before every record of the file that `log_path` names."""
FAILED = lazy(LOG + rb"(?:fatal: \[[^\]]+\]: (?:FAILED|UNREACHABLE)!|failed: \[[^\]]+\] \(item=.*\)) => ")
IGNORED = lazy(LOG + rb"\.\.\.ignoring$")
FURTHER = lazy(rb"[ \t]+\S|[}\]]")
_FAILED = lazy(r".*?(?P<task>(?:fatal|failed): \[[^\]]+\].*?) => (?P<result>.*)")
_SAID = lazy(r'"msg": "(?P<said>(?:[^"\\]|\\.)*)"')


def read(lines: list[str]) -> Traceback:
    """What the task's module says, and of which host."""
    found = _FAILED.match(lines[0])
    said = _SAID.search("\n".join(lines))
    if found is None:
        return Traceback("ansible", None, lines[0])
    return Traceback("ansible", None, f"{found['task']} => {said['said'] if said else found['result']}")


grammar = Table(
    "ansible",
    anchors=frozenset({b"]: FAILED! => ", b"]: UNREACHABLE! => ", b"failed: ["}),
    openers=(Opener(FAILED, "said", alone=True),),
    states={"said": State((Rule(IGNORED, Step.ROLLBACK), Rule(FURTHER, Step.FINAL)))},
    reader=read,
)
