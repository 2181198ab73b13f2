import { InputError } from "#engine";
import { readBytes, toOwnFile } from "../packets/own-file.ts";
import { OWN_FILE } from "../packets/packet-source.ts";
import { RESTING_PRICES, unknownPrices } from "../prices/price-choice.ts";
import { isExploration, textToExploration } from "./exploration-file.ts";
import type { ExplorerState } from "./explorer-state.ts";
import { hashToState } from "./link.ts";
import { LINK_VERSION } from "./link-versions.ts";
import type { Session } from "./session.ts";

/**
 * Opens a file of the reader's: a capture, or what the page itself saved. It is checked as a whole
 * before anything of it is taken.
 * @throws InputError in one sentence when it is damaged or something else.
 */
export async function openFile(file: File, session: Session): Promise<void> {
  const bytes = await readBytes(file);
  if (!isExploration(bytes)) {
    await session.open(toOwnFile(file.name, bytes));
    return;
  }
  const { hash, own } = textToExploration(bytes, file.name);
  const state = hashToState(hash, RESTING_PRICES);
  const wrong = wrongIn(hash, state, own !== undefined, session);
  if (wrong !== "") throw new InputError(`${file.name}: ${wrong}`);
  await session.adopt(state, own);
}

/** What a link asks for that there is not, in a sentence; empty when there is all of it. */
function wrongIn(hash: string, state: ExplorerState, hasOwn: boolean, session: Session): string {
  const fields = new URLSearchParams(hash.replace(/^#/, ""));
  const version = Number(fields.get("v") ?? 0);
  if (!(version >= 0 && version <= LINK_VERSION)) {
    return `its link is of version ${fields.get("v")}; this page reads up to ${LINK_VERSION}.`;
  }
  const from = fields.get("from") ?? state.source;
  if (from !== state.source) return `there are no packets called ${from}.`;
  if (from === OWN_FILE && !hasOwn) return "its packets are missing.";
  const known = session.modes.map(({ id }) => id);
  const modes = [state.choice, ...state.others].map(({ modeId }) => modeId);
  const unknown = modes.find((id) => known.length > 0 && !known.includes(id));
  if (unknown !== undefined) return `there is no mode ${unknown}.`;
  const prices = unknownPrices(fields);
  return prices.length > 0 ? `there is no price ${prices[0]}, or it is no number from 0 on.` : "";
}
