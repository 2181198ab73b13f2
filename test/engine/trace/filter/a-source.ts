import { ACTORS, KIND_NAMES, type FilterSource } from "#engine";
import { Random } from "../../../../engine/core/random.ts";
import { TraceStore } from "../../../../engine/trace/store.ts";

const NAMES = ["rtl8139", "tx_ring", "virtio_net", "cp_interrupt", "cp_start_xmit", 'exot, "odd"'];
const COSTS = [[], ["vmRoundTrip"], ["copyByte", "copyCall"], ["registerDispatch"]];
const RESOURCE_COUNT = 12;

/** A trace of random rows whose references point back, as an engine's do; the same for a seed. */
export function aSource(seed: number, rowCount: number): FilterSource {
  const generator = new Random(seed);
  const random = () => generator.fraction();
  const pick = (count: number) => generator.below(count);
  const kinds = KIND_NAMES.flatMap((name, code) => (name === undefined ? [] : [code]));
  const store = new TraceStore(true);
  const charged = { charge: 0, resource: 0, cycles: 0, moved: () => {}, price: () => 0 };
  let now = 1000;
  store.pricer = Object.assign(charged, {
    price: () => {
      charged.charge = pick(COSTS.length);
      charged.resource = charged.charge === 0 ? 0 : pick(RESOURCE_COUNT);
      charged.cycles = charged.charge * 100;
      return (now += pick(50));
    },
  });
  for (let row = 0; row < rowCount; row++) {
    const earlier = () => (row === 0 || random() < 0.4 ? -1 : Math.max(0, row - 1 - pick(6)));
    store.parent = earlier();
    store.cause = earlier();
    store.packet = pick(6) - 1;
    const size = [0, 1, 4, 8][pick(4)] ?? 0;
    const name = store.id(NAMES[pick(NAMES.length)] ?? "");
    const kind = kinds[pick(kinds.length)] ?? 1;
    const value = size === 8 && random() < 0.5 ? 2 ** 40 + pick(9) : pick(300);
    const actor = pick(Object.keys(ACTORS).length);
    const at = store.row(0, kind, actor, name, size, pick(9), value);
    if (size === 8 && random() < 0.3) store.setBits(at, pick(4), 0xffff0000);
  }
  const trace = store.finish();
  const registers = new Map([
    ["1:3", "ISR"],
    ["1:4", "TPPoll"],
    ["2:0", "tx_ring[0].opts1"],
  ]);
  const charges = COSTS.map((costs) => ({ parts: costs.map((cost) => ({ cost })) }));
  const rowCycles = (row: number) => (trace.cost[row] ?? 0) * 100;
  return { trace, registers, cyclesPerMicrosecond: 20, costs: { charges, rowCycles } };
}
