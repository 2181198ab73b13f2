import { assert } from "../core/assert.ts";
import { CombinedDoorbell } from "../crossings/combined-doorbell.ts";
import { HostedWorld } from "../crossings/hosted-world.ts";
import { TranslatedAccess } from "../crossings/translated-access.ts";
import { TranslatedInterrupt } from "../crossings/translated-interrupt.ts";
import { TranslatedSites } from "../crossings/translated-site.ts";
import { build8139cp } from "../devices/rtl8139/index.ts";
import { RTL8139_ADDRESS } from "../devices/rtl8139/pci-function.ts";
import { VmNet } from "../host/vmnet.ts";
import { defineMode } from "./define.ts";
import { modeName } from "./mode-name.ts";
import { connectHostPath, HOST_PATH_KNOBS, HOST_PATH_WORDS } from "./host-path-knob.ts";

/** Full virtualization by dynamic recompilation: a hosted VMM without any help from the CPU. */
export const btRtl8139 = defineMode({
  ...modeName("bt-rtl8139"),
  parts: {
    cpu: "binary translation",
    driver: "8139cp",
    device: "RTL8139 C+, emulated by VMM and VMApp",
    control: "callout out of translated code, a hidden page fault before it was translated again",
    doorbell: "callout, then a world switch to the VMApp, which sends the frame before it returns",
    data: "the VMApp copies",
    interrupt: "posted by the VMApp; the VMM builds the frame at a block boundary",
    hostPath: `VMNet, then ${HOST_PATH_WORDS}`,
  },
  knobs: {
    adaptive: {
      type: "boolean",
      default: true,
      doc: "instructions that keep faulting on a device's page are translated again into callouts",
    },
    faultsMax: {
      type: "integer",
      default: 4,
      min: 1,
      max: 1000,
      doc: "hidden page faults of one instruction before it is translated again",
    },
    deviceModel: {
      type: "choice",
      default: "vmm",
      choices: ["vmm", "application"],
      doc: "who models registers that send nothing: the VMM, or the VMApp behind a world switch",
    },
    sendsCombined: {
      type: "integer",
      default: 1,
      min: 1,
      max: 16,
      doc: "doorbells for one world switch; any other switch takes those that wait along (1: none waits)",
    },
    ...HOST_PATH_KNOBS,
  },
  frameBytesMax: 1514,
  checkedAgainst: "recordings/device/rtl8139-8139cp (the same registers, rings and frames)",
  interrupt(machine, knobs) {
    const sites = new TranslatedSites(machine, {
      adaptive: knobs["adaptive"] === true,
      faultsMax: Number(knobs["faultsMax"]),
    });
    return new TranslatedInterrupt(machine, new HostedWorld(machine), sites);
  },
  build(machine, knobs) {
    const { interruptCrossing } = machine;
    assert(interruptCrossing instanceof TranslatedInterrupt, "interrupts come by translated code");
    const { sites, world } = interruptCrossing;
    machine.host = world.host;
    const model = knobs["deviceModel"] === "application" ? "application" : "vmm";
    const doorbell = new CombinedDoorbell(machine, sites, world, Number(knobs["sendsCombined"]));
    const nic = build8139cp(machine, {
      control: new TranslatedAccess(machine, sites, world, model),
      doorbell,
      configuration: new TranslatedAccess(machine, sites, world, "vmm"),
    });
    doorbell.connect(nic.device.registers, RTL8139_ADDRESS.memory);
    connectHostPath(machine, nic.wire, knobs, () => new VmNet(machine, world));
    return nic;
  },
});
