import type { LeftOutLines } from "./left-out.ts";
import type { XenLine } from "./line.ts";
import { isVifPort, portOfAccess, type VifPorts } from "./token.ts";

/**
 * Takes out a domain's turns on the CPU in which nothing concerned the vif: what it was woken for
 * was its timer or another device. The domain before it then goes on, or the next follows it.
 * @param lines From a send to the machine at rest; the first turn is the sender's and stays.
 */
export function withoutOtherEpisodes(
  lines: readonly XenLine[],
  ports: VifPorts,
  leftOut: LeftOutLines,
): XenLine[] {
  const kept: XenLine[] = [];
  let running = "";
  for (const episode of episodesOf(lines)) {
    const [first] = episode;
    if (first?.op !== "switch") kept.push(...episode);
    else if (first.to === running) {
      // Back to whom the left-out turn interrupted.
      kept.push(...episode.slice(1));
      leftOut.add("otherEpisodes", [first]);
    } else if (first.to === "idle" || episode.some((line) => isOfVif(line, ports))) {
      kept.push(...episode);
      running = first.to;
    } else
      leftOut.add(
        "otherEpisodes",
        episode.filter(({ op }) => op !== "other"),
      );
    if (running === "") running = senderOf(episode);
  }
  return kept;
}

/** The turns: each but the first begins with the switch to its domain. */
function episodesOf(lines: readonly XenLine[]): XenLine[][] {
  const episodes: XenLine[][] = [[]];
  for (const line of lines) {
    if (line.op === "switch") episodes.push([]);
    episodes.at(-1)?.push(line);
  }
  return episodes;
}

function senderOf(episode: readonly XenLine[]): string {
  const [first] = episode;
  return first !== undefined && "who" in first ? first.who : "";
}

/** Whether a line says that the vif has to do with it. */
function isOfVif(line: XenLine, ports: VifPorts): boolean {
  if (line.op === "hypercall") {
    if (line.name.startsWith("grant_table_op.")) return true;
    const isSend = line.name === "event_channel_op.send";
    return isSend && isVifPort(ports, line.who, Number(line.argument));
  }
  if (line.op !== "access" || line.who === "xen") return false;
  if (line.block.endsWith(" ring") || line.block === "grant table") return true;
  return isVifPort(ports, line.who, portOfAccess(line.block, line.offset));
}
