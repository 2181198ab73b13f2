import { InputError } from "#engine";
import { readBytes, toOwnFile } from "../packets/own-file.ts";
import { OWN_FILE } from "../packets/packet-source.ts";
import { RESTING_PRICES } from "../prices/price-choice.ts";
import { isExploration, textToExploration } from "./exploration-file.ts";
import type { ExplorerState } from "./explorer-state.ts";
import { hashToState, strangeIn } from "./link.ts";
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
  await session.adopt(state, own, "", file.name);
}

/** What a link asks for that there is not, in a sentence; empty when there is all of it. */
function wrongIn(hash: string, state: ExplorerState, hasOwn: boolean, session: Session): string {
  const version = new URLSearchParams(hash.replace(/^#/, "")).get("v") ?? "0";
  if (!(Number(version) >= 0 && Number(version) <= LINK_VERSION)) {
    return `its link is of version ${version}; this page reads up to ${LINK_VERSION}.`;
  }
  const strange = strangeIn(hash, RESTING_PRICES);
  if (strange.length > 0) return `its link says ${strange.join(", ")}, which means nothing here.`;
  if (state.source === OWN_FILE && !hasOwn) return "its packets are missing.";
  const known = session.modes.map(({ id }) => id);
  const modes = [state.choice, ...state.others].map(({ modeId }) => modeId);
  const unknown = modes.find((id) => known.length > 0 && !known.includes(id));
  return unknown === undefined ? "" : `there is no mode ${unknown}.`;
}
