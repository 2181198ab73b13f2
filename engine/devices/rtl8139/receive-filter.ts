import { multicastHashBit } from "./multicast-hash.ts";
import type { RegisterStore, Rtl8139Ports } from "./ports.ts";
import { RECEIVE_CONFIG } from "./register-bits.ts";
import { REGISTERS } from "./registers.ts";
import type { TallyCounters } from "./tally-counters.ts";

/** What the filter found a frame to be; -1 stands for refused. */
export const FRAME_CLASS = { promiscuous: 0, physical: 1, multicast: 2, broadcast: 3 } as const;
/** One of {@link FRAME_CLASS}, or -1 when the frame is not for this station. */
export type FrameClass = (typeof FRAME_CLASS)[keyof typeof FRAME_CLASS] | -1;

/**
 * Which frames the receiver takes: RCR's accept bits, the MAC address, the multicast hash.
 * RealTek RTL8139C+ datasheet 1.6, 5.10 "Receive Configuration Register".
 */
export class ReceiveFilter {
  readonly #registers: RegisterStore;
  readonly #ports: Rtl8139Ports;
  readonly #tally: TallyCounters;

  constructor(registers: RegisterStore, ports: Rtl8139Ports, tally: TallyCounters) {
    this.#registers = registers;
    this.#ports = ports;
    this.#tally = tally;
  }

  /** Classifies the frame at `hostAddress` and counts it. */
  classify(hostAddress: number): FrameClass {
    const config = this.#registers.get(REGISTERS.RCR);
    if ((config & RECEIVE_CONFIG.AAP) !== 0) return FRAME_CLASS.promiscuous;
    const view = this.#ports.memory.view;
    const low = view.getUint32(hostAddress, true);
    const high = view.getUint16(hostAddress + 4, true);
    if ((low & 1) === 0) return this.#unicast(config, low, high);
    if (low === 0xffffffff && high === 0xffff) {
      if ((config & RECEIVE_CONFIG.AB) === 0) return this.#reject();
      this.#tally.rxOkBroadcast++;
      return FRAME_CLASS.broadcast;
    }
    if ((config & RECEIVE_CONFIG.AM) === 0) return this.#reject();
    const bit = multicastHashBit(this.#ports.memory.bytes, hostAddress);
    const half = bit < 32 ? REGISTERS.MAR0 : REGISTERS.MAR4;
    if (((this.#registers.get(half) >>> (bit & 31)) & 1) === 0) return this.#reject();
    this.#tally.rxOkMulticast++;
    return FRAME_CLASS.multicast;
  }

  #unicast(config: number, low: number, high: number): FrameClass {
    const registers = this.#registers;
    const mine = registers.get(REGISTERS.IDR0) === low && registers.get(REGISTERS.IDR4) === high;
    if (!mine || (config & RECEIVE_CONFIG.APM) === 0) return this.#reject();
    this.#tally.rxOkPhysical++;
    return FRAME_CLASS.physical;
  }

  #reject(): -1 {
    this.#tally.rxError++;
    return -1;
  }
}
