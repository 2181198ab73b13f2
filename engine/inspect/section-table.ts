import { openDeviceWindows } from "./sections/device-windows.ts";
import { openFlowTable } from "./sections/flow-table.ts";
import { openGuestMapping } from "./sections/guest-mapping.ts";
import { openHostQueues } from "./sections/host-queues.ts";
import { openHostThreads } from "./sections/host-threads.ts";
import { openIoApic } from "./sections/io-apic.ts";
import { openIommu } from "./sections/iommu.ts";
import { openLocalApic } from "./sections/local-apic.ts";
import { openMacTable } from "./sections/mac-table.ts";
import { openNicSwitch } from "./sections/nic-switch.ts";
import { openTranslationCache } from "./sections/translation-cache.ts";
import { openVmcb } from "./sections/vmcb.ts";
import { openVmcs } from "./sections/vmcs.ts";
import { openVrouterFlow } from "./sections/vrouter-flow.ts";
import { openXen } from "./sections/xen.ts";
import type { SectionContext, SectionOpener } from "./section-opener.ts";

/** Every kind of section that is not a device's registers, in the order in which a reader sees them. */
const OPENERS: readonly SectionOpener[] = [
  openVmcs,
  openVmcb,
  openLocalApic,
  openIoApic,
  openTranslationCache,
  openXen,
  openGuestMapping,
  openDeviceWindows,
  openIommu,
  openNicSwitch,
  openHostThreads,
  openHostQueues,
  openMacTable,
  openFlowTable,
  openVrouterFlow,
];

/**
 * Adds a machine's sections to its journal: when it has been built, and before anything has run on
 * it, so that nothing is missed.
 */
export function openSections(context: SectionContext): void {
  for (const open of OPENERS) open(context);
}
