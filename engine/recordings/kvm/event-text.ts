import type { KvmEvent } from "./event.ts";
import { hexText } from "./token.ts";

/** A recorded event that is not compared, for a reader: trace point, thread, what it tells. */
export function kvmEventText(event: KvmEvent): string {
  const words = wordsOf(event);
  return event.who === "vcpu" ? words : `${words} (${event.who})`;
}

function wordsOf(event: KvmEvent): string {
  switch (event.ev) {
    case "exit":
      return `kvm_exit ${event.reason}`;
    case "entry":
      return "kvm_entry";
    case "wakeUp":
      return "kvm_vcpu_wakeup";
    case "fastMmio":
      return `kvm_fast_mmio ${hexText(event.address)}`;
    case "mmio":
      return `kvm_mmio ${event.direction} ${hexText(event.address)}, ${event.sizeBytes} B: ${hexText(event.value)}`;
    case "pio":
      return `kvm_pio ${event.direction} ${hexText(event.port)}, ${event.sizeBytes} B: ${hexText(event.value)}`;
    case "msr":
      return `kvm_msr ${event.direction} ${hexText(event.msr)}`;
    case "userExit":
      return `kvm_userspace_exit ${event.reason}`;
    case "line":
      return `kvm_set_irq GSI ${event.gsi} = ${event.level}`;
    case "acknowledge":
      return `kvm_ack_irq pin ${event.pin}`;
    case "interruptHandler":
      return `irq_handler_entry ${event.name}`;
    case "waking":
      return `sched_waking ${event.thread}`;
    case "switch":
      return `sched_switch ${event.previous} to ${event.next}`;
    case "systemCall":
      return `system call ${event.number} begins`;
    case "systemCallReturn":
      return `system call ${event.number} returns`;
    case "probe":
    case "other":
      return event.name;
    default:
      return `${VECTOR_POINTS[event.ev]} ${event.vector < 0 ? "no vector" : hexText(event.vector)}`;
  }
}

/** Trace points that tell of a vector, as the kernel names them (arch/x86/kvm/trace.h). */
const VECTOR_POINTS = {
  inject: "kvm_inj_virq",
  eoi: "kvm_eoi",
  pvEoi: "kvm_pv_eoi",
  message: "kvm_msi_set_irq",
  accept: "kvm_apic_accept_irq",
  post: "kvm_apicv_accept_irq",
} as const;
