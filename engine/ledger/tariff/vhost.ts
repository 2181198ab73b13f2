import type { TariffRule } from "./rule.ts";

/**
 * vhost's worker: a turn on its `call` row, a packet on the TAP's step (column `a` of tun_sendmsg
 * counts the packets of a batch, that of tun_recvmsg its bytes), rings and used entries in it.
 */
export const VHOST_RULES: readonly TariffRule[] = [
  worker("call", "handle_tx", "vhostTransmitWake"),
  worker("call", "handle_rx", "vhostReceiveWake"),
  worker(
    "deviceStep",
    "tun_sendmsg",
    { cost: "vhostTransmit", per: "value" },
    { cost: "vhostUserAccess", per: "value" },
    { cost: "hostTapSend", per: "value" },
  ),
  worker("deviceStep", "tun_recvmsg", "vhostReceive", "vhostUserAccess", "hostTapTake"),
  worker("deviceStep", "vhost_signal", "vhostSignal"),
];

function worker(
  kind: "call" | "deviceStep",
  where: string,
  ...parts: TariffRule["parts"][number][]
): TariffRule {
  return { kind, actor: "deviceModel", where, mode: "virtio-vhost", parts };
}
