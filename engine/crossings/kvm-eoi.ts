import { EXIT_REASON } from "../cpu/exit-reason.ts";
import type { LocalApic } from "../cpu/local-apic.ts";
import type { Kvm } from "./kvm.ts";
import type { KvmOptions } from "./kvm-options.ts";

/** MSRs of the x2APIC, and offsets in its page: Intel SDM vol. 3A, table 11-6 "Local APIC Register Address Map Supported by x2APIC". */
const MSR_EOI = 0x80b;
const MSR_TMR = 0x818;
const OFFSET_EOI = 0xb0;
const OFFSET_TMR = 0x180;

/**
 * What the guest's EOI becomes. With APICv the processor does it and tells KVM of level-triggered
 * vectors only. Without, it is an exit, and a level-triggered one is two: Linux looks into the
 * trigger mode register first (arch/x86/kernel/apic/io_apic.c, ioapic_ack_level). With PV EOI KVM
 * offers at VM entry a bit that the guest clears instead, and finds out at the next exit;
 * arch/x86/kvm/lapic.c, apic_sync_pv_eoi_to_guest, apic_sync_pv_eoi_from_guest.
 */
export class KvmEoi {
  readonly #kvm: Kvm;
  readonly #apic: LocalApic;
  readonly #options: KvmOptions;
  readonly #virtualized: boolean;
  /** The vector whose EOI the guest may signal by the shared bit, or -1. */
  #offered = -1;
  /** The guest has cleared the bit. */
  #used = false;
  /** Whether the last EOI was signalled by the shared bit. */
  lastByFlag = false;

  constructor(kvm: Kvm, apic: LocalApic, options: KvmOptions, virtualized: boolean) {
    this.#kvm = kvm;
    this.#apic = apic;
    this.#options = options;
    this.#virtualized = virtualized;
  }

  /** The guest writes EOI: leaves the guest if the write does. */
  write(vector: number, level: boolean): void {
    const kvm = this.#kvm;
    this.lastByFlag = false;
    if (this.#virtualized) {
      if (level) kvm.exit(EXIT_REASON.virtualizedEoi, vector);
      return;
    }
    if (this.#offered === vector && !this.#used) {
      this.#used = true;
      this.lastByFlag = true;
      return;
    }
    if (level) {
      this.#registerExit(false, MSR_TMR + (vector >> 5), OFFSET_TMR + (vector >> 5) * 16);
      kvm.enter();
    }
    this.#registerExit(true, MSR_EOI, OFFSET_EOI);
  }

  /** The guest goes on: offers the bit for the vector in service, unless KVM has to see its EOI. */
  offer(injected: number): void {
    if (this.#virtualized || !this.#options.pvEoi) return;
    const apic = this.#apic;
    const inService = injected >= 0 ? injected : apic.highestInService;
    const simple = inService >= 0 && !this.#kvm.isLevel(inService);
    this.#offered = simple && !apic.requestsBesides(injected) ? inService : -1;
    this.#used = false;
  }

  /** The guest came out: takes the offer back, and says for which vector it was used, or -1. */
  takeBack(): number {
    const vector = this.#used ? this.#offered : -1;
    this.#offered = -1;
    this.#used = false;
    return vector;
  }

  #registerExit(write: boolean, msr: number, offset: number): void {
    const { labels } = this.#kvm;
    const kvm = this.#kvm;
    if (this.#options.x2apic) kvm.exit(write ? EXIT_REASON.wrmsr : EXIT_REASON.rdmsr, 0, msr);
    else kvm.exit(EXIT_REASON.apicAccess, labels.apicAccess(offset, write));
  }
}
