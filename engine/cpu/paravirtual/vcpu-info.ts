/**
 * The two flags of struct vcpu_info that guest and Xen share instead of IF and an interrupt line:
 * xen/include/public/xen.h, "evtchn_upcall_pending".
 */
export interface VcpuInfo {
  /** Set by Xen: some event waits. */
  upcallPending: boolean;
  /** Written by the guest: no upcalls now. */
  upcallMask: boolean;
}
