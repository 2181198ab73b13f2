/** The address spaces a guest's access can go to. */
export type AddressSpace = "mmio" | "pio" | "config";

/**
 * What a guest's access to a device becomes. `enter` runs before the device sees the access,
 * `leave` after it; a crossing that answers in the device's place returns false from `enter`.
 */
export interface AccessCrossing {
  /**
   * @param value What is written; 0 for a read.
   * @returns Whether the access now reaches the device (false: somebody will act on it later).
   */
  enter(
    space: AddressSpace,
    address: number,
    sizeBytes: number,
    write: boolean,
    value: number,
  ): boolean;
  leave(): void;
}

/** Who handles interrupts on their way into the guest, and the guest's EOI. */
export interface InterruptCrossing {
  /** A message or an asserted line (`level`) requested the vector at the local APIC. */
  raised(vector: number, level: boolean): void;
  /** The vCPU takes the vector. */
  taken(vector: number): void;
  /** The guest writes EOI; `level` when an IOAPIC has to hear of it. */
  eoi(vector: number, level: boolean): void;
  /** The handler of `vector` returns with IRET; only who sees that instruction has it. */
  returned?(vector: number): void;
  /** What the EOI led to at the interrupt controllers is done. */
  eoiDone?(vector: number, level: boolean): void;
}

/** The access goes straight to the device: no virtualization, or a BAR mapped by EPT. */
export const directAccess: AccessCrossing = { enter: () => true, leave() {} };

/** Interrupts go straight to the CPU: no virtualization, or posted interrupts. */
export const directInterrupt: InterruptCrossing = { raised() {}, taken() {}, eoi() {} };
