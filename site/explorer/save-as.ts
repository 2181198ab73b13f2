import { OWN_FILE } from "../packets/packet-source.ts";
import { fileName, saveTraceCsv, saveTraceJson, saveWire } from "../save/run-files.ts";
import { saveFile } from "../save/save-file.ts";
import { explorationToText } from "./exploration-file.ts";
import type { ExportFormat } from "./export-format.ts";
import { pictureOf, savePng, saveSvg } from "./picture.ts";
import type { Session } from "./session.ts";
import { openedTablesToCsv } from "./table-csv.ts";
import { type UsedView, viewName } from "./used-view.ts";

/**
 * Saves what is shown in a format.
 * @throws Error with a sentence when there is nothing of that kind.
 */
export async function saveAs(
  format: ExportFormat,
  { run, state, hash, own }: Session,
  used: UsedView,
): Promise<void> {
  if (state.view === "recorded" && ["pcap", "json", "csv"].includes(format)) {
    throw new Error("A recording is shown: its own wire and trace are in its files.");
  }
  if (run === undefined) throw new Error("There is no run yet: nothing can be saved.");
  const name = fileName(run.modeId, run.direction);
  const pictureName = ["svg", "png", "table"].includes(format)
    ? `${name}-${viewName(used.element)}`
    : name;
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
      saveFile(`${pictureName}-table.csv`, [await tableOf(used.element)], "text/csv");
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
      const picture = pictureOf(used.element);
      if (picture === undefined)
        throw new Error("There is no drawing in this view: nothing can be saved.");
      if (format === "svg") saveSvg(pictureName, picture);
      else await savePng(pictureName, picture);
    }
  }
}

async function tableOf(view: Element): Promise<string> {
  const csv = await openedTablesToCsv(view);
  if (csv === "") throw new Error("There is no table in this view: nothing can be saved.");
  return csv;
}
