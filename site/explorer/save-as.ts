import { OWN_FILE } from "../packets/packet-source.ts";
import { fileName, saveTraceCsv, saveTraceJson, saveWire } from "../save/run-files.ts";
import { saveFile } from "../save/save-file.ts";
import { explorationToText } from "./exploration-file.ts";
import type { ExportFormat } from "./export-format.ts";
import { pictureOf, savePng, saveSvg } from "./picture.ts";
import type { Session } from "./session.ts";
import { tablesToCsv } from "./table-csv.ts";

/**
 * Saves what is shown in a format.
 * @throws Error with a sentence when there is nothing of that kind.
 */
export async function saveAs(
  format: ExportFormat,
  { run, state, hash, own }: Session,
): Promise<void> {
  if (run === undefined) throw new Error("There is no run yet: nothing can be saved.");
  const name = fileName(run.modeId, run.direction);
  switch (format) {
    case "pcap":
      saveWire(name, run);
      return;
    case "json":
      saveTraceJson(name, run);
      return;
    case "csv":
      saveTraceCsv(name, run);
      return;
    case "table":
      saveFile(`${name}-table.csv`, [await tableOf(mainView())], "text/csv");
      return;
    case "exploration": {
      const ownFile = state.source === OWN_FILE ? own : undefined;
      saveFile(
        `${name}.trapline.json`,
        [explorationToText({ hash, own: ownFile })],
        "application/json",
      );
      return;
    }
    default: {
      const picture = pictureOf(mainView());
      if (picture === undefined)
        throw new Error("There is no drawing in this view: nothing can be saved.");
      if (format === "svg") saveSvg(name, picture);
      else await savePng(name, picture);
    }
  }
}

/** The tables behind a view; those that are drawn only when they are opened are opened for it. */
async function tableOf(view: Element): Promise<string> {
  const closed = [...(view.shadowRoot?.querySelectorAll("details:not([open])") ?? [])];
  for (const details of closed) details.toggleAttribute("open", true);
  await nextFrame();
  await nextFrame();
  const csv = tablesToCsv(view);
  for (const details of closed) details.toggleAttribute("open", false);
  if (csv === "") throw new Error("There is no table in this view: nothing can be saved.");
  return csv;
}

const nextFrame = () => new Promise((resolve) => requestAnimationFrame(resolve));

/** The view that a picture or table is of: the one that has the focus, or else the page's first. */
function mainView(): Element {
  const focused = document.activeElement?.closest(VIEWS);
  const view = focused ?? document.querySelector(VIEWS);
  if (view === null) throw new Error("There is no view yet: nothing can be saved.");
  return view;
}

const VIEWS =
  "trapline-crossing, trapline-timeline, trapline-ledger, trapline-rings, trapline-lockstep, trapline-state, trapline-events, trapline-recorded";
