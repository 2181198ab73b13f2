import {
  accessValue,
  ACTORS,
  EVENTS,
  type FilterSource,
  type FilterTree,
  KIND_NAMES,
} from "#engine";
import { RESOURCE_NAMES } from "../../../../engine/core/resource.ts";

const GROUPS: Readonly<Record<string, RegExp>> = {
  exit: /^vmExit$/,
  ring: /^ring/,
  dma: /^dma/,
  wire: /^wire/,
  mmioread: /^mmioRead$/,
};
const GUEST = [ACTORS.guestApplication.code, ACTORS.guestDriver.code];
const ACTOR_CODES: Readonly<Record<string, readonly number[]>> = {
  guest: GUEST,
  qemu: [ACTORS.deviceModel.code],
  wire: [ACTORS.wire.code],
};

/** Whether a filter wants a row, worked out from that row alone: slow, and plainly right. */
export function wants(tree: FilterTree, source: FilterSource, row: number): boolean {
  const { trace, registers, costs } = source;
  const kind = KIND_NAMES[trace.kind[row] ?? 0] ?? "mark";
  const where = trace.where[row] ?? 0;
  const place = trace.names[where] ?? "";
  const isNamed = /^(mmio|pio|ring)/.test(kind);
  const register = isNamed ? registers.get(`${where}:${trace.a[row]}`) : undefined;
  const includes = (text: string, part: string) => text.toLowerCase().includes(part.toLowerCase());
  switch (tree.type) {
    case "all":
      return true;
    case "and":
      return tree.of.every((part) => wants(part, source, row));
    case "or":
      return tree.of.some((part) => wants(part, source, row));
    case "not":
      return !wants(tree.of, source, row);
    case "kind":
      return GROUPS[tree.word]?.test(kind) === true;
    case "text":
      return includes(place, tree.text) || includes(register ?? "", tree.text);
    case "name":
      if (tree.field === "name") return includes(place, tree.text);
      return parentsOf(source, row).some((at) => {
        const name = trace.names[trace.where[at] ?? 0] ?? "";
        return KIND_NAMES[trace.kind[at] ?? 0] === "call" && name === tree.text;
      });
    case "word":
      if (tree.field === "actor")
        return ACTOR_CODES[tree.word]?.includes(trace.actor[row] ?? 0) === true;
      if (tree.field === "resource") {
        return trace.cost[row] !== 0 && RESOURCE_NAMES[trace.resource[row] ?? 0] === tree.word;
      }
      return (
        costs?.charges[trace.cost[row] ?? 0]?.parts.some(({ cost }) => cost === tree.word) === true
      );
    case "register": {
      if (register?.toLowerCase() !== tree.name.toLowerCase()) return false;
      const { value } = tree;
      return (
        value === undefined || fits(numberOf("value", source, row), value.operator, value.than)
      );
    }
    case "number":
      if (tree.field === "inside") {
        return parentsOf(source, row).slice(1).includes(Number(tree.value));
      }
      if (tree.field === "caused-by") return isLed(source, row, Number(tree.value));
      return fits(numberOf(tree.field, source, row), tree.operator, tree.value, tree.to);
  }
}

/** The row and all that enclose it, innermost first. */
function parentsOf({ trace }: FilterSource, row: number): number[] {
  const rows: number[] = [];
  for (let at = row; at >= 0; at = trace.parent[at] ?? -1) rows.push(at);
  return rows;
}

function isLed(source: FilterSource, row: number, of: number): boolean {
  return parentsOf(source, row).some((at) => {
    const cause = source.trace.cause[at] ?? -1;
    return cause === of || (cause >= 0 && isLed(source, cause, of));
  });
}

function numberOf(field: string, source: FilterSource, row: number): number | bigint | undefined {
  const { trace, cyclesPerMicrosecond, costs } = source;
  const packet = trace.packet[row] ?? -1;
  if (field === "packet") return packet < 0 ? undefined : packet + 1;
  if (field === "row") return row;
  if (field === "cycles") return costs?.rowCycles(row);
  if (field === "duration") return trace.durationCycles[row];
  if (field === "size") return trace.sizeBytes[row] === 0 ? undefined : trace.sizeBytes[row];
  if (field === "time") {
    return ((trace.startCycles[row] ?? 0) - (trace.startCycles[0] ?? 0)) / cyclesPerMicrosecond;
  }
  const [first, second] = EVENTS[KIND_NAMES[trace.kind[row] ?? 0] ?? "mark"].args;
  if (first === field) return trace.a[row];
  return second === field ? accessValue(trace, row) : undefined;
}

function fits(
  value: number | bigint | undefined,
  operator: string,
  than: number | bigint,
  to = than,
): boolean {
  if (value === undefined) return false;
  if (operator === "=") return value >= than && value <= to;
  if (operator === "!=") return !(value >= than && value <= to);
  if (operator === ">") return value > than;
  if (operator === ">=") return value >= than;
  return operator === "<" ? value < than : value <= than;
}
