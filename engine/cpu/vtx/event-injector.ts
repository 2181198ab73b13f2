import type { GuestMachine } from "../guest/machine.ts";
import type { CpuException } from "../x86/exception.ts";
import { CpuException as Exception } from "../x86/exception.ts";
import type { Processor } from "../x86/processor.ts";
import { PRIMARY } from "./controls.ts";
import { EVENT_TYPE, interruptionInformation } from "./exit-qualification.ts";
import { PostedInterruptDescriptor } from "./posted-interrupt.ts";
import type { VirtualApic } from "./virtual-apic.ts";
import type { Vmcs } from "./vmcs.ts";

const VALID = 0x8000_0000;
const HAS_ERROR_CODE = 0x800;

/**
 * How events reach the guest: through the VM-entry interruption information (event injection), through
 * an interrupt window, or posted and delivered by the CPU itself. Intel SDM vol. 3C, 27.6 "Event
 * Injection", 30.2 "Evaluation and Delivery of Virtual Interrupts", 30.6 "Posted-Interrupt Processing".
 */
export class EventInjector {
  /** Where KVM or a device posts vectors for this vCPU. */
  readonly descriptor = new PostedInterruptDescriptor();
  /** An event is on its way through the guest's IDT. */
  delivering = false;
  /** Hears of interrupts that the guest took. */
  onDelivered: (vector: number, how: "injected" | "posted") => void = () => {};
  readonly #processor: Processor;
  readonly #machine: GuestMachine;
  readonly #vmcs: Vmcs;
  readonly #apic: VirtualApic;
  /** The vector that was last seen waiting: it is posted or kicked for once. */
  #seen = -1;
  /** What is being delivered, as IDT-vectoring information, and its error code. */
  #vectoring = 0;
  #vectoringErrorCode = 0;

  constructor(processor: Processor, machine: GuestMachine, vmcs: Vmcs, apic: VirtualApic) {
    this.#processor = processor;
    this.#machine = machine;
    this.#vmcs = vmcs;
    this.#apic = apic;
  }

  /** Delivers what the VM entry injects. False when nothing is to be injected. */
  deliver(): boolean {
    const information = this.#vmcs.readNumber("entryInterruptionInformation");
    if ((information & VALID) === 0) return false;
    const errorCode = this.#vmcs.readNumber("entryExceptionErrorCode");
    this.#vmcs.write("entryInterruptionInformation", 0);
    this.#through(information, errorCode);
    return true;
  }

  /** The guest's own exception goes through its IDT. */
  raise(exception: CpuException): void {
    this.#through(informationOf(exception), exception.errorCode ?? 0, exception.faultAddress);
  }

  /** An exception of an emulated instruction is injected at the next entry. */
  inject(exception: CpuException): void {
    this.#vmcs.write("entryInterruptionInformation", informationOf(exception));
    this.#vmcs.write("entryExceptionErrorCode", exception.errorCode ?? 0);
    if (exception.vector === 14) this.#processor.cpu.cr2 = exception.faultAddress;
  }

  /** An exit came while an event was delivered: it is injected again (28.2.4, "IDT-vectoring"). */
  saveVectoring(): void {
    this.#vmcs.record("idtVectoringInformation", this.delivering ? this.#vectoring : 0);
    if (!this.delivering) return;
    this.delivering = false;
    this.#vmcs.record("idtVectoringErrorCode", this.#vectoringErrorCode);
    this.#vmcs.write("entryInterruptionInformation", this.#vectoring);
    this.#vmcs.write("entryExceptionErrorCode", this.#vectoringErrorCode);
  }

  /** A vector waits that the hypervisor has not seen yet. */
  hasNews(): boolean {
    const vector = this.#machine.pendingVector(this.#processor.cpu);
    if (vector < 0) this.#seen = -1;
    return vector >= 0 && vector !== this.#seen && !this.#waitsForWindow;
  }

  /** Interrupt-window exiting is set and the guest can take interrupts: an exit is due. */
  get windowOpen(): boolean {
    return this.#waitsForWindow && this.#processor.interruptible;
  }

  /** Clears interrupt-window exiting. */
  closeWindow(): void {
    this.#vmcs.setBit("primaryControls", PRIMARY.interruptWindowExiting, false);
  }

  /** Before an entry without APICv: injects the pending vector, or asks for a window. */
  prepare(): void {
    const vector = this.#machine.pendingVector(this.#processor.cpu);
    this.#seen = vector;
    if (vector < 0) return;
    const occupied = (this.#vmcs.readNumber("entryInterruptionInformation") & VALID) !== 0;
    if (occupied || !this.#processor.interruptible) {
      this.#vmcs.setBit("primaryControls", PRIMARY.interruptWindowExiting, true);
      return;
    }
    this.#seen = -1;
    const accepted = this.#machine.acceptInterrupt();
    const information = interruptionInformation(accepted, EVENT_TYPE.externalInterrupt);
    this.#vmcs.write("entryInterruptionInformation", information);
  }

  /** With APICv: posts a vector that the machine's APIC newly requests. True when it did. */
  post(): boolean {
    const vector = this.#machine.apic.highestRequested;
    if (vector < 0 || this.#apic.virr.has(vector)) return false;
    this.descriptor.post(vector);
    this.descriptor.process(this.#apic);
    return true;
  }

  /** With APICv: the CPU delivers the recognized virtual interrupt by itself. */
  deliverVirtual(): boolean {
    const { cpu } = this.#processor;
    const priority = Number(cpu.cr8);
    if (!this.#apic.recognized || this.#apic.rvi >> 4 <= priority) return false;
    if (!this.#processor.interruptible) return false;
    const vector = this.#apic.deliver();
    this.#machine.acceptInterrupt();
    const information = interruptionInformation(vector, EVENT_TYPE.externalInterrupt);
    this.#through(information, 0, 0n, "posted");
    return true;
  }

  get #waitsForWindow(): boolean {
    return this.#vmcs.has("primaryControls", PRIMARY.interruptWindowExiting);
  }

  #through(
    information: number,
    errorCode: number,
    faultAddress = this.#processor.cpu.cr2,
    how: "injected" | "posted" = "injected",
  ): void {
    this.delivering = true;
    this.#vectoring = information;
    this.#vectoringErrorCode = errorCode;
    const vector = information & 0xff;
    if (((information >> 8) & 7) === EVENT_TYPE.externalInterrupt) {
      const at = this.#processor.cpu.rip;
      this.#processor.interrupt(vector);
      if (this.#processor.cpu.rip !== at) this.onDelivered(vector, how);
    } else {
      const code = (information & HAS_ERROR_CODE) === 0 ? undefined : errorCode;
      this.#processor.raise(new Exception(vector, code, faultAddress));
    }
    this.delivering = false;
  }
}

function informationOf({ vector, errorCode }: CpuException): number {
  return interruptionInformation(vector, EVENT_TYPE.hardwareException, errorCode !== undefined);
}
