import type { KvmEvent } from "./event.ts";
import type { RecordedExit } from "./exits.ts";
import { hexText, type KvmAspect, type Stream, type Token } from "./token.ts";

/** Why a recorded happening is compared with nothing: one rule each, beside those of exits. */
export const LEFT_OUT_EVENTS = {
  reinjected: "an injection again: the entry that carried it was cancelled by a host interrupt",
  masked: "QEMU's part when a VF's MSI-X entry is masked, see the rule of the EOI without a vector",
  lock: "a wake-up by futex: QEMU's main loop waited for the lock that the vCPU's thread had",
  restartedEoi: "an EOI found with nothing in service, see the exit's rule",
} as const;

/** A recorded line that a rule leaves out. */
export interface LeftOutLine {
  readonly line: number;
  readonly rule: string;
}

/** The tokens of a phase, and what was left out, line by line. */
export interface RecordedTokens {
  readonly tokens: readonly Token[];
  readonly leftOut: readonly LeftOutLine[];
}

/** How many lines each rule left out. */
export function countByRule(leftOut: readonly LeftOutLine[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { rule } of leftOut) counts[rule] = (counts[rule] ?? 0) + 1;
  return counts;
}

/** Linux's numbers of the system calls that QEMU makes for a packet (x86-64). */
const CALL = { read: 0, write: 1, ioctl: 16, writev: 20, futex: 202 } as const;
const SIGNAL_MSI = "4020aea5";
/** QEMU reads an event notifier into a buffer of this size, hexadecimal (event_notifier_test_and_clear). */
const EVENTFD_READ = "200";

/** Turns the events of a phase into tokens; `exits` as `readExits` found them. */
export function recordedTokens(
  events: readonly KvmEvent[],
  exits: ReadonlyMap<number, RecordedExit>,
): RecordedTokens {
  const reader = new TokenReader(exits);
  for (const [at, event] of events.entries()) reader.read(event, at);
  const masked = [...exits.values()].some((exit) => exit.byTable && exit.offset >= 0);
  if (!masked) return { tokens: reader.tokens, leftOut: reader.leftOut };
  const isKept = ({ stream, key }: Token): boolean => stream === "vcpu" || key === "wake vhost";
  const others = reader.tokens.filter((token) => !isKept(token));
  const rule = LEFT_OUT_EVENTS.masked;
  return {
    tokens: reader.tokens.filter(isKept),
    leftOut: [...reader.leftOut, ...others.map(({ origin }) => ({ line: origin, rule }))],
  };
}

class TokenReader {
  readonly tokens: Token[] = [];
  readonly leftOut: LeftOutLine[] = [];
  readonly #exits: ReadonlyMap<number, RecordedExit>;
  /** Place right after the latest exit's token: what KVM looks at first stands there. */
  #afterExit = 0;
  /** The latest exit is left out; so is what KVM does about the instruction. */
  #background = true;
  /** The vCPU's thread gives a lock of QEMU's away. */
  #inFutex = false;
  /** Vectors injected whose end KVM has not seen. */
  readonly #injected = new Set<number>();

  constructor(exits: ReadonlyMap<number, RecordedExit>) {
    this.#exits = exits;
  }

  read(event: KvmEvent, at: number): void {
    const { line, who } = event;
    switch (event.ev) {
      case "exit":
        return this.#exit(this.#exits.get(at) as RecordedExit);
      case "userExit":
        if (this.#background) return;
        return this.#add("vcpu", "userExits", `to user space: ${event.reason}`, line);
      case "inject":
        if (this.#injected.has(event.vector)) return this.#leave(LEFT_OUT_EVENTS.reinjected, line);
        this.#injected.add(event.vector);
        return this.#add("vcpu", "interrupts", `inject ${hexText(event.vector)}`, line);
      case "post":
        return this.#add("vcpu", "interrupts", `post ${hexText(event.vector)}`, line);
      case "message":
        return this.#add("vcpu", "interrupts", `message ${hexText(event.vector)}${by(who)}`, line);
      case "line":
        return this.#add(
          "vcpu",
          "interrupts",
          `line ${event.gsi} = ${event.level}${by(who)}`,
          line,
        );
      case "eoi":
      case "pvEoi":
        return this.#eoi(event.ev, event.vector, line);
      case "acknowledge":
        return this.#add("vcpu", "eoi", `IOAPIC EOI of pin ${event.pin}`, line);
      case "waking":
        if (event.thread !== "qemu") return;
        if (who === "vcpu" && this.#inFutex) return this.#leave(LEFT_OUT_EVENTS.lock, line);
        return this.#add("wake-ups", "threads", "wake qemu", line);
      case "systemCallReturn":
        if (who === "vcpu") this.#inFutex = false;
        return;
      case "systemCall":
        if (who === "vcpu") this.#inFutex = event.number === CALL.futex;
        return this.#systemCall(event);
      case "probe":
        return this.#probe(event.name, who, line);
      default:
    }
  }

  #exit(exit: RecordedExit): void {
    this.#background = exit.leftOut !== "";
    if (this.#background) this.#leave(exit.leftOut, exit.event.line);
    else this.#add("vcpu", "exits", exit.key, exit.event.line);
    this.#afterExit = this.tokens.length;
  }

  #eoi(ev: "eoi" | "pvEoi", vector: number, line: number): void {
    if (vector < 0) return this.#leave(LEFT_OUT_EVENTS.restartedEoi, line);
    this.#injected.delete(vector);
    if (ev === "eoi") {
      // What the host does meanwhile may stand before it: it is what the exit is about.
      const token: Token = {
        stream: "vcpu",
        aspect: "eoi",
        key: `EOI of ${hexText(vector)}`,
        origin: line,
      };
      this.tokens.splice(this.#afterExit, 0, token);
      return;
    }
    // The pair is one happening: KVM finds the guest's flag cleared. An interrupt of the host may
    // come between exit and look, so it stands where KVM looks, right after the exit.
    const end = `EOI of ${hexText(vector)}`;
    const at = this.tokens.findLastIndex((token) => token.key === end);
    // One of another exit, or none, is no part of a pair: that is no recording of KVM's.
    const paired = at >= this.#afterExit;
    if (paired) this.tokens.splice(at, 1);
    const key = `${end} by its flag${paired ? "" : ", without an EOI"}`;
    this.tokens.splice(this.#afterExit, 0, { stream: "vcpu", aspect: "eoi", key, origin: line });
    this.#afterExit++;
  }

  #systemCall(event: Extract<KvmEvent, { ev: "systemCall" }>): void {
    const name = callName(event.number, event.arguments);
    if (name === "" || (event.who !== "qemu" && event.who !== "vcpu")) return;
    this.#add(event.who === "qemu" ? "main-loop" : "vcpu-user", "threads", name, event.line);
  }

  #probe(name: string, who: KvmEvent["who"], line: number): void {
    // Whether the worker still runs when it is woken is a race; that it is told is not.
    if (name === "vhost_poll_wakeup" && who !== "vhost") {
      this.#add("wake-ups", "threads", "wake vhost", line);
    }
    if (name === "ioeventfd_write") this.#add("vcpu", "threads", "ioeventfd", line);
    if (name === "vfio_msihandler") this.#add("vcpu", "threads", "vfio_msihandler", line);
    if (name === "irqfd_wakeup") {
      this.#add(who === "vhost" ? "vhost" : "vcpu", "threads", "irqfd", line);
    }
    if (who === "vhost" && VHOST_STEPS.includes(name)) this.#add("vhost", "threads", name, line);
  }

  #add(stream: Stream, aspect: KvmAspect, key: string, origin: number): void {
    this.tokens.push({ stream, aspect, key, origin });
  }

  #leave(rule: string, line: number): void {
    this.leftOut.push({ line, rule });
  }
}

const VHOST_STEPS: readonly string[] = ["tun_sendmsg", "tun_recvmsg"];

/** Which thread raised an interrupt; a host interrupt's handler runs in whatever thread there is. */
function by(who: KvmEvent["who"]): string {
  return who === "qemu" || who === "vhost" ? ` by ${who}` : "";
}

function callName(number: number, args: readonly string[]): string {
  if (number === CALL.writev) return "writev (TAP)";
  if (number === CALL.write) return "write (eventfd)";
  if (number === CALL.read) {
    if (args[2] === EVENTFD_READ) return "read (eventfd)";
    return args[2] === "8" ? "" : "read (TAP)";
  }
  return number === CALL.ioctl && args[1] === SIGNAL_MSI ? "ioctl KVM_SIGNAL_MSI" : "";
}
