import { ACTORS } from "#engine";

/** A lane of the drawing: one actor, always at the same place. */
export interface Lane {
  readonly actor: number;
  /** The class that gives the lane its colour. */
  readonly tone: "guest" | "hypervisor" | "device-model" | "host-network" | "hardware" | "wire";
  /** A short label that stands in the lane. */
  readonly label: string;
}

/** All lanes from the guest's application down to the wire; the line runs after the second. */
export const LANES: readonly Lane[] = [
  { actor: ACTORS.guestApplication.code, tone: "guest", label: "Application" },
  { actor: ACTORS.guestDriver.code, tone: "guest", label: "Kernel, driver" },
  { actor: ACTORS.hypervisor.code, tone: "hypervisor", label: "Hypervisor" },
  { actor: ACTORS.deviceModel.code, tone: "device-model", label: "Device model" },
  { actor: ACTORS.hostNetwork.code, tone: "host-network", label: "Host network" },
  { actor: ACTORS.hardware.code, tone: "hardware", label: "Hardware" },
  { actor: ACTORS.wire.code, tone: "wire", label: "Wire" },
];

/** How many lanes belong to the guest. */
export const GUEST_LANES = 2;

/** The tone of an actor. */
export function toneOf(actor: number): Lane["tone"] {
  return LANES[actor]?.tone ?? "wire";
}
