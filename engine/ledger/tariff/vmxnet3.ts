import type { TariffRule } from "./rule.ts";

const MODE = "vmxnet3";

/**
 * vmxnet3: a frame that is sent stands on the driver's call, with the completion that it will have;
 * one received on the socket that gets it, as the polling driver of DPDK makes the same accesses.
 * The backend's software for a frame stands on the completion that it writes.
 */
export const VMXNET3_RULES: readonly TariffRule[] = [
  { kind: "call", where: "vmxnet3_xmit_frame", parts: ["vmxnet3Transmit", "vmxnet3CleanPacket"] },
  { kind: "call", where: /^vmxnet3_poll/, parts: ["vmxnet3Poll"] },
  {
    kind: "deliver",
    mode: MODE,
    where: "socket",
    parts: ["vmxnet3ReceivePacket", "guestReceive"],
  },
  { kind: "ringLoad", mode: MODE, parts: [] },
  { kind: "ringStore", mode: MODE, parts: [] },
  {
    kind: "dmaWrite",
    mode: MODE,
    actor: "deviceModel",
    where: /completion$/,
    parts: ["vmxnet3BackendPacket"],
  },
  { kind: "dmaRead", mode: MODE, actor: "deviceModel", parts: [] },
  { kind: "dmaWrite", mode: MODE, actor: "deviceModel", parts: [] },
  {
    kind: "call",
    where: "backend polls transmit queues",
    parts: ["vmxnet3BackendPoll"],
  },
];
