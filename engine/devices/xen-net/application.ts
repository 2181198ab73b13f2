import type { SocketCalls } from "../../guest/net-device.ts";
import type { DomainThread, XenDomain } from "./domain.ts";
import type { EventChannels } from "./event-channels.ts";
import { PRIORITY } from "./layout.ts";

/** Page-table root of the application: any number but a kernel thread's 0. */
const ROOT = 1;

/** How an application waits for datagrams. */
export type ReceiveStyle = "recvfrom" | "poll";

/**
 * A domain's application at CPU level: one thread sends and sleeps in between, another waits for
 * datagrams. Their system calls go through Xen; so does the timer that ends the sleep.
 */
export class DomainApplication {
  readonly #domain: XenDomain;
  readonly #channels: EventChannels;
  readonly #timerPort: number;
  readonly #sender: DomainThread;
  readonly #receiver: DomainThread;
  readonly #style: ReceiveStyle;
  #waitingFrames = 0;
  /** Called when the application has a datagram in its hands. */
  onDatagram: () => void = () => {};

  constructor(
    domain: XenDomain,
    channels: EventChannels,
    timerPort: number,
    { style = "recvfrom" }: { readonly style?: ReceiveStyle } = {},
  ) {
    this.#domain = domain;
    this.#channels = channels;
    this.#timerPort = timerPort;
    this.#style = style;
    domain.events.priorities.set(timerPort, PRIORITY.timer);
    domain.fifo.bind(timerPort, {
      lateEoi: false,
      handleEvent: () => domain.kernel.setTimer(0),
    });
    const thread = (name: string, run: () => void): DomainThread => ({
      name,
      root: ROOT,
      stackTop: 0,
      runnable: false,
      run,
    });
    this.#sender = thread("sender", () => domain.kernel.returnToUser());
    this.#receiver = thread("receiver", () => this.#receive());
  }

  /** The sleep is over: the timer's event is there when the domain gets a CPU. */
  fireTimer(): void {
    this.#channels.setPending(this.#domain.events, this.#timerPort);
  }

  /** The sender runs in user mode, as after `clock_nanosleep`. */
  resumeSender(): void {
    const { kernel } = this.#domain;
    if (kernel.inUser) return;
    this.#domain.onClock();
    kernel.switchTo(this.#sender);
    kernel.returnToUser();
  }

  /** The sender sleeps until its next datagram; nothing when it sleeps already. */
  sleep(): void {
    if (!this.#domain.kernel.inUser) return;
    this.#domain.kernel.systemCall("clock_nanosleep");
    this.#domain.onClock();
  }

  /** The thread that comes back from `sendto` when others ran meanwhile. */
  get sender(): DomainThread {
    return this.#sender;
  }

  /** A datagram is in the socket: the receiver is woken. */
  received(): void {
    this.#waitingFrames++;
    this.#domain.wake(this.#receiver);
  }

  /** From waking up in the system call that waits, until it waits again. */
  #receive(): void {
    const { kernel } = this.#domain;
    const polls = this.#style === "poll";
    kernel.returnToUser();
    while (this.#waitingFrames > 0) {
      this.#waitingFrames--;
      if (polls) {
        kernel.systemCall("recvfrom");
        kernel.returnToUser();
        this.onDatagram();
        kernel.systemCall("poll");
        this.#domain.onClock();
      } else {
        this.onDatagram();
        kernel.systemCall("recvfrom");
      }
      if (this.#waitingFrames > 0) kernel.returnToUser();
    }
  }
}

/** What surrounds the application's socket in a domain whose system calls go through Xen. */
export class GuestSocketCalls implements SocketCalls {
  readonly #domain: XenDomain;
  readonly #application: DomainApplication;
  readonly #startGuest: () => void;
  readonly #interrupt: () => void;
  readonly #lookLater: () => void;

  constructor(
    domain: XenDomain,
    application: DomainApplication,
    cpu: { startGuest(): void; interrupt(): void; lookLater(): void },
  ) {
    this.#domain = domain;
    this.#application = application;
    this.#startGuest = () => cpu.startGuest();
    this.#interrupt = () => cpu.interrupt();
    this.#lookLater = () => cpu.lookLater();
  }

  enter(): void {
    if (this.#domain.blocked) {
      this.#application.fireTimer();
      this.#startGuest();
      this.#interrupt();
    }
    this.#application.resumeSender();
    this.#domain.kernel.systemCall("sendto");
  }

  leave(): void {
    this.#domain.kernel.returnToUser();
    this.#lookLater();
  }

  received(): void {
    this.#application.received();
  }
}
