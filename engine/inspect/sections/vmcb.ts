import { Kvm } from "../../crossings/kvm.ts";
import { KvmVmcb } from "../../crossings/kvm-vmcb.ts";
import { INTERCEPT_1, INTERCEPT_2, VMCB_FIELDS, type VmcbFieldName } from "../../cpu/svm-vmcb.ts";
import type { CellField, CellSpec, SectionSpec } from "../../history/history-data.ts";
import { ACTORS } from "../../trace/actor.ts";
import type { SectionOpener } from "../section-opener.ts";

const EVENT: readonly CellField[] = [
  { name: "VECTOR", lsb: 0, width: 8, doc: "Vector" },
  { name: "TYPE", lsb: 8, width: 3, doc: "0: external or virtual interrupt" },
  { name: "V", lsb: 31, width: 1, doc: "The field says something" },
];
const FIELDS: Partial<Record<VmcbFieldName, readonly CellField[]>> = {
  interceptMisc1: bitFields(INTERCEPT_1),
  interceptMisc2: bitFields(INTERCEPT_2),
  virtualInterruptControl: [
    { name: "V_TPR", lsb: 0, width: 8, doc: "Virtual task priority" },
    { name: "V_IRQ", lsb: 8, width: 1, doc: "A virtual interrupt waits" },
    { name: "V_INTR_MASKING", lsb: 24, width: 1, doc: "The guest's IF does not hold the host's" },
  ],
  eventInjection: EVENT,
  exitIntInfo: EVENT,
};
const NAMES = Object.keys(VMCB_FIELDS) as VmcbFieldName[];

const SPEC: SectionSpec = {
  id: "vmcb",
  title: "VMCB",
  actor: ACTORS.hypervisor.code,
  kind: "fields",
  cells: NAMES.map((name): CellSpec => {
    const { doc, offset, sizeBytes } = VMCB_FIELDS[name];
    const fields = FIELDS[name];
    return {
      name,
      form: "hex",
      sizeBytes,
      doc,
      offset,
      ...(fields === undefined ? {} : { fields }),
    };
  }),
  source:
    "AMD64 APM vol. 2, appendix B “VMCB Layout”, control area; the state-save area, as the guest's code is not real, and all that the model does not know are left out",
};

/** The VMCB of a guest on SVM. */
export const openVmcb: SectionOpener = ({ machine, journal }) => {
  const { host } = machine;
  if (!(host instanceof Kvm) || host.options.vendor !== "amd") return;
  const control = new KvmVmcb(machine, host);
  host.observer = control;
  const { vmcb } = control;
  const watch = journal.watch(SPEC, () =>
    NAMES.flatMap((name) => {
      const value = vmcb.read(name);
      if (value === undefined) return [];
      return [{ name, values: [VMCB_FIELDS[name].sizeBytes === 8 ? value : Number(value)] }];
    }),
  );
  control.onChange = () => watch.touch();
};

function bitFields(bits: Readonly<Record<string, number>>): CellField[] {
  return Object.entries(bits).map(([name, lsb]) => ({
    name: name.toUpperCase(),
    lsb,
    width: 1,
    doc: `${name.toUpperCase()} exits`,
  }));
}
