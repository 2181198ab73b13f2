/** A task of a PV kernel, as far as the CPU knows it. */
export interface PvTask {
  readonly name: string;
  /** Machine frame of its page-table root; 0 for a kernel thread, which has no address space. */
  readonly root: number;
  /** Top of its kernel stack, which `stack_switch` tells Xen. */
  readonly stackTop: number;
}
