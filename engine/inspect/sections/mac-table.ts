import { Bridge } from "../../host/bridge.ts";
import { LocalPorts, UPLINK } from "../../host/local-ports.ts";
import type { MacTable } from "../../host/mac-table.ts";
import { OvsSwitch } from "../../host/ovs-switch.ts";
import type { CellValue, SectionSpec } from "../../history/history-data.ts";
import { ACTORS } from "../../trace/actor.ts";
import { macOf } from "../mac-text.ts";
import type { SectionOpener } from "../section-opener.ts";

const spec = (title: string, source: string): SectionSpec => ({
  id: "mac-table",
  title,
  actor: ACTORS.hostNetwork.code,
  kind: "table",
  cells: [
    { name: "port", form: "decimal", sizeBytes: 0, doc: "Port behind which the address is" },
    { name: "is", form: "text", sizeBytes: 0, doc: "The uplink, or a guest's port" },
    {
      name: "kept",
      form: "text",
      sizeBytes: 0,
      doc: "Learnt from frames, or set by the administrator",
    },
  ],
  source,
});

type Line = { name: string; values: CellValue[] };

/** The addresses that the host's switch knows, whatever switch it is. */
export const openMacTable: SectionOpener = ({ nic, journal }) => {
  const hostSwitch = nic.wire.hostPath?.place?.switch;
  if (hostSwitch instanceof Bridge) {
    const { fdb, sticky } = hostSwitch;
    const source = "net/bridge/br_fdb.c; ageing is not modelled";
    const watch = journal.watch(spec("Bridge: forwarding database", source), () =>
      lines(fdb, new Set([...sticky.entries()].map(([address]) => address))),
    );
    fdb.onChange = () => watch.touch();
  } else if (hostSwitch instanceof OvsSwitch) {
    const source = "lib/mac-learning.c of Open vSwitch; ageing is not modelled";
    const watch = journal.watch(spec("Open vSwitch: addresses", source), () =>
      ovsLines(hostSwitch),
    );
    hostSwitch.onAddress = () => watch.touch();
  } else if (hostSwitch instanceof LocalPorts) {
    const source = "the guests of this host, as the switch was told of them";
    const { addresses } = hostSwitch;
    const watch = journal.watch(spec("Local ports", source), () => lines(addresses, undefined));
    addresses.onChange = () => watch.touch();
  }
};

/** @param set Addresses that the administrator set; all of them when undefined. */
function lines(table: MacTable, set: ReadonlySet<number> | undefined): Line[] {
  return [...table.entries()]
    .toSorted(([one], [other]) => one - other)
    .map(([address, port]) => ({
      name: macOf(address),
      values: [port, portText(port), set?.has(address) === false ? "learnt" : "set"],
    }));
}

function ovsLines(hostSwitch: OvsSwitch): Line[] {
  return [...hostSwitch.addresses()].map(({ vlan, address, port, fixed }) => ({
    name: vlan === 0 ? macOf(address) : `${macOf(address)}, VLAN ${vlan & 0xfff}`,
    values: [port, portText(port), fixed ? "set" : "learnt"],
  }));
}

function portText(port: number): string {
  return port === UPLINK ? "uplink" : `guest's port ${port}`;
}
