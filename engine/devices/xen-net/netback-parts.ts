import type { GuestKernel } from "../../guest/kernel.ts";
import type { Machine } from "../../machine.ts";
import type { XenDomain } from "./domain.ts";
import type { GrantHypervisor } from "./grant-hypervisor.ts";

/** A frame in the driver domain: its head is there, the rest may still be the guest's page. */
export interface BackendFrame {
  /** Where the frame lies in the driver domain's memory once all of it is there. */
  readonly address: number;
  readonly byteCount: number;
  /** Bytes from the front that are there already. */
  readonly headBytes: number;
  /** Where the rest lies: a granted page that is mapped; meaningless without a rest. */
  readonly restAddress: number;
  /** The transport checksum is the pseudo-header's sum only (CHECKSUM_PARTIAL). */
  readonly checksumPartial: boolean;
  /** Nobody needs the guest's page any more (the zerocopy callback). */
  release(): void;
}

/** Where frames of the guest go in the driver domain. */
export interface Egress {
  /** `netif_receive_skb`: the frame is on its way; `release` was called when this returns. */
  send(frame: BackendFrame): void;
}

/** What netback's queues share. */
export interface NetbackParts {
  readonly machine: Machine;
  /** The driver domain. */
  readonly domain: XenDomain;
  readonly softirqs: GuestKernel;
  readonly grants: GrantHypervisor;
  /** The driver domain's own number, for which the guest grants. */
  readonly domid: number;
  /** Sends an event to the front end's port of this queue. */
  readonly notify: () => void;
  /** `xenvif_fatal_tx_err`: the front end broke the protocol, the interface is turned off. */
  readonly disable: (what: string, value: number) => void;
}
