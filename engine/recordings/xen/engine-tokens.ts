import { ACTORS } from "../../trace/actor.ts";
import { KIND } from "../../trace/schema.ts";
import { accessValue, type Trace } from "../../trace/store.ts";
import { slotValue, type Who } from "./line.ts";
import {
  accessKey,
  ADDRESS_SPACE,
  aspectOf,
  CLOCK,
  RECEIVED,
  peerOf,
  portOfAccess,
  type VifPorts,
  type XenToken,
} from "./token.ts";

const WHO: Readonly<Record<number, Who>> = {
  [ACTORS.guestApplication.code]: "domU",
  [ACTORS.guestDriver.code]: "domU",
  [ACTORS.hypervisor.code]: "xen",
  [ACTORS.deviceModel.code]: "dom0",
};
const BACKEND_PREFIX = "dom0: ";
const WITH_COUNT = /^grant_table_op\./;

/**
 * The engine's rows as tokens.
 * @param ports For what of Xen's queueing belongs to the vif.
 */
export function engineTokens(trace: Trace, ports: VifPorts): XenToken[] {
  const tokens: XenToken[] = [];
  let current = -1;
  let copy = new CopyToken();
  for (let row = 0; row < trace.length; row++) {
    const who = WHO[trace.actor[row] as number];
    const kind = trace.kind[row] as number;
    const name = (trace.names[trace.where[row] as number] ?? "").replace(BACKEND_PREFIX, "");
    if (who === undefined) continue;
    if (kind === KIND.hypercall && name === "event_channel_op.send") {
      current = peerOf(ports, who, trace.a[row] as number);
    }
    if (kind === KIND.ringLoad || kind === KIND.ringStore) {
      const token = accessToken(trace, row, who, current);
      if (token !== undefined) tokens.push(token);
      continue;
    }
    if (kind === KIND.copy && who === "xen") copy.add(tokens, trace.a[row] as number);
    const key = keyOf(kind, who, name, trace.a[row] as number);
    if (key === undefined) continue;
    if (kind === KIND.hypercall) copy = new CopyToken(tokens.length);
    tokens.push({ aspect: kind === KIND.hypercall ? "hypercalls" : "cpu", key, line: 0 });
  }
  return tokens;
}

/** The token of a grant copy: Xen's copies in it are its bytes. */
class CopyToken {
  readonly #at: number;
  #key = "";
  #bytes = 0;

  constructor(at = -1) {
    this.#at = at;
  }

  /** Xen copied. */
  add(tokens: XenToken[], byteCount: number): void {
    const token = tokens[this.#at];
    if (token === undefined) return;
    if (this.#bytes === 0) this.#key = token.key;
    this.#bytes += byteCount;
    tokens[this.#at] = { ...token, key: `${this.#key}, ${this.#bytes} bytes` };
  }
}

function accessToken(trace: Trace, row: number, who: Who, current: number): XenToken | undefined {
  const block = trace.names[trace.where[row] as number] ?? "";
  const offset = trace.a[row] as number;
  const port = portOfAccess(block, offset);
  // A look at another event at the end of its queue: which one it is, background decides.
  if (who === "xen" && port >= 0 && port !== current) return undefined;
  const sizeBytes = trace.sizeBytes[row] as number;
  const bits = BigInt(accessValue(trace, row));
  const value = valueOf(block, offset, sizeBytes, bits);
  const write = trace.kind[row] === KIND.ringStore;
  const key = accessKey(who, write, { block, offset, sizeBytes, value });
  return { aspect: aspectOf(who, block), key, line: 0 };
}

function valueOf(block: string, offset: number, sizeBytes: number, bits: bigint): string {
  if (block.endsWith(" ring")) {
    if (offset < 64) return bits.toString();
    const ring = block === "tx ring" ? "tx" : "rx";
    return slotValue(ring, (offset - 64) % (ring === "tx" ? 12 : 8), sizeBytes, bits);
  }
  if (block === "grant table" && offset % 8 === 4) return "@";
  return `0x${bits.toString(16)}`;
}

function keyOf(kind: number, who: Who, name: string, argument: number): string | undefined {
  switch (kind) {
    case KIND.hypercall:
      if (name === ADDRESS_SPACE) return `${who} ${ADDRESS_SPACE}`;
      if (name === "event_channel_op.send") return `${who} makes ${name} ${argument}`;
      return `${who} makes ${name}${WITH_COUNT.test(name) ? ` ×${argument}` : ""}`;
    case KIND.systemCall:
      return `${who} calls ${name}`;
    case KIND.exception:
      return `${who} takes ${name}`;
    case KIND.upcall:
      return `upcall of ${name}`;
    case KIND.contextSwitch:
      return `switch to ${name}`;
    case KIND.mark:
      return name === CLOCK || name === RECEIVED ? `${who} ${name}` : undefined;
    default:
      return undefined;
  }
}
