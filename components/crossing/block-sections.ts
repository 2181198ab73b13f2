import { ACTORS, type SectionSpec } from "#engine";
import type { Block } from "../block/block.ts";

/** Which block a section's state belongs to, by what it is; the first that the run has takes it. */
const HOMES: readonly (readonly [section: RegExp, blocks: readonly string[]])[] = [
  [/vmcs|vmcb|exit|ept|npt|nested/i, ["exits"]],
  [/translat|shadow|block-cache|code/i, ["translator"]],
  [/iommu|iotlb|vt-?d|remap|posted/i, ["iommu", "nic"]],
  [/grant/i, ["grants", "memory-shared"]],
  [/event|evtchn|vcpu-info/i, ["event-channels", "memory-shared"]],
  [/apic|interrupt|irq|vector/i, ["virtual-interrupts", "guest-interrupts"]],
  [/thread|sched|world|cpu/i, ["scheduler"]],
  [/flow|fdb|bridge|route|label|vrouter|ovs|emc|classifier|macv/i, ["switch", "slow-path"]],
  [/tap|vmnet|queue/i, ["attachment", "model-transmit"]],
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

/** The block that holds a section: every section has exactly one. */
export function homeOf(blocks: readonly Block[], section: SectionSpec): Block | undefined {
  const find = (ids: readonly string[]) =>
    ids.map((id) => blocks.find((block) => block.id === id)).find((found) => found !== undefined);
  const device = section.kind === "registers" && isDeviceActor(section.actor);
  const named = device ? undefined : HOMES.find(([pattern]) => pattern.test(section.id))?.[1];
  return (
    find(named ?? DEVICES) ??
    find(DEVICES) ??
    blocks.find(({ actor }) => actor === section.actor) ??
    blocks[0]
  );
}

function isDeviceActor(actor: number): boolean {
  return actor === ACTORS.deviceModel.code || actor === ACTORS.hardware.code;
}
