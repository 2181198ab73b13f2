import type { Who } from "./line.ts";

/** What is counted apart of a phase. */
export const XEN_ASPECTS = ["rings", "grants", "events", "backend", "hypercalls", "cpu"] as const;
/**
 * One of {@link XEN_ASPECTS}: the guest's accesses to rings, to its grant entries and to event
 * words; accesses of dom0 and Xen; hypercalls of both domains; system calls, exceptions, upcalls
 * and domain switches.
 */
export type XenAspect = (typeof XEN_ASPECTS)[number];

/** One thing that happened, as both sides name it. */
export interface XenToken {
  readonly aspect: XenAspect;
  readonly key: string;
  /** Line of the recording, 0 for the engine's. */
  readonly line: number;
}

/** Event-channel ports of a vif, as a recording or an engine's host has them. */
export interface VifPorts {
  readonly guestTx: number;
  readonly guestRx: number;
  readonly backendTx: number;
  readonly backendRx: number;
}

/** A place where a kernel may program its timer: zero to two hypercalls on the recorded side. */
export const CLOCK = "clock";
/** The agent has a datagram. */
export const RECEIVED = "received";
/** A kernel thread's successor needs another address space than the one that is loaded. */
export const ADDRESS_SPACE = "mmuext_op.new_baseptr+new_user_baseptr";

/** Whether a token is a timer programming, or a place for one. */
export function isClock(token: XenToken): boolean {
  return token.key.endsWith(` ${CLOCK}`);
}

/** The aspect of an access, by who did it and where. */
export function aspectOf(who: Who, block: string): XenAspect {
  if (who !== "domU") return "backend";
  if (block.endsWith(" ring")) return "rings";
  return block === "grant table" ? "grants" : "events";
}

/** The event ready bit that vif queues use: others' bits are others' events. */
const READY_MASK = 0x80;

/** How an access reads in both streams. */
export function accessKey(
  who: Who,
  write: boolean,
  access: { block: string; offset: number; sizeBytes: number; value: string },
): string {
  const { block, offset, sizeBytes } = access;
  const isReady = block.endsWith("event control") && offset === 0;
  const verb = write ? "writes" : "reads";
  // Whether another event made the vCPU pending before, background decides.
  if (who === "xen" && !write && block.endsWith("vcpu info")) return `xen reads ${block}+${offset}`;
  const value = isReady ? `0x${(Number(access.value) & READY_MASK).toString(16)}` : access.value;
  return `${who} ${verb} ${block}+${offset}, ${sizeBytes} bytes: ${value}`;
}

/** The port whose word an access concerns, or -1. */
export function portOfAccess(block: string, offset: number): number {
  return block.endsWith("event words") ? offset / 4 : -1;
}

/** The other end of a vif's event channel. */
export function peerOf(ports: VifPorts, who: Who, port: number): number {
  if (who === "domU") {
    if (port === ports.guestTx) return ports.backendTx;
    return port === ports.guestRx ? ports.backendRx : -1;
  }
  if (port === ports.backendTx) return ports.guestTx;
  return port === ports.backendRx ? ports.guestRx : -1;
}

/** Whether a port of a domain belongs to the vif. */
export function isVifPort(ports: VifPorts, domain: string, port: number): boolean {
  return domain === "domU"
    ? port === ports.guestTx || port === ports.guestRx
    : port === ports.backendTx || port === ports.backendRx;
}
