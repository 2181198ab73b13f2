import { RESOURCES, type ResourceCode } from "./resource.ts";

/**
 * The kinds of hand-over between independent threads whose moment is a race on a real machine.
 * `verify` may take their moments, and nothing else, from a recording (see {@link Schedule}).
 */
export const HAND_OVER = {
  /** A thread of the device model or host takes its next step (a virtqueue element, a poll). */
  hostStep: 0,
  /** A frame reaches the device from the wire. */
  frameArrival: 1,
  /** A timer of the device model or chip expires (interrupt moderation). */
  deviceTimer: 2,
  /** The vCPU takes a pending interrupt. */
  interruptTaken: 3,
} as const;
/** One of {@link HAND_OVER}. */
export type HandOver = (typeof HAND_OVER)[keyof typeof HAND_OVER];

/** The threads of a host that do a machine's work, where a mode has such threads. */
export const HOST_THREAD = {
  /** Nobody's: a chip, a wire, or a mode without threads. */
  none: -1,
  /** The thread that runs the guest. */
  vcpu: 0,
  /** The device model's main loop: QEMU's iothread. */
  mainLoop: 1,
  /** The kernel thread that serves a vhost device. */
  vhostWorker: 2,
} as const;
/** One of {@link HOST_THREAD}. */
export type HostThread = (typeof HOST_THREAD)[keyof typeof HOST_THREAD];
/** One more than the highest {@link HOST_THREAD}. */
export const HOST_THREAD_COUNT = 3;

const THREAD_RESOURCES = [
  RESOURCES.vcpu.code,
  RESOURCES.mainLoop.code,
  RESOURCES.vhostWorker.code,
] as const;

/** What a task keeps busy if its thread, where it has one, has a CPU of its own. */
export function resourceOf(task: Task): ResourceCode {
  const { thread } = task;
  return thread === HOST_THREAD.none ? task.resource : THREAD_RESOURCES[thread];
}

/**
 * A unit of work that waits for its moment. Subclasses are allocated once and posted again and
 * again, so that a packet allocates nothing.
 */
export abstract class Task {
  /** Due time in cycles; meaningful while `queued`. */
  dueCycles = 0;
  /** Order of posting: tasks due at the same time run in this order. */
  sequence = 0;
  /** True from posting until the task runs or is cancelled. */
  queued = false;
  /** The trace row that posted it: the cause of what it does. */
  causeRow = -1;
  /** The packet it works for, or -1. */
  packet = -1;
  /** True for work that never ends by itself (a watchdog): a machine may rest while it waits. */
  background = false;
  /** The host thread that does it. */
  thread: HostThread = HOST_THREAD.none;
  /** What it keeps busy where no thread does it; a chip unless somebody says otherwise. */
  resource: ResourceCode = RESOURCES.nic.code;
  /** What kind of race decides its moment; guest work has none of its own. */
  readonly handOver: HandOver;
  /** Which stream of that kind: a queue, a timer or a wire, as the device numbers them. */
  readonly stream: number;

  constructor(handOver: HandOver, stream = 0) {
    this.handOver = handOver;
    this.stream = stream;
  }

  /** Does the work; may post itself again. */
  abstract run(): void;
}
