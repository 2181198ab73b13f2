import { assert } from "../../core/assert.ts";

/**
 * Hypercalls of a 64-bit PV guest by name: RAX holds the number, RDI RSI RDX R10 R8 R9 the
 * arguments, SYSCALL enters. Xen 4.20, xen/include/public/xen.h, "HYPERCALLS".
 */
export const HYPERCALL = {
  set_trap_table: 0,
  mmu_update: 1,
  set_gdt: 2,
  stack_switch: 3,
  set_callbacks: 4,
  fpu_taskswitch: 5,
  platform_op: 7,
  set_debugreg: 8,
  get_debugreg: 9,
  update_descriptor: 10,
  memory_op: 12,
  multicall: 13,
  update_va_mapping: 14,
  set_timer_op: 15,
  xen_version: 17,
  console_io: 18,
  grant_table_op: 20,
  vm_assist: 21,
  update_va_mapping_otherdomain: 22,
  iret: 23,
  vcpu_op: 24,
  set_segment_base: 25,
  mmuext_op: 26,
  xsm_op: 27,
  nmi_op: 28,
  sched_op: 29,
  callback_op: 30,
  event_channel_op: 32,
  physdev_op: 33,
  hvm_op: 34,
  sysctl: 35,
  domctl: 36,
  kexec_op: 37,
  argo_op: 39,
  xenpmu_op: 40,
  dm_op: 41,
  hypfs_op: 42,
} as const;
/** The name of a hypercall. */
export type HypercallName = keyof typeof HYPERCALL;

/** Sub-commands of `sched_op`: xen/include/public/sched.h. */
export const SCHED_OP = {
  yield: 0,
  block: 1,
  shutdown: 2,
  poll: 3,
  remote_shutdown: 4,
  shutdown_code: 5,
  watchdog: 6,
  pin_override: 7,
} as const;

/** Sub-commands of `event_channel_op`: xen/include/public/event_channel.h. */
export const EVENT_CHANNEL_OP = {
  bind_interdomain: 0,
  bind_virq: 1,
  bind_pirq: 2,
  close: 3,
  send: 4,
  status: 5,
  alloc_unbound: 6,
  bind_ipi: 7,
  bind_vcpu: 8,
  unmask: 9,
  reset: 10,
  init_control: 11,
  expand_array: 12,
  set_priority: 13,
} as const;

/** Sub-commands of `grant_table_op`: xen/include/public/grant_table.h. */
export const GRANT_TABLE_OP = {
  map_grant_ref: 0,
  unmap_grant_ref: 1,
  setup_table: 2,
  dump_table: 3,
  transfer: 4,
  copy: 5,
  query_size: 6,
  unmap_and_replace: 7,
  set_version: 8,
  get_status_frames: 9,
  get_version: 10,
  swap_grant_ref: 11,
  cache_flush: 12,
} as const;

/** Commands in a list for `mmuext_op`: xen/include/public/xen.h, "MMU EXTENDED OPERATIONS". */
export const MMUEXT_OP = {
  pin_l1_table: 0,
  pin_l2_table: 1,
  pin_l3_table: 2,
  pin_l4_table: 3,
  unpin_table: 4,
  new_baseptr: 5,
  tlb_flush_local: 6,
  invlpg_local: 7,
  tlb_flush_multi: 8,
  invlpg_multi: 9,
  tlb_flush_all: 10,
  invlpg_all: 11,
  flush_cache: 12,
  set_ldt: 13,
  new_user_baseptr: 15,
  clear_page: 16,
  copy_page: 17,
  flush_cache_global: 18,
  mark_super: 19,
  unmark_super: 20,
} as const;
/** The name of a command of `mmuext_op`. */
export type MmuextName = keyof typeof MMUEXT_OP;

/** Sub-commands of `vcpu_op`: xen/include/public/vcpu.h. */
export const VCPU_OP = {
  initialise: 0,
  up: 1,
  down: 2,
  is_up: 3,
  get_runstate_info: 4,
  register_runstate_memory_area: 5,
  set_periodic_timer: 6,
  stop_periodic_timer: 7,
  set_singleshot_timer: 8,
  stop_singleshot_timer: 9,
  register_vcpu_info: 10,
  send_nmi: 11,
  get_physid: 12,
  register_vcpu_time_memory_area: 13,
} as const;

/** What `set_segment_base` sets: xen/include/public/arch-x86/xen-x86_64.h. */
export const SEGMENT_BASE = { fs: 0, gs_user: 1, gs_kernel: 2, gs_user_sel: 3 } as const;

/** Low two bits of `ptr` in a list for `mmu_update`: xen.h, "MMU-UPDATE REQUESTS". */
export const MMU_UPDATE = {
  normal_pt_update: 0,
  machphys_update: 1,
  pt_update_preserve_ad: 2,
  pt_update_no_translate: 3,
} as const;

/** Flags of `update_va_mapping`: xen.h, UVMF_*. */
export const UVMF = { none: 0, tlb_flush: 1, invlpg: 2, all: 4 } as const;

/** Virtual interrupts that a domain can bind to a port: xen.h, "VIRTUAL INTERRUPTS". */
export const VIRQ = { timer: 0, debug: 1, console: 2, dom_exc: 3, tbuf: 4, con_ring: 8 } as const;

/** Domain numbers with a meaning of their own: xen.h, DOMID_*. */
export const DOMID = { self: 0x7ff0, io: 0x7ff1, xen: 0x7ff2, invalid: 0x7ff4 } as const;

/** What Xen answers a PV guest that is wrong: xen/include/public/errno.h. */
export const XEN_ERRNO = {
  EPERM: 1,
  ENOENT: 2,
  ESRCH: 3,
  EFAULT: 14,
  EBUSY: 16,
  EEXIST: 17,
  EINVAL: 22,
  ENOSYS: 38,
} as const;

const SUB_COMMANDS: Partial<Record<HypercallName, Readonly<Record<string, number>>>> = {
  sched_op: SCHED_OP,
  event_channel_op: EVENT_CHANNEL_OP,
  grant_table_op: GRANT_TABLE_OP,
  vcpu_op: VCPU_OP,
  set_segment_base: SEGMENT_BASE,
};

/**
 * The name under which a hypercall is counted, as `event_channel_op.send`.
 * @param number Number in RAX.
 * @param subCommand First argument, which says what a hypercall with sub-commands shall do.
 * @returns The number in decimal where Xen has no such hypercall.
 */
export function hypercallName(number: number, subCommand: number): string {
  const name = keyOf(HYPERCALL, number);
  if (name === undefined) return String(number);
  const table = SUB_COMMANDS[name];
  return table === undefined ? name : `${name}.${keyOf(table, subCommand) ?? subCommand}`;
}

/** The number of a hypercall with its sub-command, as `event_channel_op.send`: [32, 4]. */
export function hypercallNumber(name: string): [number: number, subCommand: number] {
  const [call = "", command = ""] = name.split(".");
  const number = (HYPERCALL as Readonly<Record<string, number>>)[call];
  assert(number !== undefined, `${name} is no hypercall of Xen's`);
  return [number, SUB_COMMANDS[call as HypercallName]?.[command] ?? 0];
}

/** The name of a command of `mmuext_op`, or the number in decimal. */
export function mmuextName(command: number): string {
  return keyOf(MMUEXT_OP, command) ?? String(command);
}

function keyOf<T extends Readonly<Record<string, number>>>(
  table: T,
  value: number,
): (keyof T & string) | undefined {
  return Object.keys(table).find((key) => table[key] === value);
}
