// The views of the explorer: a page of its own, so that others need not load them.
import "./crossing/define.ts";
import "./events/define.ts";
import "./ledger/define.ts";
import "./lockstep/define.ts";
import "./inspector/define.ts";
import "./rings/define.ts";
import "./recorded/define.ts";
import "./state/define.ts";
import "./timeline/define.ts";
export type { BlockDetail, CrossingRun } from "./crossing/crossing-run.ts";
export { TraplineCrossing } from "./crossing/trapline-crossing.ts";
export { filterSourceOf } from "./events/filter-state.ts";
export { type ExportDetail, type FilterDetail, TraplineEvents } from "./events/trapline-events.ts";
export { TraplineLedger } from "./ledger/trapline-ledger.ts";
export {
  type LockstepSelectDetail,
  type StageDetail,
  TraplineLockstep,
} from "./lockstep/trapline-lockstep.ts";
export type { SlotPlace } from "./rings/layout.ts";
export { type OpenMemoryDetail, TraplineRings } from "./rings/trapline-rings.ts";
export { type OpenDetail, TraplineState } from "./state/trapline-state.ts";
export {
  type CycleRange,
  type RangeInViewDetail,
  TraplineTimeline,
} from "./timeline/trapline-timeline.ts";
export { TraplineFrame } from "./inspector/trapline-frame.ts";
export { type ByteDetail, TraplineHex } from "./inspector/trapline-hex.ts";
export { type InspectorTab, TraplineInspector } from "./inspector/trapline-inspector.ts";
export { TraplineMemory } from "./inspector/trapline-memory.ts";
export type { RecordingChoice } from "./recorded/controls.ts";
export {
  type RecordingChooseDetail,
  type RecordingFilesDetail,
  TraplineRecorded,
} from "./recorded/trapline-recorded.ts";
