import type { DmaPort } from "../../memory/dma-port.ts";
import type { GuestMemory } from "../../memory/guest-memory.ts";
import type { Register } from "../../registers/define.ts";

/** The outcome of offering a frame to the chip. */
export const RECEPTION = {
  /** No room: the frame stays with whoever offered it until the chip says it has room again. */
  refused: 0,
  received: 1,
  /** Filtered, missed, or the chip does not listen. */
  dropped: 2,
} as const;
/** One of {@link RECEPTION}. */
export type Reception = (typeof RECEPTION)[keyof typeof RECEPTION];

/** Everything the chip can do to the world. */
export interface Rtl8139Ports {
  readonly dma: DmaPort;
  /** Host memory behind the guest's holds the FIFO; guest memory only by `dma`. */
  readonly memory: GuestMemory;
  /** Drives INTA#. */
  interruptLine(asserted: boolean): void;
  /** A frame leaves; it lies in host memory and may be overwritten when this returns. */
  transmit(hostAddress: number, byteCount: number): void;
  /** The driver made room in the receive buffer: a refused frame may be offered again. */
  receiverReady(): void;
  /** The frame being received now begins at this guest address: for the trace only. */
  placed(address: number): void;
  /** The frame being sent now begins at this guest address: for the trace only. */
  taken?(address: number): void;
  /** A frame from the wire was not stored. */
  dropped(cause: string, byteCount: number, value: number): void;
  /** The guest asked for something the chip cannot do; traced, never thrown. */
  guestError(what: string, value: number, detail: number): void;
  /** Time in nanoseconds since the machine was built. */
  nowNanoseconds(): number;
  /** Calls `timerExpired` of the chip after `delayNanoseconds`; a call replaces the one before. */
  setTimer(delayNanoseconds: number): void;
  /** Takes the timer back. */
  cancelTimer(): void;
}

/** The storage of the registers, as the parts of the chip see it. */
export interface RegisterStore {
  get(register: Register, bank?: number): number;
  set(register: Register, value: number, bank?: number): void;
}

/** Where the transmitter's frames go: out, or round to the receiver. */
export interface FrameOutlet {
  send(hostAddress: number, byteCount: number): void;
}
