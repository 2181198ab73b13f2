import { KEY, type FlowKey } from "./flow-key.ts";
import { FlowTable } from "./flow-table.ts";

/** What a flow's packets get (include/vr_flow.h, VR_FLOW_ACTION_*). */
export const FLOW_ACTION = { drop: 0, hold: 1, forward: 2 } as const;
/** One of {@link FLOW_ACTION}. */
export type FlowAction = (typeof FLOW_ACTION)[keyof typeof FLOW_ACTION];

/** Packets that wait for the agent's word on their flow (VR_MAX_FLOW_QUEUE_ENTRIES). */
export const FLOW_QUEUE_MAX = 3;
/** Flows that may be on hold at a time (VR_DEF_MAX_FLOW_TABLE_HOLD_COUNT). */
export const FLOWS_ON_HOLD_MAX = 8192;
/** Heads of fragmented datagrams that are remembered for the ports of the rest. */
const FRAGMENT_HEADS_MAX = 1024;

/** Words of a vRouter's key: next hop of the guest's interface, protocol, addresses, ports. */
const WORDS = 12;
/** Where the words are. */
export const FLOW_WORD = {
  nextHop: 0,
  protocol: 1,
  source: 2,
  destination: 6,
  ports: 10,
  family: 11,
} as const;

/** A packet that waits for its flow's action. */
export interface HeldPacket {
  readonly frame: Uint8Array;
  readonly packet: number;
  readonly outward: boolean;
}

/** One direction of a flow. */
export interface FlowEntry {
  readonly index: number;
  readonly key: Uint32Array;
  readonly reverseKey: Uint32Array;
  readonly protocol: number;
  action: FlowAction;
  readonly held: HeldPacket[];
}

/**
 * The flow table of a vRouter (dp-core/vr_flow.c): entries in both directions, each found by the
 * addresses, protocol and ports of the packet and the guest's next hop. Eviction and ageing are not
 * modelled.
 */
export class VrouterFlows {
  readonly #table = new FlowTable(WORDS);
  readonly #entries: FlowEntry[] = [];
  readonly #key = new Uint32Array(WORDS);
  readonly #heads = new Map<string, number>();
  /** Entries whose action the agent has not said yet. */
  onHoldCount = 0;
  /** Hears of changes of entries. */
  onChange: (() => void) | undefined;

  /** The entries, in the order they were made. */
  get entries(): readonly FlowEntry[] {
    return this.#entries;
  }

  /** Entries, both directions. */
  get size(): number {
    return this.#table.size;
  }

  /**
   * Puts the packet's key together; a fragment behind the first takes the ports of its head.
   * @returns False when that head is not known.
   */
  form(packet: FlowKey, nextHop: number): boolean {
    const { words } = packet;
    const key = this.#key;
    key[FLOW_WORD.nextHop] = nextHop;
    key[FLOW_WORD.protocol] = words[KEY.protocol] as number;
    key[FLOW_WORD.family] = words[KEY.etherType] as number;
    for (let word = 0; word < 4; word++) {
      key[FLOW_WORD.source + word] = words[KEY.sourceAddress + word] as number;
      key[FLOW_WORD.destination + word] = words[KEY.destinationAddress + word] as number;
    }
    key[FLOW_WORD.ports] = words[KEY.ports] as number;
    if (words[KEY.fragment] === 0) return true;
    return this.#formFragment(packet, words[KEY.fragment] === 1);
  }

  /** The entry of the key that `form` made, or undefined. */
  find(): FlowEntry | undefined {
    return this.#entries[this.#table.get(this.#key)];
  }

  /** Makes an entry on hold for that key. */
  hold(icmp: boolean): FlowEntry {
    const key = this.#key.slice();
    this.onHoldCount++;
    return this.#add(key, reversed(key, icmp), FLOW_ACTION.hold);
  }

  /**
   * The agent's word: the flow and its reverse get the action.
   * @returns The entries that were on hold, whose packets go on now.
   */
  decide(entry: FlowEntry, action: FlowAction): readonly FlowEntry[] {
    const known = this.#entries[this.#table.get(entry.reverseKey)];
    const reverse = known ?? this.#add(entry.reverseKey, entry.key, FLOW_ACTION.hold);
    const waiting: FlowEntry[] = [];
    for (const one of [entry, reverse]) {
      if (one.action === FLOW_ACTION.hold && (one === entry || known !== undefined)) {
        this.onHoldCount--;
        waiting.push(one);
      }
      one.action = action;
    }
    this.onChange?.();
    return waiting;
  }

  /** All entries are aged out. */
  clear(): void {
    this.#table.clear();
    this.#entries.length = 0;
    this.#heads.clear();
    this.onHoldCount = 0;
    this.onChange?.();
  }

  #add(key: Uint32Array, reverseKey: Uint32Array, action: FlowAction): FlowEntry {
    const index = this.#entries.length;
    const protocol = key[FLOW_WORD.protocol] as number;
    const entry: FlowEntry = { index, key, reverseKey, protocol, action, held: [] };
    this.#entries.push(entry);
    this.#table.set(key, index);
    this.onChange?.();
    return entry;
  }

  /** `vr_inet_fragment_flow`: what comes after the head has no ports of its own. */
  #formFragment(packet: FlowKey, head: boolean): boolean {
    const key = this.#key;
    const addresses = key.subarray(FLOW_WORD.source, FLOW_WORD.ports);
    const name = `${addresses.join()},${key[FLOW_WORD.protocol]},${packet.identification}`;
    if (!head) {
      const ports = this.#heads.get(name);
      key[FLOW_WORD.ports] = ports ?? 0;
      return ports !== undefined;
    }
    this.#heads.set(name, key[FLOW_WORD.ports] as number);
    for (const oldest of this.#heads.keys()) {
      if (this.#heads.size <= FRAGMENT_HEADS_MAX) break;
      this.#heads.delete(oldest);
    }
    return true;
  }
}

/** The other direction's key; an ICMP echo has its identifier in the same place both ways. */
function reversed(key: Uint32Array, icmp: boolean): Uint32Array {
  const reverse = key.slice();
  reverse.set(key.subarray(FLOW_WORD.source, FLOW_WORD.source + 4), FLOW_WORD.destination);
  reverse.set(key.subarray(FLOW_WORD.destination, FLOW_WORD.destination + 4), FLOW_WORD.source);
  const ports = key[FLOW_WORD.ports] as number;
  if (!icmp) reverse[FLOW_WORD.ports] = (ports << 16) | (ports >>> 16);
  return reverse;
}
