import type { IrqAction, IrqHandler } from "../../../guest/irq.ts";
import type { PciMsix } from "../../../guest/pci-msix.ts";
import { INTERRUPT_REGISTERS } from "../registers/interrupt.ts";
import { SYSTEM_REGISTERS } from "../registers/system.ts";
import { VIRTUALIZATION_REGISTERS } from "../registers/virtualization.ts";
import type { PfHardware } from "./pf-hardware.ts";

const I = INTERRUPT_REGISTERS;
/** Vectors: link and mailboxes, receive, transmit. */
export const PF_VECTORS = { other: 0, receive: 1, transmit: 2 } as const;
/** Vectors that the PF uses. */
export const PF_VECTORS_USED = 3;
const ALL = 7;
const GPIE = 0xc000_0011;
const IVAR_VALID = 0x80;
const CAUSES = 0x5000_0004;
const CAUSE_MAILBOX = 0x100;

/** The PF's vectors and their masks: igb/igb_main.c, igb_configure_msix, igb_irq_enable. */
export class PfInterrupts {
  readonly #hw: PfHardware;
  readonly #msix: PciMsix;
  readonly #prefix: string;
  #actions: IrqAction[] = [];
  /** Bits of EICR that were enabled. */
  #mask = 0;

  /** @param prefix In front of vector names in the trace: "" or `pf.`. */
  constructor(hw: PfHardware, msix: PciMsix, prefix: string) {
    this.#hw = hw;
    this.#msix = msix;
    this.#prefix = prefix;
  }

  /** `igb_request_irq`: one handler per vector, then which queue uses which. */
  request(handlers: readonly IrqHandler[], queue: number): void {
    this.#actions = handlers.map((handler, v) =>
      this.#msix.request(v, `${this.#prefix}vec${v}`, handler),
    );
    this.#mask = ALL;
    const hw = this.#hw;
    hw.write(I.GPIE, GPIE);
    hw.write(I.IVAR_MISC, (PF_VECTORS.other | IVAR_VALID) << 8);
    const index = queue & 7;
    const receive = PF_VECTORS.receive | IVAR_VALID;
    hw.write(I.IVAR, (hw.read(I.IVAR, index) & ~0xff) | receive, index);
    const transmit = (PF_VECTORS.transmit | IVAR_VALID) << 8;
    hw.write(I.IVAR, (hw.read(I.IVAR, index) & ~0xff00) | transmit, index);
    hw.flush();
  }

  /** Frees the vectors again. */
  free(): void {
    for (const [v, action] of this.#actions.entries()) this.#msix.free(v, action);
    this.#actions = [];
  }

  /** `igb_irq_enable`, after causes of before are forgotten. */
  enable(hasVfs: boolean): void {
    const hw = this.#hw;
    hw.read(SYSTEM_REGISTERS.TSICR);
    hw.read(I.ICR);
    hw.write(I.EIAC, hw.read(I.EIAC) | this.#mask);
    hw.write(I.EIAM, hw.read(I.EIAM) | this.#mask);
    hw.write(I.EIMS, this.#mask);
    if (hasVfs) hw.write(VIRTUALIZATION_REGISTERS.MBVFIMR, 0xff);
    hw.write(I.IMS, CAUSES | (hasVfs ? CAUSE_MAILBOX : 0));
  }

  /** `igb_irq_disable`. */
  disable(): void {
    const hw = this.#hw;
    hw.write(I.EIAM, hw.read(I.EIAM) & ~this.#mask);
    hw.write(I.EIMC, this.#mask);
    hw.write(I.EIAC, hw.read(I.EIAC) & ~this.#mask);
    hw.write(I.IAM, 0);
    hw.write(I.IMC, 0xffff_ffff);
    hw.flush();
  }
}
