import { directInterrupt } from "../../core/crossing.ts";
import { Vcpu } from "../../cpu/vcpu.ts";
import { GuestKernel } from "../../guest/kernel.ts";
import type { NetDevice } from "../../guest/net-device.ts";
import type { Machine } from "../../machine.ts";
import { ACTORS } from "../../trace/actor.ts";
import { DomainApplication, GuestSocketCalls, type ReceiveStyle } from "./application.ts";
import { XenDomain } from "./domain.ts";
import { EventChannels, type EventBlocks } from "./event-channels.ts";
import { CONTROL, PAGE_BYTES, VCPU_INFO } from "./layout.ts";
import { PhysicalCpus } from "./physical-cpu.ts";

const DOM0 = ACTORS.deviceModel.code;

/** What a Xen host is built with. */
export interface XenHostOptions {
  /** CPUs of the host: 1: the domains take turns; 2: each has its own. */
  readonly hostCpus: 1 | 2;
  /** Port of the guest's timer. */
  readonly guestTimerPort: number;
  /** How the guest's application waits for datagrams. */
  readonly receiveStyle: ReceiveStyle;
}

/** A host under Xen: the guest domU, the driver domain dom0, event channels, CPUs. */
export class XenHost {
  readonly channels: EventChannels;
  readonly guest: XenDomain;
  readonly driverDomain: XenDomain;
  /** The guest's application. */
  readonly application: DomainApplication;
  /** Softirqs and NAPI of dom0's kernel. */
  readonly softirqs: GuestKernel;
  readonly cpus: PhysicalCpus;

  constructor(machine: Machine, netDevice: NetDevice, options: XenHostOptions) {
    const { trace, scheduler } = machine;
    this.channels = new EventChannels(machine);
    this.softirqs = new GuestKernel(trace, scheduler, new Vcpu(), directInterrupt);
    this.guest = new XenDomain(machine, this.channels, {
      name: "domU",
      prefix: "",
      blocks: guestEvents(machine),
      softirqs: machine.kernel,
      kernelActor: ACTORS.guestDriver.code,
      userActor: ACTORS.guestApplication.code,
      isGuest: true,
    });
    this.driverDomain = new XenDomain(machine, this.channels, {
      name: "dom0",
      prefix: "dom0: ",
      blocks: dom0Events(machine),
      softirqs: this.softirqs,
      kernelActor: DOM0,
      userActor: DOM0,
      isGuest: false,
    });
    const { guest, channels } = this;
    const application = new DomainApplication(guest, channels, options.guestTimerPort, {
      style: options.receiveStyle,
    });
    this.application = application;
    const interrupt = (): void => {
      machine.kernel.raiseUpcall(trace.parent);
      scheduler.attend();
    };
    const side = {
      domain: guest,
      // With one CPU a full ring empties only when the guest waits for it.
      runsOn: () => options.hostCpus > 1 || netDevice.accepting,
      sleep: () => {
        application.sleep();
        guest.goIdle();
      },
      interrupt,
    };
    this.cpus = new PhysicalCpus(machine, options.hostCpus, side, this.driverDomain);
    const { cpus } = this;
    machine.kernel.requestUpcall({ handleIrq: () => guest.takeUpcall() });
    netDevice.socketCalls = new GuestSocketCalls(guest, application, {
      startGuest: () => cpus.startGuest(),
      lookLater: () => cpus.lookLater(),
      interrupt,
    });
  }
}

function guestEvents(machine: Machine): EventBlocks {
  const take = (name: string, byteCount: number): ReturnType<Machine["block"]> =>
    machine.block(name, machine.memory.allocate(byteCount, PAGE_BYTES), byteCount);
  return {
    words: take("domU event words", PAGE_BYTES),
    control: take("domU event control", CONTROL.bytes),
    info: take("domU vcpu info", VCPU_INFO.bytes),
  };
}

/** dom0's memory lies in the host's. */
function dom0Events(machine: Machine): EventBlocks {
  const take = (name: string, byteCount: number): ReturnType<Machine["block"]> =>
    machine.block(name, machine.memory.allocateHost(byteCount), byteCount);
  return {
    words: take("dom0 event words", PAGE_BYTES),
    control: take("dom0 event control", CONTROL.bytes),
    info: take("dom0 vcpu info", VCPU_INFO.bytes),
  };
}
