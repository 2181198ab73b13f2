import { WARM_COPY } from "./copy.ts";
import { EVERY_SYSTEM_CALL } from "./kvm.ts";
import type { TariffRule } from "./rule.ts";
import { SWITCH_IN } from "./scheduling.ts";

/** Modes whose device model is QEMU's, in user space. */
const QEMU = /^(virtio-qemu|vtx-rtl8139)/;
const RTL8139 = /^vtx-rtl8139/;

/**
 * QEMU's main loop and device models. A system call's row costs what the kernel does for it and what
 * QEMU does to come to it; loads and stores of rings are in the steps that make them (virtqueue_pop,
 * virtqueue_push, the RTL8139's transmission and reception). A frame of the RTL8139 is charged on the
 * copy of its payload: it is there once for each frame, with the checksum or CRC for each byte.
 */
export const QEMU_RULES: readonly TariffRule[] = [
  {
    kind: "systemCall",
    actor: "deviceModel",
    where: "ppoll",
    mode: QEMU,
    parts: [...EVERY_SYSTEM_CALL, "qemuMainLoopTurn", "qemuPpoll"],
  },
  // Only a ppoll that waited is followed by a switch to its thread.
  {
    kind: "contextSwitch",
    where: "QEMU main loop",
    mode: QEMU,
    parts: [...SWITCH_IN, "qemuPpollWait"],
  },
  {
    kind: "systemCall",
    actor: "deviceModel",
    where: /\(eventfd\)$/,
    mode: QEMU,
    parts: [...EVERY_SYSTEM_CALL, "qemuEventfd"],
  },
  {
    kind: "systemCall",
    actor: "deviceModel",
    where: "writev (TAP)",
    mode: RTL8139,
    parts: [...EVERY_SYSTEM_CALL, "hostTapWrite"],
  },
  {
    kind: "systemCall",
    actor: "deviceModel",
    where: "writev (TAP)",
    mode: QEMU,
    parts: [...EVERY_SYSTEM_CALL, "qemuTapSend", "hostTapWrite"],
  },
  {
    kind: "systemCall",
    actor: "deviceModel",
    where: "read (TAP)",
    mode: QEMU,
    parts: [...EVERY_SYSTEM_CALL, "hostTapRead"],
  },
  step("virtio_queue_notify", "qemuTransmitBottomHalf"),
  step("virtqueue_pop", "qemuVirtqueuePop"),
  step("virtqueue_push", "qemuVirtqueuePush"),
  step("virtio_notify", "qemuVirtioNotify"),
  // The number of buffers is written into the header of each frame, once.
  {
    kind: "dmaWrite",
    actor: "deviceModel",
    where: "virtio_net_hdr",
    mode: "virtio-qemu",
    parts: ["hostTapTake", "qemuTapReceive"],
  },
  {
    kind: "copy",
    actor: "deviceModel",
    where: "transmit payload",
    mode: RTL8139,
    parts: [
      ...WARM_COPY,
      "qemuRtl8139Transmit",
      { cost: "qemuRtl8139TransmitPerByte", per: "byte" },
    ],
  },
  {
    kind: "copy",
    actor: "deviceModel",
    where: "receive payload",
    mode: RTL8139,
    parts: [
      ...WARM_COPY,
      "hostTapTake",
      "qemuRtl8139Receive",
      { cost: "qemuRtl8139ReceivePerByte", per: "byte" },
    ],
  },
  { kind: "intxAssert", actor: "deviceModel", mode: RTL8139, parts: ["qemuLineChange"] },
  { kind: "intxDeassert", actor: "deviceModel", mode: RTL8139, parts: ["qemuLineChange"] },
];

function step(where: string, cost: TariffRule["parts"][number]): TariffRule {
  return { kind: "deviceStep", actor: "deviceModel", where, mode: "virtio-qemu", parts: [cost] };
}
