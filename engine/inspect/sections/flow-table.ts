import { KEY } from "../../host/flow-key.ts";
import { UPLINK } from "../../host/local-ports.ts";
import { OvsPath } from "../../host/ovs.ts";
import { type OvsActions, OvsSwitch } from "../../host/ovs-switch.ts";
import type { CellValue, SectionSpec } from "../../history/history-data.ts";
import { ACTORS } from "../../trace/actor.ts";
import { linkText, networkText } from "../flow-text.ts";
import { pathsOf } from "../host-paths.ts";
import type { SectionOpener } from "../section-opener.ts";

const HOST = ACTORS.hostNetwork.code;

const FLOWS: SectionSpec = {
  id: "flow-table",
  title: "Open vSwitch: flows of the datapath",
  actor: HOST,
  kind: "table",
  cells: [
    { name: "link", form: "text", sizeBytes: 0, doc: "Port and Ethernet addresses that match" },
    {
      name: "network",
      form: "text",
      sizeBytes: 0,
      doc: "Type, addresses, protocol and ports that match, as far as the mask looks",
    },
    { name: "mask", form: "text", sizeBytes: 0, doc: "What the mask does not look at" },
    { name: "actions", form: "text", sizeBytes: 0, doc: "What is done with a packet" },
  ],
  source:
    "net/openvswitch/flow_table.c; lib/dpif-netdev.c. Packets are not counted, flows expire only at the start",
};

const CACHE: SectionSpec = {
  id: "exact-match-cache",
  title: "PMD thread: exact-match cache",
  actor: HOST,
  kind: "table",
  cells: [
    { name: "link", form: "text", sizeBytes: 0, doc: "Port and Ethernet addresses" },
    { name: "network", form: "text", sizeBytes: 0, doc: "Type, addresses, protocol and ports" },
  ],
  source: "lib/dpif-netdev.c, emc_lookup: 8,192 entries; one find in 100 gets in",
};

type Line = { name: string; values: CellValue[] };

/** The flows of an Open vSwitch, and what its polling thread has in its cache. */
export const openFlowTable: SectionOpener = ({ nic, journal }) => {
  for (const path of pathsOf(nic)) {
    if (!(path instanceof OvsPath)) continue;
    const shared = path.place.switch;
    if (shared instanceof OvsSwitch) {
      const watch = journal.watch(FLOWS, () => flowLines(shared));
      shared.onChange = () => watch.touch();
    }
    if (path.options.plane === "dpdk") {
      const watch = journal.watch(CACHE, () => cacheLines(path));
      path.onCacheChange = () => watch.touch();
    }
  }
};

function flowLines({ flows }: OvsSwitch): Line[] {
  return flows.map(({ flow, mask }) => ({
    name: `flow ${flow.index}`,
    values: [
      linkText(flow.key),
      networkText(flow.key, mask),
      ignoredText(mask),
      actionsText(flow.actions),
    ],
  }));
}

function cacheLines({ cache }: OvsPath): Line[] {
  return [...cache.entries()]
    .map(([key, flow]) => ({
      name: `to flow ${flow}: ${linkText(key)}, ${networkText(key)}`,
      values: [linkText(key), networkText(key)],
    }))
    .toSorted((one, other) => (one.name < other.name ? -1 : 1));
}

function ignoredText(mask: Uint32Array): string {
  const words = Object.entries(KEY).filter(([, word]) => mask[word] === 0);
  return words.length === 0 ? "nothing" : words.map(([name]) => name).join(", ");
}

function actionsText(actions: OvsActions): string {
  if (actions.length === 0) return "drop";
  return actions.map((port) => (port === UPLINK ? "to the uplink" : `to port ${port}`)).join(", ");
}
