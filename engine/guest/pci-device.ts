import { CONFIG } from "../pci/config-space.ts";
import type { ConfigPort } from "../pci/config-port.ts";

const COMMAND_IO = 0x1;
const COMMAND_MEMORY = 0x2;
const COMMAND_MASTER = 0x4;
const COMMAND_INVALIDATE = 0x10;
const COMMAND_INTX_DISABLE = 0x400;
/** L1_CACHE_BYTES in 32-bit words. */
const CACHE_LINE_DWORDS = 0x10;

/**
 * The guest kernel's PCI core as drivers call it, access for access; drivers/pci/pci.c and
 * setup-res.c. Only accesses that reach the device's configuration space are modelled: what Linux
 * cached at enumeration costs nothing here.
 */
export class PciDevice {
  readonly config: ConfigPort;

  constructor(config: ConfigPort) {
    this.config = config;
  }

  /** `pci_enable_device`: memory (and port) decoding on; interrupt pin read; pcibios_enable_irq. */
  enable(): void {
    const command = this.config.read(CONFIG.command, 2);
    const wanted = command | COMMAND_IO | COMMAND_MEMORY;
    if (wanted !== command) this.config.write(CONFIG.command, 2, wanted);
    if (this.config.read(CONFIG.interruptPin, 1) === 0) return;
    const again = this.config.read(CONFIG.command, 2);
    if ((again & COMMAND_INTX_DISABLE) !== 0) {
      this.config.write(CONFIG.command, 2, again & ~COMMAND_INTX_DISABLE);
    }
  }

  /** `pci_set_mwi`: cache line size, then Memory Write and Invalidate. */
  setMwi(): void {
    if (this.config.read(CONFIG.cacheLineSize, 1) === 0) {
      this.config.write(CONFIG.cacheLineSize, 1, CACHE_LINE_DWORDS);
      this.config.read(CONFIG.cacheLineSize, 1);
    }
    this.#setCommand(COMMAND_INVALIDATE, true);
  }

  /** `pci_set_master`: bus mastering, then the latency timer (pcibios_set_master). */
  setMaster(): void {
    this.#setCommand(COMMAND_MASTER, true);
    const latency = this.config.read(CONFIG.latencyTimer, 1);
    if (latency < 16) this.config.write(CONFIG.latencyTimer, 1, 0x40);
  }

  /** `pci_clear_master`. */
  clearMaster(): void {
    this.#setCommand(COMMAND_MASTER, false);
  }

  /** `pci_intx`: allows or forbids INTx. */
  setIntx(enabled: boolean): void {
    this.#setCommand(COMMAND_INTX_DISABLE, !enabled);
  }

  #setCommand(bits: number, on: boolean): void {
    const command = this.config.read(CONFIG.command, 2);
    const wanted = on ? command | bits : command & ~bits;
    if (wanted !== command) this.config.write(CONFIG.command, 2, wanted);
  }
}
