/** What cycles were spent on; every primitive belongs to exactly one. `cpu` false: no CPU pays it. */
export const CATEGORIES = {
  guestDriver: { label: "Guest driver", cpu: true },
  guestStack: { label: "Guest stack", cpu: true },
  transition: { label: "Transition", cpu: true },
  hypervisor: { label: "Hypervisor", cpu: true },
  deviceEmulation: { label: "Device emulation", cpu: true },
  copy: { label: "Copy", cpu: true },
  notification: { label: "Notification", cpu: true },
  interrupt: { label: "Interrupt", cpu: true },
  dma: { label: "DMA and IOMMU", cpu: false },
  hostStack: { label: "Host stack or vRouter", cpu: true },
  scheduling: { label: "Scheduling and wake-up", cpu: true },
  polling: { label: "Polling", cpu: true },
  wire: { label: "Wire", cpu: false },
  idle: { label: "Idle", cpu: false },
} as const satisfies Record<string, { label: string; cpu: boolean }>;

/** The name of a category. */
export type CategoryName = keyof typeof CATEGORIES;
/** The names of the categories, in their fixed order. */
export const CATEGORY_NAMES = Object.keys(CATEGORIES) as CategoryName[];

/**
 * Categories whose code gets faster when a CPU runs it again at once, packet after packet. What leaves
 * and enters a guest does not: its instructions wait for each other, also in a loop of nothing else.
 */
export const WARMING: ReadonlySet<CategoryName> = new Set([
  "guestDriver",
  "guestStack",
  "hostStack",
  "deviceEmulation",
]);
