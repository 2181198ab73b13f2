import { MODES } from "../../../engine/modes/index.ts";
import type { Act, PageState } from "./page-state.ts";

const PAGE = "explore.html";

/** A state of the explorer: `shows` must be on the page, `acts` lead there from the link. */
function at(name: string, hash: string, shows: string, ...acts: Act[]): PageState {
  return { name: `explore-${name}`, path: `${PAGE}#v=1${hash && "&"}${hash}`, shows, acts };
}

/** States of a part of the page. */
function of(part: string, states: readonly PageState[]): readonly PageState[] {
  return states.map((state) => ({ ...state, part }));
}

/** The first state is one of the page, the others are of a part. */
function first([page, ...others]: readonly PageState[], part: string): readonly PageState[] {
  return [...(page ? [page] : []), ...of(part, others)];
}

/** The page before, between and after runs, and where something went wrong. */
const RUNS: readonly PageState[] = [
  { name: "explore", path: PAGE, shows: "trapline-crossing .hop" },
  { ...at("loading", "", ".loading"), holds: /run-worker/, busy: true },
  { ...at("offline", "", "[role=alert]:has-text('network')"), loses: /run-worker/, busy: true },
  at("first-step", "step=1", ".sentence:has-text('1 of 66')"),
  at("last-step", "step=66", ".sentence:has-text('66 of 66')"),
  at("second-packet", "packet=2&step=14", "trapline-crossing .summary:has-text('Packet 2')"),
  at("one-packet", "count=1", ".transport:not(:has(.packet))"),
  at("arriving", "dir=rx", ".menu summary:has-text('arriving')"),
  at("echo", "dir=echo&count=1", ".menu summary:has-text('there and back')"),
  at("capture", "from=web-page.pcapng&dir=rx&packet=7", ".menu summary:has-text('web-page')"),
  at("own-capture", "", ".menu summary:has-text('ping.pcap')", { drop: "captures/ping.pcap" }),
  at("refused-file", "", "[role=alert]:has-text('ping.pcap')", {
    drop: "captures/ping.pcap",
    bytes: 100,
  }),
  at("refused-price", "cost.noSuchPrice=5", "[role=alert]:has-text('noSuchPrice')"),
  at("refused-size", "size=59", "[role=alert]:has-text('59')"),
  { ...at("at-work", "count=20000", ".running button"), busy: true },
  { ...at("playing", "step=1", ".play[aria-pressed=true]", { click: ".play" }) },
  at(
    "mark",
    "",
    ".said:has-text('mark')",
    { click: "text=set mark" },
    { press: "ArrowRight" },
    {
      press: "m",
    },
  ),
];

const KNOBS: Act = { click: "#menu-knobs summary" };

/** Menus, what a change says, and the two dialogs. */
const MENUS: readonly PageState[] = [
  at("knobs", "mode=virtio-vhost", "#menu-knobs .knobs", KNOBS),
  at(
    "knob-changed",
    "mode=virtio-qemu",
    ".said:has-text('ioeventfd')",
    KNOBS,
    { choose: "#knob-ioeventfd", value: "off" },
    KNOBS,
  ),
  at(
    "knob-undone",
    "mode=virtio-qemu",
    "text=Knobs",
    KNOBS,
    {
      choose: "#knob-ioeventfd",
      value: "off",
    },
    { click: "text=Undo" },
  ),
  at("packets-menu", "", "#menu-packets [name=gap]", { click: "#menu-packets summary" }),
  at("cpu-menu", "cost.vmRoundTrip=2000", "#menu-cpu select", { click: "#menu-cpu summary" }),
  at("save-menu", "", "#menu-save .save-list", { click: "#menu-save summary" }),
  at("commands", "", ".palette[open] [role=option]", { press: "Control+k" }),
  at(
    "commands-found",
    "",
    ".palette[open] [aria-selected=true]",
    { press: "Control+k" },
    {
      fill: ".palette input",
      with: "save",
    },
  ),
  at(
    "commands-none",
    "",
    ".palette[open] p:has-text('No command')",
    { press: "Control+k" },
    {
      fill: ".palette input",
      with: "frobnicate",
    },
  ),
  at("keys", "", ".palette[open] .key-map", { press: "?" }),
];

/** The crossing: every mode at its most telling step, and what can be opened. */
const CROSSINGS: readonly PageState[] = [
  ...MODES.map((mode) => at(`crossing-${mode.id}`, `mode=${mode.id}`, "trapline-crossing .block")),
  at("crossing-block", "mode=virtio-vhost", "trapline-state .note", {
    click: "trapline-crossing .block.lit",
  }),
  at("crossing-table", "", "trapline-crossing details[open] table", {
    click: "trapline-crossing summary",
  }),
];

const FIND = "trapline-state input[type=search]";

/** The state: closed, open, searched, and the parts that only some modes have. */
const STATES: readonly PageState[] = [
  at("state-open", "", "trapline-state .body table", { click: "text=Open all" }),
  at(
    "state-found",
    "",
    "trapline-state .found:has-text('ISR')",
    { click: "text=Open all" },
    {
      fill: FIND,
      with: "ISR",
    },
  ),
  at("state-none", "", "trapline-state .found:has-text('No section')", {
    fill: FIND,
    with: "zzz",
  }),
  at("state-line", "open=vmcs", "trapline-state tr.detail", {
    click: "trapline-state tr.changed .line-name",
  }),
  at("state-changed-first", "", "trapline-state [aria-pressed=true]", {
    click: "text=Changed first",
  }),
  at("state-walks", "open=walks", "trapline-state figure.walk"),
  at("state-code", "mode=bt-rtl8139&open=code", "trapline-state figure.code"),
];

/** Rings of every kind, and a slot looked into. */
const RINGS: readonly PageState[] = [
  at("rings", "panel=rings", "trapline-rings figure.ring"),
  at("rings-split", "mode=virtio-vhost&panel=rings", "trapline-rings figure.ring"),
  at("rings-packed", "mode=virtio-qemu:ring%3Dpacked&panel=rings", "trapline-rings figure.ring"),
  at("rings-vmxnet3", "mode=vmxnet3&panel=rings", "trapline-rings figure.ring"),
  at("rings-bytes", "mode=vtx-rtl8139too&dir=rx&panel=rings", "trapline-rings figure.ring"),
  at("rings-xen", "mode=xen-netfront&panel=rings", "trapline-rings figure.ring"),
  at("rings-vf", "mode=vf-posted&panel=rings", "trapline-rings figure.ring"),
  at("rings-slot", "panel=rings", "trapline-rings .detail", { click: "text=slot ›" }),
  at("rings-tables", "panel=rings", "trapline-rings details[open] table", {
    click: "text=All rings as tables",
  }),
];

const MEMORY = "panel=frame&address=1000000";

/** The frame's layers and all memory. */
const INSPECTORS: readonly PageState[] = [
  at("frame", "panel=frame", "trapline-frame .tree"),
  at("frame-none", "panel=frame&mode=vmxnet3&step=1", "trapline-inspector [role=tab]"),
  at("frame-vlan", "panel=frame&from=ping-vlan.pcap&dir=rx", "trapline-frame .tree"),
  at("memory", MEMORY, "trapline-memory .words"),
  at(
    "memory-found",
    MEMORY,
    "trapline-memory .found button",
    {
      fill: "trapline-memory [name=needle]",
      with: "ff ff",
    },
    { click: "trapline-memory button:text-is('Find')" },
  ),
  at(
    "memory-refused",
    MEMORY,
    "trapline-memory #address-problem:not(:empty)",
    {
      fill: "trapline-memory [name=address]",
      with: "xyz",
    },
    { click: "trapline-memory button:text-is('Go')" },
  ),
];

/** The list of events and its filter. */
const EVENTS: readonly PageState[] = [
  at("events", "panel=events", "trapline-events .list [role=row]"),
  at("events-filtered", "panel=events&filter=exit", "trapline-events .count:has-text('of')"),
  at("events-wrong", "panel=events&filter=cycles%3E", "trapline-events .problem"),
  at("events-misspelt", "panel=events&filter=actr%3Aqemu", "trapline-events .problem"),
  at("events-none", "panel=events&filter=cycles%3E99999999", "trapline-events .none"),
  at("events-offered", "panel=events", "trapline-filter-box [role=option]", {
    press: "ArrowDown",
    in: "trapline-filter-box input",
  }),
];

const TIMELINE = "trapline-timeline";

/** Time: everything, a stretch, one access. */
const TIMELINES: readonly PageState[] = [
  at("timeline-packet", "", `${TIMELINE} .scene`, { click: "[aria-label='Fit packet']" }),
  at(
    "timeline-zoomed",
    "",
    `${TIMELINE} .scene`,
    { click: "[aria-label='Go to selection']" },
    {
      click: "[aria-label='Zoom in']",
    },
    { click: "[aria-label='Zoom in']" },
  ),
  at("timeline-folded", "count=20", `${TIMELINE} :checked`, { click: "text=fold idle time" }),
  at("timeline-threads", "count=20", `${TIMELINE} :checked`, {
    click: "text=threads of all packets",
  }),
  at("timeline-tables", "", `${TIMELINE} details[open] table`, {
    click: `${TIMELINE} details summary`,
  }),
];

const LEDGER = "trapline-ledger";

/** Where the cycles went. */
const LEDGERS: readonly PageState[] = [
  at("ledger", "drawer=ledger", `${LEDGER} .piece`),
  at("ledger-packet", "drawer=ledger", `${LEDGER} .total:has-text('Packet 1')`, {
    click: `${LEDGER} button:text-is('This packet')`,
  }),
  at("ledger-step", "drawer=ledger", `${LEDGER} .total:has-text('Row')`, {
    click: `${LEDGER} button:text-is('This step')`,
  }),
  at("ledger-log", "drawer=ledger", `${LEDGER} .total:has-text('logarithms')`, {
    click: `${LEDGER} button:text-is('Logarithmic')`,
  }),
  at("ledger-bars", "drawer=ledger", `${LEDGER} trapline-cost-bars svg`, {
    click: `${LEDGER} button:text-is('Bars')`,
  }),
  at("ledger-part", "drawer=ledger", `${LEDGER} .piece[aria-pressed=true]`, {
    click: `${LEDGER} .piece >> nth=2`,
  }),
  at("ledger-price", "drawer=ledger&cost.vmRoundTrip=2000", `${LEDGER} tr.changed`),
  at("ledger-table", "drawer=ledger", `${LEDGER} details[open] table`, {
    click: `${LEDGER} > details summary`,
  }),
];

const VS = "view=compare&vs=";
const LOCKSTEP = "trapline-lockstep";

/** Modes side by side. */
const COMPARISONS: readonly PageState[] = [
  at("compare", "view=compare", `${LOCKSTEP} .stages`),
  at("compare-stage", "view=compare&stage=doorbell", `${LOCKSTEP} .stage.current`),
  at("compare-four", `${VS}virtio-vhost,vmxnet3,vf-posted`, `${LOCKSTEP} .stages`),
  at(
    "compare-knob",
    "view=compare&mode=virtio-qemu&vs=virtio-qemu:ioeventfd%3Doff",
    `${LOCKSTEP} .stages`,
  ),
  at("compare-same", `${VS}vtx-rtl8139`, `${LOCKSTEP} .biggest:has-text('No stage')`),
  at("compare-table", "view=compare", `${LOCKSTEP} details[open] table`, {
    click: `${LOCKSTEP} details summary`,
  }),
];

const RECORDED = "trapline-recorded";

/** A recording beside the engine's run. */
const RECORDINGS: readonly PageState[] = [
  at("recorded", "view=recorded", `${RECORDED} .list .row`),
  at("recorded-virtio", "view=recorded&recording=virtio-split", `${RECORDED} .list .row`),
  at("recorded-vmxnet3", "view=recorded&recording=vmxnet3", `${RECORDED} .list .row`),
  at("recorded-kvm", "view=recorded&recording=vtx-virtio-vhost", `${RECORDED} .list .row`),
  at("recorded-xen", "view=recorded&recording=xen-pv-netfront", `${RECORDED} .list .row`),
  at("recorded-unknown", "view=recorded&recording=nobody", `${RECORDED} .problem`),
];

/** Every state of the explorer that can be told from another one by looking. */
export const EXPLORER_STATES: readonly PageState[] = [
  ...RUNS,
  ...MENUS,
  ...of(".crossing", CROSSINGS),
  ...of(".beside", STATES),
  ...first(RINGS, ".beside"),
  ...first(INSPECTORS, ".beside"),
  ...first(EVENTS, ".beside"),
  ...of(".below", TIMELINES),
  ...first(LEDGERS, ".below"),
  ...first(COMPARISONS, "trapline-lockstep"),
  ...first(RECORDINGS, "trapline-recorded"),
];
