import type { Bar } from "../pci/bar.ts";
import type { IrqAction, IrqHandler } from "./irq.ts";
import type { GuestKernel } from "./kernel.ts";
import type { PciDevice } from "./pci-device.ts";

const ENABLE = 0x8000;
const FUNCTION_MASK = 0x4000;
const ENTRY_BYTES = 16;
const CONTROL = 12;
const DATA = 8;
/** Vector that Linux writes while an interrupt is allocated but not yet requested. */
const MANAGED_SHUTDOWN_VECTOR = 0xef;
const MESSAGE_ADDRESS = 0xfee0_0000;

/**
 * Linux's MSI-X set-up for one function, access for access: drivers/pci/msi/msi.c
 * (msix_capability_init, pci_write_msg_msix), arch/x86/kernel/apic/vector.c (activation) and
 * kernel/irq/migration.c (irq_move_irq). The first of `vectorCount` entries are used.
 */
export class PciMsix {
  readonly #kernel: GuestKernel;
  readonly #device: PciDevice;
  readonly #table: Bar;
  readonly #capability: number;
  #tableEntries = 0;
  #allocated = 0;
  #vectorsTaken = 0;

  /**
   * @param table Window onto the function's MSI-X table.
   * @param capabilityOffset Offset of the MSI-X capability in configuration space.
   */
  constructor(kernel: GuestKernel, device: PciDevice, table: Bar, capabilityOffset: number) {
    this.#kernel = kernel;
    this.#device = device;
    this.#table = table;
    this.#capability = capabilityOffset;
  }

  /** `pci_msix_vec_count`: one read of Message Control. */
  vectorCount(): number {
    return (this.#readControl() & 0x7ff) + 1;
  }

  /** `pci_alloc_irq_vectors` with MSI-X: allocates and enables `count` entries, all inactive. */
  enable(count: number): void {
    this.#tableEntries = this.vectorCount();
    this.#setControl(ENABLE | FUNCTION_MASK, 0);
    const control = this.#readControl();
    this.#device.config.read(this.#capability + 4, 4);
    this.#readControl();
    this.#allocated = count;
    for (let i = 0; i < count; i++) this.#table.read(i * ENTRY_BYTES + CONTROL, 4);
    for (let i = 0; i < count; i++) this.#writeMessage(i, MESSAGE_ADDRESS, MANAGED_SHUTDOWN_VECTOR);
    this.#device.setIntx(false);
    const entries = (control & 0x7ff) + 1;
    for (let i = 0; i < entries; i++) this.#table.write(i * ENTRY_BYTES + CONTROL, 4, 1);
    this.#setControl(0, FUNCTION_MASK);
  }

  /** `request_irq` on entry `index`: activates its vector and unmasks it. */
  request(index: number, source: string, handler: IrqHandler): IrqAction {
    const vector = this.#kernel.allocateVector();
    this.#vectorsTaken++;
    const action = this.#kernel.requestEdgeIrq(vector, source, handler);
    // Activation, then startup: both write the message.
    this.#writeMessage(index, MESSAGE_ADDRESS, vector);
    this.#writeMessage(index, MESSAGE_ADDRESS, vector);
    this.#table.write(index * ENTRY_BYTES + CONTROL, 4, 0);
    return action;
  }

  /** `irq_set_affinity` after the interrupt runs: the next one rewrites its entry, masked. */
  setAffinity(index: number, action: IrqAction): void {
    action.setAffinity(() => {
      this.#mask(index);
      this.#writeMessage(index, MESSAGE_ADDRESS, action.vector);
      this.#table.write(index * ENTRY_BYTES + CONTROL, 4, 0);
    });
  }

  /** `free_irq` on entry `index`: masks it and clears its message. */
  free(index: number, action: IrqAction): void {
    this.#mask(index);
    this.#writeMessage(index, 0, 0);
    this.#kernel.freeIrq(action);
  }

  /** `pci_free_irq_vectors`: masks all entries, disables MSI-X, allows INTx. */
  disable(): void {
    for (let i = 0; i < this.#allocated; i++) this.#mask(i);
    this.#setControl(0, ENABLE);
    this.#device.setIntx(true);
    this.#kernel.releaseVectors(this.#vectorsTaken);
    this.#vectorsTaken = 0;
    this.#allocated = 0;
  }

  /** Number of entries in the function's table, once enabled. */
  get tableEntries(): number {
    return this.#tableEntries;
  }

  /** Masks one entry and reads entry 0 back, as `pci_msix_mask` flushes. */
  #mask(index: number): void {
    this.#table.write(index * ENTRY_BYTES + CONTROL, 4, 1);
    this.#table.read(0, 4);
  }

  #writeMessage(index: number, address: number, data: number): void {
    const at = index * ENTRY_BYTES;
    this.#table.write(at, 4, address);
    this.#table.write(at + 4, 4, 0);
    this.#table.write(at + DATA, 4, data);
    this.#table.read(at + DATA, 4);
  }

  #readControl(): number {
    return this.#device.config.read(this.#capability + 2, 2);
  }

  #setControl(set: number, clear: number): void {
    const control = this.#readControl();
    this.#device.config.write(this.#capability + 2, 2, (control & ~clear) | set);
  }
}
