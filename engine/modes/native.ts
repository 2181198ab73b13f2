import { directAccess, directInterrupt } from "../core/crossing.ts";
import { buildIgbPf } from "../devices/igb/index.ts";
import { BARE_METAL_BYPASS } from "../host/bypass.ts";
import { defineMode } from "./define.ts";
import { modeName } from "./mode-name.ts";
import { THROTTLE_KNOB, throttle } from "./throttle-knob.ts";

/** No virtualization: the physical NIC and its driver, what everything else is compared with. */
export const native = defineMode({
  ...modeName("native"),
  parts: {
    cpu: "none",
    driver: "igb",
    device: "82576",
    control: "direct",
    doorbell: "direct",
    data: "the NIC's DMA",
    interrupt: "MSI-X to the CPU",
    hostPath: "none",
  },
  knobs: { throttleMicroseconds: THROTTLE_KNOB },
  frameBytesMax: 1514,
  bypass: BARE_METAL_BYPASS,
  checkedAgainst: "recordings/device/igb-pf",
  interrupt: () => directInterrupt,
  build: (machine, knobs) =>
    buildIgbPf(machine, { control: directAccess, doorbell: directAccess }, throttle(knobs)),
});
