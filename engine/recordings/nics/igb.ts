import { directAccess } from "../../core/crossing.ts";
import { QEMU_IGB } from "../../devices/igb/behaviour.ts";
import { buildIgbPf, buildIgbVf, type IgbOptions } from "../../devices/igb/index.ts";
import type { IgbDriver } from "../../devices/igb/pf/pf-driver.ts";
import { CONTROL_REGISTERS } from "../../devices/igb/registers/control.ts";
import { FILTER_REGISTERS } from "../../devices/igb/registers/filter.ts";
import { SYSTEM_REGISTERS } from "../../devices/igb/registers/system.ts";
import type { NicCrossings } from "../../devices/nic.ts";
import { DEFAULT_IDENTITY } from "../../guest/identity.ts";
import { Machine } from "../../machine.ts";
import type { Register } from "../../registers/define.ts";
import { ACTORS } from "../../trace/actor.ts";
import type { WatchdogOwner } from "../left-out.ts";
import type { NicScenario, VerifiedNic } from "../verified-nic.ts";

const DIRECT: NicCrossings = { control: directAccess, doorbell: directAccess };
const RSS_KEY_WORDS = 10;

/** Tables whose entries QEMU's trace names `NAME[n]`: they count as one register. */
const TABLES = new Set(["MTA", "UTA", "VFTA", "VMBMEM"]);

/** igb as a recording describes it: the PF alone, or one VF with igbvf beside the PF. */
export function verifiedIgb(scenario: NicScenario): VerifiedNic {
  const macAddress = macOf(scenario);
  const drawn = scenario.vfAddresses[0];
  const options: Partial<IgbOptions> = {
    macAddress,
    periodicWatchdog: false,
    ...(drawn === undefined ? {} : { randomVfAddress: drawn }),
    behaviours: QEMU_IGB,
    actor: ACTORS.deviceModel.code,
    ...(scenario.rssKey.length === RSS_KEY_WORDS ? { rssKey: scenario.rssKey } : {}),
  };
  return scenario.driver.includes("igbvf") ? withVf(scenario, options) : alone(scenario, options);
}

function alone(scenario: NicScenario, options: Partial<IgbOptions>): VerifiedNic {
  const identity = { ...DEFAULT_IDENTITY, mac: macOf(scenario) };
  const machine = new Machine({ guestBytes: scenario.memoryBytes, identity });
  const nic = buildIgbPf(machine, DIRECT, options);
  nic.netDevice.skbs.smallHeadOffset = scenario.smallHeadOffset;
  const watchdog = pfWatchdog(nic.driver);
  const readStatistics = (): void => nic.driver.link.readStatistics();
  return { machine, nic, watchdog, readStatistics, registerNames: namesOfRegisters() };
}

function withVf(scenario: NicScenario, options: Partial<IgbOptions>): VerifiedNic {
  const mac = scenario.vfAddresses.at(-1) ?? DEFAULT_IDENTITY.mac;
  const identity = { ...DEFAULT_IDENTITY, mac };
  const machine = new Machine({ guestBytes: scenario.memoryBytes, identity });
  const { netDevice, wire, pf, vfDriver } = buildIgbVf(machine, DIRECT, options);
  netDevice.skbs.smallHeadOffset = scenario.smallHeadOffset;
  const elapse = pfWatchdog(pf.driver);
  return {
    machine,
    registerNames: namesOfRegisters(),
    watchdog: (owner) => {
      if (owner === "vf") vfDriver.watchdog();
      else elapse(owner);
    },
    nic: { netDevice, wire, driver: vfDriver },
    probe: () => {
      pf.driver.probe();
      pf.driver.open();
    },
    readStatistics: () => pf.driver.link.readStatistics(),
    tearDown: () => {
      vfDriver.stop();
      vfDriver.remove();
      pf.driver.remove();
    },
    atMark: new Map([
      ["sriov_numvfs=1", () => pf.driver.enableVfs(1, scenario.watchdogBeforeVfs)],
      ["igbvf probe", () => vfDriver.probe()],
      [
        "vf configure",
        () => {
          vfDriver.setAddress(mac);
          // The recorder's `ip` then lists all links with their counters.
          pf.driver.link.readStatistics();
        },
      ],
    ]),
  };
}

/** Runs the PF's watchdog as recorded; when the link comes up, the driver does so by itself. */
function pfWatchdog({ link }: IgbDriver): (owner: WatchdogOwner) => void {
  let linkUps = 0;
  return (owner) => {
    if (owner === "pf phy") link.elapseInfo();
    else if (linkUps < link.upCount) linkUps++;
    else link.elapse();
  };
}

function macOf(scenario: NicScenario): Uint8Array {
  const mac = scenario.device.options.get("mac")?.split(":");
  if (mac === undefined) return DEFAULT_IDENTITY.mac;
  return Uint8Array.from(mac, (byte) => Number.parseInt(byte, 16));
}

/** Registers of the PF as QEMU's trace names them. */
function namesOfRegisters(): Map<string, string> {
  const names = new Map<string, string>();
  const registers = { ...CONTROL_REGISTERS, ...SYSTEM_REGISTERS, ...FILTER_REGISTERS };
  for (const [name, { offset, banks }] of Object.entries<Register>(registers)) {
    for (let bank = 0; bank < (banks?.count ?? 1); bank++) {
      const at = `igb-mmio+${offset + bank * (banks?.stride ?? 0)}`;
      names.set(at, banks === undefined || TABLES.has(name) ? name : `${name}${bank}`);
    }
  }
  return names;
}
