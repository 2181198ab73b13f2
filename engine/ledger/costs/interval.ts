import { defineCosts } from "../cost.ts";

/** Times between two things: nobody spends them, but what happens depends on them. */
export const INTERVAL = defineCosts({
  cacheWarmTime: {
    doc: "How long after a CPU has run code that code is still in its caches and predictors.",
    category: "idle",
    unit: "nanoseconds",
    value: { low: 5_000, typical: 25_000, high: 200_000 },
    machine: "a server CPU that runs other code in between",
    evidence: "assumed",
    why:
      "Bursts ran packets less than 10 µs apart at 0.4 to 0.5 cycles an instruction; exits to user " +
      "space, packets paced by milliseconds and wake-ups did not. No figure for the time between was found.",
    source: {
      cite: "Høiland-Jørgensen et al.: The eXpress Data Path, CoNEXT 2018",
      where: "section 4.1: 4.8 and 1.8 Mpps, so 0.2 to 0.6 µs between packets",
    },
  },
  vmxnet3PollInterval: {
    doc: "Time between two looks of the backend at the transmit queues while there is traffic.",
    category: "scheduling",
    unit: "nanoseconds",
    value: { low: 1000, typical: 10000, high: 100000 },
    machine: "a hypervisor's kernel that plays the VMXNET3",
    evidence: "assumed",
    why: "VMware's backend is not published; taken is a tenth of a gap of 100 µs between packets.",
    source: {
      cite: "Linux 6.12, the driver's side of the contract",
      where: "drivers/net/vmxnet3/vmxnet3_drv.c, vmxnet3_tq_xmit: txThreshold",
    },
  },
});
