/** What a reader may change about VT-x, by name. */
export interface VtxSettings {
  /** APICv: virtual-interrupt delivery, APIC-register virtualization, posted interrupts. */
  readonly apicv: boolean;
  /** Guest pages are mapped at their first EPT violation instead of beforehand. */
  readonly lazyEpt: boolean;
  /** RDTSC and RDTSCP exit. */
  readonly rdtscExiting: boolean;
  /** LGDT, SGDT and their like exit. */
  readonly descriptorTableExiting: boolean;
  /** Guest instructions between two exits of the VMX-preemption timer, 0 to 1,000,000; 0: none. */
  readonly preemptionTimer: number;
}

/** As KVM sets a guest up on a CPU with APICv. */
export const VTX_DEFAULTS: VtxSettings = {
  apicv: true,
  lazyEpt: false,
  rdtscExiting: false,
  descriptorTableExiting: false,
  preemptionTimer: 0,
};
