"""The arms of the laboratory: what stands at the headends."""

import dataclasses
from collections.abc import Callable

import agent_edge
import controlled_edge
import script_edge
from run import Giver


@dataclasses.dataclass
class Arm:
    name: str
    says: str
    edge: Callable  # (lab, head)
    control: bool  # it must leak: that shows that the laboratory can see it
    giver: Callable = Giver  # (run)

    def first_order(self):
        """Controls start late: that is what they are compared by"""
        return ["net", "routing", "agent"] if self.control else ["agent", "net", "routing"]

    def first_text(self):
        return " ".join(self.first_order())


ALL = [
    Arm("cleanpath", "cleanpath-agent behind its barrier; lists of adjacencies (End.X); the laboratory orders, 0.2 s after each failure",
        lambda lab, head: agent_edge.AgentEdge(lab, head), False),
    Arm("controlled", "the same with cleanpath-edge, and cleanpathd in the laboratory's place, which orders by what it hears of the network",
        controlled_edge.ControlledEdge, False, controlled_edge.Controller),
    Arm("barrier-off", "as `cleanpath`, without the barrier's unit: it is raised when the agent starts, last, and is gone when that is stopped",
        lambda lab, head: agent_edge.AgentEdge(lab, head, barrier=False), True),
    Arm("loose", "cleanpath-agent behind its barrier, with a policy that permits lists of nodes (End)",
        lambda lab, head: agent_edge.AgentEdge(lab, head, loose=True), True),
    Arm("delete-and-add", "a script in the agent's place: it marks, deletes a route and adds the next, and has no guard",
        script_edge.ScriptEdge, True),
]
ARMS = {arm.name: arm for arm in ALL}
