/** What can be busy: the CPUs of a host by what runs on them, the parts of its NIC, the wire. */
export const RESOURCES = {
  vcpu: { code: 0, label: "vCPU", cpu: true },
  mainLoop: { code: 1, label: "Device model's thread", cpu: true },
  vhostWorker: { code: 2, label: "vhost worker", cpu: true },
  dom0: { code: 3, label: "dom0's vCPU", cpu: true },
  pollingCore: { code: 4, label: "Polling core", cpu: true },
  hostCpu: { code: 5, label: "Host CPU of the NIC's interrupt", cpu: true },
  handler: { code: 6, label: "Switch's user-space handler", cpu: true },
  nic: { code: 7, label: "NIC, sending", cpu: false },
  pcie: { code: 8, label: "PCIe link", cpu: false },
  wireOut: { code: 9, label: "Wire, outward", cpu: false },
  wireIn: { code: 10, label: "Wire, inward", cpu: false },
  nicIn: { code: 11, label: "NIC, receiving", cpu: false },
} as const satisfies Record<string, { code: number; label: string; cpu: boolean }>;

/** The name of a resource. */
export type ResourceName = keyof typeof RESOURCES;
/** The code of a resource, as it stands in a trace column. */
export type ResourceCode = (typeof RESOURCES)[ResourceName]["code"];
/** One more than the highest code. */
export const RESOURCE_COUNT = 12;
/** The names of the resources by code. */
export const RESOURCE_NAMES = Object.keys(RESOURCES) as readonly ResourceName[];
