import { InputError } from "../core/input-error.ts";
import type { Mode } from "./define.ts";
import { btRtl8139 } from "./bt-rtl8139.ts";
import { native } from "./native.ts";
import { vfDpdk } from "./vf-dpdk.ts";
import { vfInjected } from "./vf-injected.ts";
import { vfPosted } from "./vf-posted.ts";
import { virtioQemu } from "./virtio-qemu.ts";
import { virtioVhostUser } from "./virtio-vhost-user.ts";
import { virtioVhost } from "./virtio-vhost.ts";
import { vmxnet3 } from "./vmxnet3.ts";
import { vtxRtl8139 } from "./vtx-rtl8139.ts";
import { vtxRtl8139too } from "./vtx-rtl8139too.ts";
import { xenNetfront } from "./xen-netfront.ts";

/** All modes, in the order of every list: from no virtualization over full to bypass. */
export const MODES: readonly Mode[] = [
  native,
  btRtl8139,
  vtxRtl8139,
  vtxRtl8139too,
  xenNetfront,
  vmxnet3,
  virtioQemu,
  virtioVhost,
  virtioVhostUser,
  vfInjected,
  vfPosted,
  vfDpdk,
];

/**
 * The mode with this id.
 * @throws InputError naming the id and the modes there are.
 */
export function findMode(id: string): Mode {
  const mode = MODES.find((candidate) => candidate.id === id);
  if (mode !== undefined) return mode;
  const known = MODES.map((candidate) => candidate.id).join(", ");
  throw new InputError(`Mode ${id}: there is no such mode; there are ${known}.`);
}
