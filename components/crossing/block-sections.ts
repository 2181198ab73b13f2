import { ACTORS, type SectionSpec } from "#engine";
import type { Block } from "../block/block.ts";

/** Which block a section's state belongs to, by what it is; the first that the run has takes it. */
const HOMES: readonly (readonly [section: RegExp, blocks: readonly string[]])[] = [
  [/vmcs|vmcb|exit|guest-mapping|nested/i, ["exits"]],
  [/translat|shadow|block-cache/i, ["translator"]],
  [/posted/i, ["iommu", "virtual-interrupts", "nic"]],
  [/iommu|iotlb|remap|invalidation/i, ["iommu", "nic"]],
  [/domains/i, ["scheduler"]],
  [/grant/i, ["grants", "memory-shared"]],
  [/event|vcpu-info/i, ["event-channels", "memory-shared"]],
  [/apic|interrupt/i, ["virtual-interrupts", "guest-interrupts"]],
  [/thread|world|cpu/i, ["scheduler"]],
  [
    /host-nic|uplink|mac-table|flow|exact-match|fdb|route|label/i,
    ["switch", "slow-path", "attachment"],
  ],
  [/tap|vmnet/i, ["attachment", "model-transmit"]],
  [/packet-buffers/i, ["memory-send", "memory-receive", "driver-transmit"]],
  [/ring-indices/i, ["driver-transmit", "driver-receive"]],
];
const DEVICES: readonly string[] = ["device", "nic"];

/** The sections that a block opens. */
export function sectionsOf(
  blocks: readonly Block[],
  sections: readonly SectionSpec[],
  block: Block,
): string[] {
  return sections.filter((section) => homeOf(blocks, section) === block).map(({ id }) => id);
}

/**
 * The block that holds a section; undefined for what belongs to a layer that no packet of the run
 * passes: the VMCS of a guest that never leaves.
 */
export function homeOf(blocks: readonly Block[], section: SectionSpec): Block | undefined {
  const find = (ids: readonly string[]) =>
    ids.map((id) => blocks.find((block) => block.id === id)).find((found) => found !== undefined);
  const device = isDeviceActor(section.actor);
  const registers = device && section.kind === "registers";
  const named = registers ? undefined : HOMES.find(([pattern]) => pattern.test(section.id))?.[1];
  return (
    find(named ?? DEVICES) ??
    (device ? find(DEVICES) : undefined) ??
    blocks.find(({ actor }) => actor === section.actor)
  );
}

function isDeviceActor(actor: number): boolean {
  return actor === ACTORS.deviceModel.code || actor === ACTORS.hardware.code;
}
