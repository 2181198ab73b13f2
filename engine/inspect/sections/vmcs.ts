import { Kvm } from "../../crossings/kvm.ts";
import { KvmVmcs } from "../../crossings/kvm-vmcs.ts";
import { exitName, type ExitReason } from "../../cpu/exit-reason.ts";
import {
  type Controls,
  ENTRY,
  EXIT,
  PIN_BASED,
  PRIMARY,
  SECONDARY,
} from "../../cpu/vtx/controls.ts";
import { fieldWidthBits, type VmcsFieldName } from "../../cpu/vtx/vmcs-field.ts";
import type { CellField, CellSpec, CellValue, SectionSpec } from "../../history/history-data.ts";
import { ACTORS } from "../../trace/actor.ts";
import type { SectionOpener } from "../section-opener.ts";
import { openPostedDescriptor } from "./posted-descriptor.ts";
import { openVirtualApic } from "./virtual-apic.ts";

/** The fields that are kept, with what they mean; what an exit leaves undefined is not there then. */
const DOCS = {
  virtualProcessorIdentifier: "VPID: tags the vCPU's translations in the TLB",
  postedInterruptNotificationVector: "Physical vector that tells the CPU to look at the descriptor",
  guestInterruptStatus: "RVI: highest vector that waits; SVI: highest in service",
  virtualApicAddress: "Host-physical address of the virtual-APIC page",
  apicAccessAddress: "Host-physical address by which the CPU knows accesses to the APIC's page",
  postedInterruptDescriptorAddress: "Host-physical address of the posted-interrupt descriptor",
  eptPointer: "Host-physical address of the top EPT table, its memory type and levels",
  eoiExitBitmap0: "Vectors 0 to 63 whose EOI exits: those of level-triggered pins",
  eoiExitBitmap1: "Vectors 64 to 127 whose EOI exits",
  eoiExitBitmap2: "Vectors 128 to 191 whose EOI exits",
  eoiExitBitmap3: "Vectors 192 to 255 whose EOI exits",
  guestPhysicalAddress: "Address of the access that caused an EPT violation or misconfiguration",
  pinBasedControls:
    "What asynchronous events do. The preemption timer's bit, which KVM sets while a deadline is armed, is not kept",
  primaryControls: "Which instructions exit",
  exitControls: "What the CPU does at an exit",
  entryControls: "What the CPU does at an entry",
  entryInterruptionInformation: "What the entry injects; the exit after it clears the valid bit",
  secondaryControls: "EPT, virtual APIC and more",
  exitReason: "Why the guest left",
  exitInterruptionInformation: "The event that caused the exit; its vector is not modelled",
  idtVectoringInformation: "What was on its way into the guest when it left",
  exitInstructionLength: "Bytes of the instruction that exited, where it has one encoding only",
  exitQualification: "What more there is to say, as the reason defines it",
} as const satisfies Partial<Record<VmcsFieldName, string>>;

const EVENT: readonly CellField[] = [
  { name: "vector", lsb: 0, width: 8, doc: "Vector" },
  { name: "type", lsb: 8, width: 3, doc: "0: external interrupt" },
  { name: "valid", lsb: 31, width: 1, doc: "The field says something" },
];
const FIELDS: Partial<Record<VmcsFieldName, readonly CellField[]>> = {
  pinBasedControls: controlFields(PIN_BASED),
  primaryControls: controlFields(PRIMARY),
  secondaryControls: controlFields(SECONDARY),
  exitControls: controlFields(EXIT),
  entryControls: controlFields(ENTRY),
  guestInterruptStatus: [
    { name: "RVI", lsb: 0, width: 8, doc: "Requesting virtual interrupt" },
    { name: "SVI", lsb: 8, width: 8, doc: "Servicing virtual interrupt" },
  ],
  eptPointer: [
    { name: "memory type", lsb: 0, width: 3, doc: "6: write-back" },
    { name: "walk length - 1", lsb: 3, width: 3, doc: "3: four levels" },
    { name: "table", lsb: 12, width: 40, doc: "Page number of the PML4 table" },
  ],
  entryInterruptionInformation: EVENT,
  exitInterruptionInformation: EVENT,
  idtVectoringInformation: EVENT,
};
const NAMES = Object.keys(DOCS) as (keyof typeof DOCS)[];

const IN_WORDS = "reason in words";
const IS_WIDE = new Map(NAMES.map((name) => [name as string, fieldWidthBits(name) === 64]));

const PLACES: ReadonlyMap<string, number> = new Map(NAMES.map((name, at) => [name, at]));

const SPEC: SectionSpec = {
  id: "vmcs",
  title: "VMCS",
  actor: ACTORS.hypervisor.code,
  kind: "fields",
  cells: [
    ...NAMES.map(
      (name): CellSpec => ({
        name,
        form: "hex",
        sizeBytes: fieldWidthBits(name) / 8,
        doc: DOCS[name],
        ...(FIELDS[name] === undefined ? {} : { fields: FIELDS[name] }),
      }),
    ),
    { name: IN_WORDS, form: "text", sizeBytes: 0, doc: "Name of the basic exit reason" },
  ],
  source:
    "Intel SDM vol. 3C, chapter 25 “Virtual Machine Control Structures”; guest and host state, as the guest's code is not real, and all that the model does not know are left out",
};

/** The VMCS, the virtual-APIC page and the posted-interrupt descriptor of a guest on VT-x. */
export const openVmcs: SectionOpener = (context) => {
  const { machine, journal } = context;
  const { host } = machine;
  if (!(host instanceof Kvm) || host.options.vendor !== "intel") return;
  const control = new KvmVmcs(machine, host);
  host.observer = control;
  const watch = journal.watchFields(SPEC, (name) => valueOf(control, name), true);
  control.vmcs.onSet = (field) => {
    const at = PLACES.get(field);
    if (at !== undefined) watch.mark(at);
    if (field === "exitReason") watch.mark(NAMES.length);
  };
  control.onChange = () => watch.touch();
  if (host.postedDescriptor === undefined) return;
  openVirtualApic(context, control);
  openPostedDescriptor(context, host.postedDescriptor);
};

function valueOf({ vmcs }: KvmVmcs, name: string): CellValue | undefined {
  if (name === IN_WORDS) {
    if (!vmcs.isKnown("exitReason")) return undefined;
    return exitName(vmcs.readNumber("exitReason") as ExitReason);
  }
  const field = name as VmcsFieldName;
  if (!vmcs.isKnown(field)) return undefined;
  return IS_WIDE.get(name) === true ? vmcs.read(field) : vmcs.readNumber(field);
}

function controlFields(controls: Controls): CellField[] {
  return Object.entries(controls).map(([name, lsb]) => ({
    name,
    lsb,
    width: 1,
    doc: name.replaceAll(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`),
  }));
}
