/**
 * The fields of a VMCB's control area that Trapline's SVM keeps, with their offsets: AMD64 APM vol. 2,
 * appendix B, table B-1 "VMCB Layout, Control Area".
 */
export const VMCB_FIELDS = {
  interceptMisc1: { offset: 0x00c, sizeBytes: 4, doc: "Intercepts: INTR, VINTR, IOIO, MSR, HLT" },
  interceptMisc2: { offset: 0x010, sizeBytes: 4, doc: "Intercepts: VMRUN, MONITOR, MWAIT" },
  guestAsid: { offset: 0x058, sizeBytes: 4, doc: "Guest ASID" },
  virtualInterruptControl: { offset: 0x060, sizeBytes: 8, doc: "V_TPR, V_IRQ, V_INTR_MASKING" },
  exitCode: { offset: 0x070, sizeBytes: 8, doc: "EXITCODE: why the guest left" },
  exitInfo1: { offset: 0x078, sizeBytes: 8, doc: "EXITINFO1: what more there is to say" },
  exitInfo2: { offset: 0x080, sizeBytes: 8, doc: "EXITINFO2: the faulting guest-physical address" },
  exitIntInfo: { offset: 0x088, sizeBytes: 8, doc: "EXITINTINFO: what was on its way in" },
  nestedControl: { offset: 0x090, sizeBytes: 8, doc: "NP_ENABLE: nested paging" },
  eventInjection: { offset: 0x0a8, sizeBytes: 8, doc: "EVENTINJ: what the entry injects" },
  nestedCr3: { offset: 0x0b0, sizeBytes: 8, doc: "N_CR3: the nested page tables" },
} as const;

/** The name of a VMCB field. */
export type VmcbFieldName = keyof typeof VMCB_FIELDS;

/** Intercepts of the third vector by bit. */
export const INTERCEPT_1 = {
  intr: 0,
  nmi: 1,
  vintr: 4,
  rdpmc: 15,
  cpuid: 18,
  hlt: 24,
  ioio: 27,
  msr: 28,
} as const;
/** Intercepts of the fourth vector by bit. */
export const INTERCEPT_2 = { vmrun: 0, monitor: 10, mwait: 11 } as const;
/** V_IRQ: a virtual interrupt waits, by which KVM learns of an open window. */
export const V_IRQ = 1n << 8n;
/** V_INTR_MASKING: the guest's IF does not hold host interrupts. */
export const V_INTR_MASKING = 1n << 24n;
/** EVENTINJ and EXITINTINFO: bit 31 says valid; type 0 is an external interrupt. */
export const EVENT_VALID = 0x8000_0000;

/** A VMCB's control area as far as it is known. */
export class Vmcb {
  readonly #values = new Map<VmcbFieldName, bigint>();

  /** A field, or undefined when nothing is known of it. */
  read(field: VmcbFieldName): bigint | undefined {
    return this.#values.get(field);
  }

  /** Sets a field; undefined: nothing is known of it any more. */
  write(field: VmcbFieldName, value: bigint | number | undefined): void {
    if (value === undefined) this.#values.delete(field);
    else this.#values.set(field, BigInt(value));
  }
}
