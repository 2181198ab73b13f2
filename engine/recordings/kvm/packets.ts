import { controlDatagram, ping, receivedDatagram, sentDatagram } from "./frames.ts";

/** The packets of a phase: which are the engine's input. */
export interface PhasePackets {
  /** Sent by the guest's application, one at each wake-up, or all at once in a burst. */
  readonly sent: readonly Uint8Array[];
  /** Sent to the guest, in order. */
  readonly arriving: readonly Uint8Array[];
}

/** Payload of the recorder's bursts. */
const BURST_BYTES = 1400;
/** Datagrams of the recorder's own talk that can reach the guest within a phase. */
const CONTROL_COUNT = 4;

/** Whether a phase is a burst, which only rules judge. */
export function isBurst(phase: string): boolean {
  return phase.endsWith("burst");
}

/** Whether the guest's application sends in a phase. */
export function guestSends(phase: string): boolean {
  return phase.startsWith("tx") || phase === "ping_out";
}

/** Whether the generator sends in a phase. */
export function generatorSends(phase: string): boolean {
  return phase.startsWith("rx") || phase === "ping_in";
}

/** The packets of a phase by its name: `tx64`, `rx1400`, `txburst`, `ping_out` ... */
export function phasePackets(phase: string, count: number): PhasePackets {
  const payload = Number(/^[rt]x(\d+)$/.exec(phase)?.[1] ?? BURST_BYTES);
  const list = (make: (number: number) => Uint8Array): Uint8Array[] =>
    Array.from({ length: count }, (_, number) => make(number));
  const control = Array.from({ length: CONTROL_COUNT }, controlDatagram);
  if (phase === "ping_out") return { sent: list((n) => ping(true, n)), arriving: control };
  if (phase === "ping_in")
    return { sent: [], arriving: [...list((n) => ping(false, n)), ...control] };
  if (phase.startsWith("tx")) {
    return { sent: list((n) => sentDatagram(payload, n)), arriving: isBurst(phase) ? [] : control };
  }
  if (!phase.startsWith("rx")) return { sent: [], arriving: control };
  const arriving = list((n) => receivedDatagram(payload, n));
  return { sent: [], arriving: isBurst(phase) ? arriving : [...arriving, ...control] };
}
