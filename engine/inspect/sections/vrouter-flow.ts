import type { CellValue, SectionSpec } from "../../history/history-data.ts";
import { VrouterPath } from "../../host/vrouter.ts";
import { FLOW_ACTION, FLOW_WORD, type FlowEntry } from "../../host/vrouter-flow.ts";
import { ACTORS } from "../../trace/actor.ts";
import { ipText } from "../flow-text.ts";
import { pathsOf } from "../host-paths.ts";
import type { SectionOpener } from "../section-opener.ts";

const SPEC: SectionSpec = {
  id: "vrouter-flow",
  title: "vRouter: flow table",
  actor: ACTORS.hostNetwork.code,
  kind: "table",
  cells: [
    {
      name: "packets",
      form: "text",
      sizeBytes: 0,
      doc: "Addresses, protocol and ports of one direction",
    },
    { name: "next hop", form: "decimal", sizeBytes: 0, doc: "Next hop of the guest's interface" },
    {
      name: "action",
      form: "text",
      sizeBytes: 0,
      doc: "Hold until the agent has decided, forward, or drop",
    },
    { name: "held", form: "decimal", sizeBytes: 0, doc: "Packets that wait for the action" },
  ],
  source: "dp-core/vr_flow.c of the Tungsten Fabric vRouter; ageing and eviction are not modelled",
};

/** The entries of a vRouter, one for each direction of a flow. */
export const openVrouterFlow: SectionOpener = ({ nic, journal }) => {
  for (const path of pathsOf(nic)) {
    if (!(path instanceof VrouterPath)) continue;
    const { flows } = path;
    const watch = journal.watch(SPEC, () => flows.entries.map(lineOf));
    flows.onChange = () => watch.touch();
  }
};

function lineOf({ index, key, action, held }: FlowEntry): { name: string; values: CellValue[] } {
  const packets = ipText({
    etherType: key[FLOW_WORD.family] as number,
    protocol: key[FLOW_WORD.protocol] as number,
    source: key.subarray(FLOW_WORD.source, FLOW_WORD.source + 4),
    destination: key.subarray(FLOW_WORD.destination, FLOW_WORD.destination + 4),
    ports: key[FLOW_WORD.ports] as number,
  });
  const name = Object.entries(FLOW_ACTION).find(([, code]) => code === action)?.[0] ?? "";
  return {
    name: `entry ${index}`,
    values: [packets, key[FLOW_WORD.nextHop] as number, name, held.length],
  };
}
