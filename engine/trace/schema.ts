/**
 * Kinds of trace rows. `args` names the columns `a` and `b`; `where` names what the `where`
 * column's dictionary entry is. Codes are stable: never renumbered, never reused.
 */
export const EVENTS = {
  mmioRead: { code: 1, label: "MMIO read", where: "region", args: ["offset", "value"] },
  mmioWrite: { code: 2, label: "MMIO write", where: "region", args: ["offset", "value"] },
  pioRead: { code: 3, label: "Port read", where: "region", args: ["offset", "value"] },
  pioWrite: { code: 4, label: "Port write", where: "region", args: ["offset", "value"] },
  configRead: { code: 5, label: "Config read", where: "function", args: ["offset", "value"] },
  configWrite: { code: 6, label: "Config write", where: "function", args: ["offset", "value"] },
  ringLoad: { code: 7, label: "Ring load", where: "block", args: ["offset", "value"] },
  ringStore: { code: 8, label: "Ring store", where: "block", args: ["offset", "value"] },
  dmaRead: { code: 9, label: "DMA read", where: "purpose", args: ["bytes", "address"] },
  dmaWrite: { code: 10, label: "DMA write", where: "purpose", args: ["bytes", "address"] },
  copy: { code: 11, label: "Copy", where: "purpose", args: ["bytes", "address"] },
  vmExit: { code: 12, label: "VM exit", where: "reason", args: ["reason", "qualification"] },
  vmEntry: { code: 13, label: "VM entry", where: "reason", args: ["reason", "vector"] },
  intxAssert: { code: 14, label: "INTx asserted", where: "line", args: ["gsi", "none"] },
  intxDeassert: { code: 15, label: "INTx deasserted", where: "line", args: ["gsi", "none"] },
  msix: { code: 16, label: "MSI-X message", where: "vectorName", args: ["data", "address"] },
  interruptTaken: { code: 17, label: "Interrupt taken", where: "source", args: ["vector", "none"] },
  lapicEoi: { code: 18, label: "Local APIC EOI", where: "source", args: ["vector", "none"] },
  ioapicEoi: { code: 19, label: "IOAPIC EOI", where: "line", args: ["gsi", "none"] },
  signal: { code: 20, label: "Signal", where: "channel", args: ["value", "none"] },
  deviceStep: { code: 21, label: "Device step", where: "step", args: ["value", "detail"] },
  wireTransmit: { code: 22, label: "Frame leaves", where: "wire", args: ["bytes", "frame"] },
  wireReceive: { code: 23, label: "Frame arrives", where: "wire", args: ["bytes", "frame"] },
  guestError: { code: 24, label: "Guest error", where: "error", args: ["value", "detail"] },
  frameDropped: { code: 25, label: "Frame dropped", where: "cause", args: ["bytes", "value"] },
  mark: { code: 26, label: "Mark", where: "mark", args: ["value", "detail"] },
  call: { code: 27, label: "Call", where: "function", args: ["value", "detail"] },
  deliver: { code: 28, label: "Guest has it", where: "socket", args: ["bytes", "address"] },
  hypercall: { code: 29, label: "Hypercall", where: "hypercall", args: ["argument", "result"] },
  callout: { code: 30, label: "Callout", where: "handler", args: ["address", "value"] },
  exception: { code: 31, label: "Exception", where: "exception", args: ["vector", "errorCode"] },
  wakeUp: { code: 32, label: "Wake-up", where: "thread", args: ["value", "none"] },
  contextSwitch: { code: 33, label: "Context switch", where: "thread", args: ["cpu", "none"] },
  userExit: { code: 34, label: "Exit to user space", where: "reason", args: ["address", "value"] },
  interruptInjected: {
    code: 35,
    label: "Interrupt injected",
    where: "source",
    args: ["vector", "none"],
  },
  interruptPosted: {
    code: 36,
    label: "Interrupt posted",
    where: "source",
    args: ["vector", "notified"],
  },
  iommuFault: { code: 37, label: "IOMMU fault", where: "reason", args: ["address", "requester"] },
  headersChanged: { code: 38, label: "Headers changed", where: "headers", args: ["bytes", "none"] },
  tableLookup: { code: 39, label: "Table lookup", where: "table", args: ["key", "result"] },
  systemCall: { code: 40, label: "System call", where: "call", args: ["value", "result"] },
  upcall: { code: 41, label: "Upcall", where: "domain", args: ["port", "none"] },
  instruction: { code: 42, label: "Instruction", where: "instruction", args: ["address", "bytes"] },
  translation: { code: 43, label: "Translation", where: "reason", args: ["address", "bytes"] },
  invalidation: { code: 44, label: "Invalidation", where: "cache", args: ["address", "count"] },
} as const satisfies Record<
  string,
  { code: number; label: string; where: string; args: readonly [string, string] }
>;

/** The name of a kind of row. */
export type EventName = keyof typeof EVENTS;
/** The code of a kind of row, as it stands in the `kind` column. */
export type EventCode = (typeof EVENTS)[EventName]["code"];

/** Kind codes by name, for hot paths. */
export const KIND = Object.fromEntries(
  Object.entries(EVENTS).map(([name, event]) => [name, event.code]),
) as { readonly [N in EventName]: (typeof EVENTS)[N]["code"] };

/** One more than the highest kind code. */
export const KIND_COUNT = 45;

/** The names of kinds by code; holes are undefined. */
export const KIND_NAMES: readonly (EventName | undefined)[] = nameTable();

function nameTable(): (EventName | undefined)[] {
  const names: (EventName | undefined)[] = [];
  for (const [name, event] of Object.entries(EVENTS)) names[event.code] = name as EventName;
  return names;
}
