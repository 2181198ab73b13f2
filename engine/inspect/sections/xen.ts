import type { EventDomain } from "../../devices/xen-net/event-channels.ts";
import { EVENT, GRANT, GTF, VCPU_INFO } from "../../devices/xen-net/layout.ts";
import { XenHost } from "../../devices/xen-net/xen-host.ts";
import type { CellValue, SectionSpec } from "../../history/history-data.ts";
import type { Journal } from "../../history/journal.ts";
import type { SharedBlock } from "../../memory/shared-block.ts";
import { ACTORS } from "../../trace/actor.ts";
import type { SectionContext, SectionOpener } from "../section-opener.ts";

const XEN = ACTORS.hypervisor.code;
const GUEST = ACTORS.guestDriver.code;
const PORT_BYTES = 4;

const GRANTS: SectionSpec = {
  id: "grant-table",
  title: "Grant table of the guest",
  actor: GUEST,
  kind: "table",
  cells: [
    {
      name: "domain",
      form: "decimal",
      sizeBytes: 2,
      doc: "Domain that may use the frame; 0: the driver domain",
    },
    { name: "frame", form: "hex", sizeBytes: 4, doc: "Number of the guest's page" },
    {
      name: "flags",
      form: "hex",
      sizeBytes: 2,
      doc: "GTF_…: permit access (1), read-only (4), reading (8), writing (16)",
    },
    { name: "permits", form: "text", sizeBytes: 0, doc: "What the other domain may do" },
    {
      name: "in use",
      form: "flag",
      sizeBytes: 0,
      doc: "Xen has marked it: a copy is under way or the page is mapped",
    },
  ],
  source: "xen/include/public/grant_table.h, struct grant_entry_v1",
};

const eventSpec = (domain: string, actor: number): SectionSpec => ({
  id: `event-channels-${domain.toLowerCase()}`,
  title: `Event channels of ${domain}`,
  actor,
  kind: "table",
  cells: [
    {
      name: "bound to",
      form: "text",
      sizeBytes: 0,
      doc: "The other end; none: an interrupt of Xen's own",
    },
    { name: "pending", form: "flag", sizeBytes: 0, doc: "PENDING: an event has come" },
    {
      name: "masked",
      form: "flag",
      sizeBytes: 0,
      doc: "MASKED: the domain does not want to hear of it now",
    },
    { name: "linked", form: "flag", sizeBytes: 0, doc: "LINKED: it stands in a queue" },
    {
      name: "next",
      form: "decimal",
      sizeBytes: 0,
      doc: "LINK: next port of the queue, 0 for none",
    },
  ],
  source: "xen/include/public/event_channel.h, “FIFO-based event channels”",
});

const infoSpec = (domain: string, actor: number): SectionSpec => ({
  id: `vcpu-info-${domain.toLowerCase()}`,
  title: `vcpu_info of ${domain}`,
  actor,
  kind: "fields",
  cells: [
    {
      name: "evtchn_upcall_pending",
      form: "decimal",
      sizeBytes: 1,
      doc: "Set by Xen: some event waits",
      offset: VCPU_INFO.pending,
    },
    {
      name: "evtchn_upcall_mask",
      form: "decimal",
      sizeBytes: 1,
      doc: "Set by the domain: no upcalls now",
      offset: VCPU_INFO.mask,
    },
  ],
  source: "xen/include/public/xen.h, struct vcpu_info",
});

const DOMAINS: SectionSpec = {
  id: "xen-domains",
  title: "Domains and their vCPUs",
  actor: XEN,
  kind: "table",
  cells: [
    {
      name: "vCPU",
      form: "text",
      sizeBytes: 0,
      doc: "Runs, waits for the CPU, or blocked until an event comes",
    },
    {
      name: "threads that wait",
      form: "text",
      sizeBytes: 0,
      doc: "Threads of the domain that want its vCPU",
    },
  ],
  source: "xen/common/sched; the domains' kernels",
};

/** What guest, driver domain and Xen share, and who runs. */
export const openXen: SectionOpener = (context) => {
  const { machine, nic } = context;
  const host = "host" in nic ? nic.host : undefined;
  if (!(host instanceof XenHost)) return;
  const grants = machine.blocks.get("grant table");
  if (grants !== undefined) openGrants(context, grants);
  openEvents(context, host, "domU", host.guest.events, GUEST);
  openEvents(context, host, "dom0", host.driverDomain.events, ACTORS.deviceModel.code);
  openDomains(context, host);
};

function openGrants({ machine, journal }: SectionContext, table: SharedBlock): void {
  const section = journal.section(GRANTS);
  const { view } = machine.memory;
  const put = (ref: number): void => {
    const at = table.base + ref * GRANT.bytes;
    const name = `ref ${ref}`;
    const flags = view.getUint16(at + GRANT.flags, true);
    if (flags === 0) section.remove(name);
    else {
      section.put(name, view.getUint16(at + GRANT.domid, true), 0);
      section.put(name, view.getUint32(at + GRANT.frame, true), 1);
      section.put(name, flags, 2);
      section.put(name, permitsText(flags), 3);
      section.put(name, (flags & (GTF.reading | GTF.writing)) === 0 ? 0 : 1, 4);
    }
  };
  eachEntry(journal, table, GRANT.bytes, put);
}

function permitsText(flags: number): string {
  if ((flags & GTF.typeMask) !== GTF.permitAccess) return "nothing";
  return (flags & GTF.readonly) === 0 ? "reads and writes" : "reads";
}

function openEvents(
  { machine, journal }: SectionContext,
  host: XenHost,
  name: string,
  domain: EventDomain,
  actor: number,
): void {
  const words = machine.blocks.get(`${name} event words`);
  const info = machine.blocks.get(`${name} vcpu info`);
  if (words === undefined || info === undefined) return;
  const section = journal.section(eventSpec(name, actor));
  const { view } = machine.memory;
  const used = new Set<number>();
  const put = (port: number): void => {
    const word = view.getUint32(words.base + port * PORT_BYTES, true);
    const peers = host.channels.portsOf(domain);
    if (word === 0 && !peers.has(port) && !used.has(port)) return;
    used.add(port);
    const line = `port ${port}`;
    section.put(line, peerText(peers.get(port), peers.has(port)), 0);
    [EVENT.pending, EVENT.masked, EVENT.linked].forEach((bit, index) => {
      section.put(line, (word & bit) === 0 ? 0 : 1, 1 + index);
    });
    section.put(line, word & EVENT.linkMask, 4);
  };
  eachEntry(journal, words, PORT_BYTES, put);
  const before = host.channels.onChange;
  host.channels.onChange = () => {
    before?.();
    for (const port of host.channels.portsOf(domain).keys()) put(port);
  };
  const watch = journal.watch(infoSpec(name, actor), () => [
    { name: "evtchn_upcall_pending", values: [view.getUint8(info.base + VCPU_INFO.pending)] },
    { name: "evtchn_upcall_mask", values: [view.getUint8(info.base + VCPU_INFO.mask)] },
  ]);
  journal.onWrite(info.base, info.byteCount, () => watch.touch());
}

function peerText(peer: { domain: EventDomain; port: number } | undefined, known: boolean): string {
  if (peer !== undefined) return `${peer.domain.name}, port ${peer.port}`;
  return known ? "nobody yet" : "an interrupt of Xen's own";
}

/** Puts each entry of a table in memory, now and whenever bytes of it are written. */
function eachEntry(
  journal: Journal,
  { base, byteCount }: SharedBlock,
  entryBytes: number,
  put: (index: number) => void,
): void {
  for (let index = 0; index * entryBytes < byteCount; index++) put(index);
  journal.onWrite(base, byteCount, (address, writtenBytes) => {
    const first = Math.max(0, Math.floor((address - base) / entryBytes));
    const end = Math.min(byteCount, address + writtenBytes - base);
    for (let index = first; index * entryBytes < end; index++) put(index);
  });
}

function openDomains({ journal }: SectionContext, host: XenHost): void {
  const { cpus, guest, driverDomain } = host;
  const domains = [guest, driverDomain];
  const watch = journal.watch(DOMAINS, () =>
    domains.map((domain) => {
      const hasCpu = cpus.count > 1 || cpus.running === domain;
      const state = domain.blocked ? "blocked" : hasCpu ? "runs" : "waits for the CPU";
      return {
        name: domain.name,
        values: [state, domain.waitingThreads.join(", ")] as CellValue[],
      };
    }),
  );
  cpus.onChange = () => watch.touch();
  for (const domain of domains) domain.onChange = () => watch.touch();
}
