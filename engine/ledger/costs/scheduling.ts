import { defineCosts } from "../cost.ts";
import { intelIdle, seenOnSvm, seenOnVtx } from "../sources/kvm.ts";

/** What it costs to wake a thread of the host and to switch to it. */
export const SCHEDULING = defineCosts({
  schedulerWakeUp: {
    doc: "try_to_wake_up: for the one who wakes.",
    category: "scheduling",
    unit: "instructions",
    value: { low: 1460, typical: 1890, high: 1970 },
    machine: "Linux 6.12, mitigations=off",
    evidence: "derived",
    formula:
      "2968 + 430 (notify that wakes) − 1508 (notify that does not); 2616 − 646 in the full trace; × cycles per instruction",
    source: seenOnVtx("Instruction cost: notify that wakes QEMU or vhost, notify"),
  },
  schedulerSwitchIn: {
    doc: "A thread gets a CPU: out of the idle loop, or from another thread, to the switch.",
    category: "scheduling",
    unit: "instructions",
    value: { low: 1270, typical: 2205, high: 2540 },
    machine: "Linux 6.12, mitigations=off",
    evidence: "derived",
    formula: "2851 − 646 (local_timer_exit in idle to sched_switch); × cycles per instruction",
    source: seenOnVtx("full.tx64 of vtx-virtio-vhost"),
  },
  schedulerSwitchOut: {
    doc: "A thread that blocks gives its CPU to the idle loop: schedule() and the switch.",
    category: "scheduling",
    unit: "instructions",
    value: { low: 900, typical: 1500, high: 2540 },
    machine: "Linux 6.12, mitigations=off",
    evidence: "assumed",
    why: "Recorded only with what comes before it: 2539 instructions from kvm_vcpu_kick to the switch away from the vhost worker.",
    source: seenOnSvm("svm-virtio-vhost: stages.full.json, tx64"),
  },
  idleExitLatency: {
    doc: "An idle CPU leaves its C-state after the wake-up: C1 typically, C1E at worst; a deeper state costs its own latency (C6: 133 µs).",
    category: "idle",
    unit: "nanoseconds",
    value: { low: 0, typical: 2000, high: 10000 },
    machine: "Skylake-SP; low: idle=poll",
    evidence: "specified",
    source: intelIdle("skx_cstates"),
  },
});
