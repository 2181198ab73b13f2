import type { GuestIdentity } from "../guest/identity.ts";
import { isReserved } from "./bridge.ts";
import { FRAGMENT, KEY, KEY_WORDS, type FlowKey } from "./flow-key.ts";
import { FlowTable } from "./flow-table.ts";

/** Ports a packet goes out of, in order; none is a drop. */
export type OvsActions = readonly number[];

/** A flow of the datapath: a masked key and what to do. */
export interface OvsFlow {
  readonly index: number;
  readonly key: Uint32Array;
  actions: OvsActions;
}

const IP_MASK = maskOf(true);
const OTHER_MASK = maskOf(false);
/** VLAN and address. */
const LEARNT_WORDS = 3;

/**
 * One Open vSwitch: its ports, what its NORMAL action has learnt, and the flows in its datapath.
 * Several guests of one host share one. Ageing is not modelled.
 */
export class OvsSwitch {
  /** Ports, the uplink (0) among them. */
  portCount = 1;
  /** Hears of changes of flows. */
  onChange: (() => void) | undefined;
  /** Hears that an address was learnt. */
  onAddress: (() => void) | undefined;
  /** The masks of the datapath in the order they are tried, each with its own table. */
  readonly #tables: { readonly mask: Uint32Array; readonly flows: FlowTable }[] = [];
  readonly #flows: OvsFlow[] = [];
  readonly #learnt = new FlowTable(LEARNT_WORDS);
  /** Addresses that the administrator set (`ovs-appctl fdb/add`): on their ports for good. */
  readonly #fixed = new FlowTable(2);
  readonly #masked = new Uint32Array(KEY_WORDS);
  readonly #address = new Uint32Array(LEARNT_WORDS);

  /** Adds a guest's port with the addresses that the guest has. */
  addPort(identity: GuestIdentity): number {
    const port = this.portCount++;
    for (const mac of [identity.mac, ...identity.secondaryMacs]) {
      const view = new DataView(mac.buffer, mac.byteOffset, 6);
      this.#fixed.set(Uint32Array.of(view.getUint16(0), view.getUint32(2)), port);
    }
    return port;
  }

  /** The flows of the datapath with their masks, in the order they were put in. */
  get flows(): readonly { readonly flow: OvsFlow; readonly mask: Uint32Array }[] {
    return this.#flows.map((flow) => {
      const table = this.#tables.find(({ flows }) => flows.get(flow.key) === flow.index);
      return { flow, mask: table?.mask ?? OTHER_MASK };
    });
  }

  /** What NORMAL knows of addresses: VLAN tag, the address in one number, its port, fixed or learnt. */
  *addresses(): Generator<{ vlan: number; address: number; port: number; fixed: boolean }> {
    for (const [[high = 0, low = 0], port] of this.#fixed.entries()) {
      yield { vlan: 0, address: high * 4294967296 + low, port, fixed: true };
    }
    for (const [[vlan = 0, high = 0, low = 0], port] of this.#learnt.entries()) {
      yield { vlan, address: high * 4294967296 + low, port, fixed: false };
    }
  }

  /** Flows in the datapath. */
  get flowCount(): number {
    return this.#flows.length;
  }

  /** Masks that a lookup has to try at most. */
  get maskCount(): number {
    return this.#tables.length;
  }

  /** `ovs_flow_tbl_lookup`: the flow that matches, trying one mask after the other. */
  find(key: Uint32Array): OvsFlow | undefined {
    for (const { mask, flows } of this.#tables) {
      this.#mask(key, mask);
      const index = flows.get(this.#masked);
      if (index >= 0) return this.#flows[index];
    }
    return undefined;
  }

  /** The flow with this number, if it is still there. */
  at(index: number): OvsFlow | undefined {
    return this.#flows[index];
  }

  /** A flow is put into the datapath; the mask has what the decision looked at. */
  install(key: FlowKey, actions: OvsActions): OvsFlow {
    const mask = key.isIp ? IP_MASK : OTHER_MASK;
    let table = this.#tables.find((one) => one.mask === mask);
    if (table === undefined) {
      table = { mask, flows: new FlowTable(KEY_WORDS) };
      this.#tables.push(table);
    }
    this.#mask(key.words, mask);
    const flow = { index: this.#flows.length, key: this.#masked.slice(), actions };
    this.#flows.push(flow);
    table.flows.set(flow.key, flow.index);
    this.onChange?.();
    return flow;
  }

  /**
   * The NORMAL action learns where the source is.
   * @returns Whether that is new.
   */
  learn({ words }: FlowKey): boolean {
    const high = words[KEY.sourceHigh] as number;
    const low = words[KEY.sourceLow] as number;
    if ((high & 0x0100) !== 0 || this.#fixedPort(high, low) >= 0) return false;
    const port = words[KEY.inPort] as number;
    this.#setAddress(words[KEY.vlan] as number, high, low);
    if (this.#learnt.get(this.#address) === port) return false;
    this.#learnt.set(this.#address, port);
    this.onAddress?.();
    return true;
  }

  /** What the NORMAL action does with a packet: forward, flood, or nothing. */
  decide(words: Uint32Array): OvsActions {
    const inPort = words[KEY.inPort] as number;
    const high = words[KEY.destinationHigh] as number;
    const low = words[KEY.destinationLow] as number;
    if (isReservedAddress(high, low)) return [];
    const group = (high & 0x0100) !== 0;
    const port = group ? -1 : this.#portOf(words[KEY.vlan] as number, high, low);
    if (port >= 0) return port === inPort ? [] : [port];
    const ports: number[] = [];
    for (let each = 0; each < this.portCount; each++) if (each !== inPort) ports.push(each);
    return ports;
  }

  /** The revalidator: flows whose decision has changed get the new one; how many did. */
  revalidate(): number {
    let changed = 0;
    for (const flow of this.#flows) {
      const actions = this.decide(flow.key);
      if (String(actions) === String(flow.actions)) continue;
      flow.actions = actions;
      changed++;
    }
    if (changed > 0) this.onChange?.();
    return changed;
  }

  /** All flows are idle for long enough to be removed; what was learnt stays. */
  expire(): void {
    this.#tables.length = 0;
    this.#flows.length = 0;
    this.onChange?.();
  }

  #mask(key: Uint32Array, mask: Uint32Array): void {
    for (let word = 0; word < KEY_WORDS; word++) {
      this.#masked[word] = (key[word] as number) & (mask[word] as number);
    }
  }

  #portOf(vlan: number, high: number, low: number): number {
    const fixed = this.#fixedPort(high, low);
    if (fixed >= 0) return fixed;
    this.#setAddress(vlan, high, low);
    return this.#learnt.get(this.#address);
  }

  #fixedPort(high: number, low: number): number {
    this.#setAddress(0, high, low);
    return this.#fixed.get(this.#address.subarray(1));
  }

  #setAddress(vlan: number, high: number, low: number): void {
    // The priority bits of a tag belong to no VLAN (IEEE Std 802.1Q, 9.6).
    this.#address[0] = vlan & 0x1_0fff;
    this.#address[1] = high;
    this.#address[2] = low;
  }
}

/** NORMAL looks at port, addresses, VLAN and type; IP's fragment bits are always part of a match. */
function maskOf(ip: boolean): Uint32Array {
  const mask = new Uint32Array(KEY_WORDS);
  const { inPort, destinationHigh, destinationLow, sourceHigh, sourceLow, vlan, etherType } = KEY;
  const looked = [inPort, destinationHigh, destinationLow, sourceHigh, sourceLow, vlan, etherType];
  for (const word of looked) mask[word] = 0xffff_ffff;
  if (ip) mask[KEY.fragment] = FRAGMENT.first | FRAGMENT.later;
  return mask;
}

function isReservedAddress(high: number, low: number): boolean {
  const bytes = Uint8Array.of(high >>> 8, high, low >>> 24, low >>> 16, low >>> 8, low);
  return isReserved(bytes, 0);
}
