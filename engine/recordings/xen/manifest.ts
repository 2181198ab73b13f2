import { XEN_DEFAULTS, type XenPorts } from "../../devices/xen-net/index.ts";
import { FieldReader } from "../field-reader.ts";
import { readJson } from "../read.ts";

/** dom0's timer where the manifest does not list its ports: the first that Linux binds. */
const DOM0_TIMER = 1;

/** Event-channel ports of a recorded host. */
export interface RecordedPorts {
  readonly vif: XenPorts;
  readonly dom0Timer: number;
}

/**
 * Reads the ports out of `manifest.json`: the guest's from the store, dom0's from Xen's list of
 * event channels.
 * @throws InputError when a list is not as expected.
 */
export function readXenManifest(files: ReadonlyMap<string, Uint8Array>): RecordedPorts {
  const bytes = files.get("manifest.json");
  const defaults = { vif: XEN_DEFAULTS.ports, dom0Timer: DOM0_TIMER };
  if (bytes === undefined) return defaults;
  const manifest = readJson("manifest.json", bytes);
  if (!manifest.has("evtchn") || !manifest.has("vif")) return defaults;
  const store = manifest.object("vif").strings("frontend");
  const channels = manifest.object("evtchn");
  const guestTx = storePort(store, "event-channel-tx") ?? XEN_DEFAULTS.ports.guestTx;
  const guestRx = storePort(store, "event-channel-rx") ?? XEN_DEFAULTS.ports.guestRx;
  const dom0 = channels.strings("dom0");
  return {
    vif: {
      ...XEN_DEFAULTS.ports,
      guestTimer: find(channels, "domU", /^ *(\d+): VCPU 0: Virtual IRQ 0$/),
      guestTx,
      guestRx,
      backendTx: backendPort(channels, dom0, guestTx),
      backendRx: backendPort(channels, dom0, guestRx),
    },
    dom0Timer: find(channels, "dom0", /^ *(\d+): VCPU 0: Virtual IRQ 0$/),
  };
}

function storePort(store: readonly string[], key: string): number | undefined {
  for (const line of store) {
    const port = new RegExp(`/${key} = "(\\d+)"$`).exec(line)?.[1];
    if (port !== undefined) return Number(port);
  }
  return undefined;
}

function backendPort(channels: FieldReader, dom0: readonly string[], guestPort: number): number {
  const pattern = new RegExp(`^ *(\\d+): .*Remote Domain [1-9]\\d*, Port ${guestPort}$`);
  const port = dom0.map((line) => pattern.exec(line)?.[1]).find((found) => found !== undefined);
  if (port === undefined) {
    throw channels.wrong("dom0", `a channel to port ${guestPort} of another domain`);
  }
  return Number(port);
}

function find(channels: FieldReader, domain: string, pattern: RegExp): number {
  for (const line of channels.strings(domain)) {
    const port = pattern.exec(line)?.[1];
    if (port !== undefined) return Number(port);
  }
  throw channels.wrong(domain, "a channel of virtual IRQ 0");
}
