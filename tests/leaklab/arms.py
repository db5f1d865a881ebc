"""The arms of the laboratory: what stands at the headends."""

import dataclasses
from collections.abc import Callable

import agent_edge
import script_edge


@dataclasses.dataclass
class Arm:
    name: str
    says: str
    edge: Callable  # (lab, head)
    control: bool  # it must leak: that shows that the laboratory can see it

    def first_order(self):
        """Controls start late: that is what they are compared by"""
        return ["net", "routing", "agent"] if self.control else ["agent", "net", "routing"]

    def first_text(self):
        return " ".join(self.first_order())


ALL = [
    Arm("cleanpath", "cleanpath-agent behind its barrier; lists of adjacencies (End.X)",
        lambda lab, head: agent_edge.AgentEdge(lab, head), False),
    Arm("barrier-off", "cleanpath-agent without the barrier's unit: whatever starts first",
        lambda lab, head: agent_edge.AgentEdge(lab, head, barrier=False), True),
    Arm("delete-and-add", "a script that deletes a route and adds the next, without a guard",
        lambda lab, head: script_edge.ScriptEdge(lab, head), True),
    Arm("loose", "a script with a prohibiting route as guard, whose lists name nodes (End)",
        lambda lab, head: script_edge.ScriptEdge(lab, head, guard=True, update="replace", loose=True), True),
]
ARMS = {arm.name: arm for arm in ALL}
