/** Threads as the recorder names them: the vCPU, QEMU's main thread, vhost's worker, the rest. */
export type Thread = "vcpu" | "qemu" | "vhost" | "generator" | "idle" | "other";

/** Where an event stands. */
export interface KvmOrigin {
  /** 1-based line of its file. */
  readonly line: number;
  /** Ticks since the phase began: instructions of the emulated host. */
  readonly time: number;
  /** Number of the host's CPU. */
  readonly cpu: number;
  readonly who: Thread;
}

/** The guest leaves: `kvm_exit`. Numbers that its reason does not have are -1, texts empty. */
export interface ExitEvent extends KvmOrigin {
  readonly ev: "exit";
  /** KVM's name: `npf`, `msr`, `hlt` ... or `EPT_MISCONFIG`, `MSR_WRITE`, `HLT` ... */
  readonly reason: string;
  /** Guest-physical address of an access to memory. */
  readonly address: number;
  /** `read`, `write`, `fast-write` or `fetch`. */
  readonly access: string;
  /** Number of an MSR where the exit tells it (VT-x). */
  readonly msr: number;
  /** `read` or `write` of an MSR, `in` or `out` of a port. */
  readonly direction: string;
  readonly port: number;
  /** Vector of an external interrupt or of a virtualized EOI (VT-x). */
  readonly vector: number;
}

/** One line of a trace, as far as it is used. */
export type KvmEvent =
  | ExitEvent
  | (KvmOrigin & { readonly ev: "entry" | "wakeUp" })
  | (KvmOrigin & { readonly ev: "fastMmio"; readonly address: number })
  | (KvmOrigin & {
      readonly ev: "mmio";
      readonly direction: "read" | "write" | "unsatisfied-read";
      readonly sizeBytes: number;
      readonly address: number;
      readonly value: bigint;
    })
  | (KvmOrigin & {
      readonly ev: "pio";
      readonly direction: "read" | "write";
      readonly port: number;
      readonly sizeBytes: number;
      readonly value: bigint;
    })
  | (KvmOrigin & { readonly ev: "msr"; readonly direction: "read" | "write"; readonly msr: number })
  | (KvmOrigin & { readonly ev: "userExit"; readonly reason: string })
  | (KvmOrigin & {
      readonly ev: "inject" | "eoi" | "pvEoi" | "message" | "accept" | "post";
      /** -1 for an EOI with nothing in service. */
      readonly vector: number;
    })
  | (KvmOrigin & { readonly ev: "line"; readonly gsi: number; readonly level: number })
  | (KvmOrigin & { readonly ev: "acknowledge"; readonly pin: number })
  | (KvmOrigin & { readonly ev: "interruptHandler"; readonly name: string })
  | (KvmOrigin & { readonly ev: "waking"; readonly thread: Thread })
  | (KvmOrigin & { readonly ev: "switch"; readonly previous: Thread; readonly next: Thread })
  | (KvmOrigin & {
      readonly ev: "systemCall";
      readonly number: number;
      /** Arguments, hexadecimal without prefix. */
      readonly arguments: readonly string[];
    })
  | (KvmOrigin & { readonly ev: "systemCallReturn"; readonly number: number })
  | (KvmOrigin & { readonly ev: "probe"; readonly name: string })
  | (KvmOrigin & { readonly ev: "other"; readonly name: string });

/** Kernel functions that the recorder had probes on. */
export const PROBES: readonly string[] = [
  "vhost_poll_wakeup",
  "handle_tx_kick",
  "handle_tx_net",
  "handle_rx_kick",
  "handle_rx_net",
  "vhost_signal",
  "ioeventfd_write",
  "irqfd_wakeup",
  "irqfd_inject",
  "tun_net_xmit",
  "tun_get_user",
  "tun_sendmsg",
  "tun_recvmsg",
  "vfio_msihandler",
  "kvm_vcpu_kick",
  "kvm_arch_set_irq_inatomic",
  "vmx_deliver_interrupt",
];
