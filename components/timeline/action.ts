/** What buttons and keys do. */
export type TimelineAction =
  | "zoomIn"
  | "zoomOut"
  | "earlier"
  | "later"
  | "fitAll"
  | "fitPacket"
  | "toSelection"
  | "rowBack"
  | "rowNext"
  | "laneUp"
  | "laneDown"
  | "firstRow"
  | "lastRow";

const KEYS: Readonly<Record<string, TimelineAction>> = {
  "+": "zoomIn",
  "=": "zoomIn",
  "-": "zoomOut",
  "−": "zoomOut",
  _: "zoomOut",
  "0": "fitAll",
  p: "fitPacket",
  s: "toSelection",
  ArrowLeft: "rowBack",
  ArrowRight: "rowNext",
  ArrowUp: "laneUp",
  ArrowDown: "laneDown",
  Home: "firstRow",
  End: "lastRow",
  PageUp: "earlier",
  PageDown: "later",
};

const SHIFTED: Readonly<Record<string, TimelineAction>> = {
  ArrowLeft: "earlier",
  ArrowRight: "later",
  ArrowUp: "zoomIn",
  ArrowDown: "zoomOut",
};

/** What a key on the drawing does; undefined for keys that are the page's. */
export function actionOfKey({
  key,
  shiftKey,
  ctrlKey,
  altKey,
  metaKey,
}: Pick<KeyboardEvent, "key" | "shiftKey" | "ctrlKey" | "altKey" | "metaKey">):
  | TimelineAction
  | undefined {
  if (ctrlKey || altKey || metaKey) return undefined;
  return (shiftKey ? SHIFTED[key] : undefined) ?? KEYS[key];
}
