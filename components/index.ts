import "./compare/define.ts";
import "./cost-bars/define.ts";
import "./crossing/define.ts";
import "./events/define.ts";
import "./flow/define.ts";
import "./ledger/define.ts";
import "./lockstep/define.ts";
import "./inspector/define.ts";
import "./price-table/define.ts";
import "./ranges/define.ts";
import "./rate-lines/define.ts";
import "./rings/define.ts";
import "./recorded/define.ts";
import "./state/define.ts";
import "./timeline/define.ts";
export { bet, type BetOptions } from "./bet/define.ts";
export { type BetDetail, type BetState, TraplineBet } from "./bet/trapline-bet.ts";
export { type Claim, claim } from "./claim.ts";
export {
  COST_SCALES,
  type CostBar,
  type CostPart,
  type CostScale,
  type CostTone,
  STACK_ORDERS,
  type StackOrder,
  TONES,
} from "./cost-bars/bar.ts";
export { partIdOf, partsOf } from "./cost-bars/parts-of.ts";
export { partText } from "./cost-bars/text.ts";
export { type CostChoice, TraplineCostBars } from "./cost-bars/trapline-cost-bars.ts";
export { type ChooseDetail, TraplineCompare } from "./compare/trapline-compare.ts";
export type { BlockDetail, CrossingRun } from "./crossing/crossing-run.ts";
export { TraplineCrossing } from "./crossing/trapline-crossing.ts";
export { filterSourceOf } from "./events/filter-state.ts";
export { type ExportDetail, type FilterDetail, TraplineEvents } from "./events/trapline-events.ts";
export type { ExplorerCosts, ExplorerRun, SelectDetail } from "./explorer/explorer-run.ts";
export {
  type ExplorerRunData,
  explorerRunDataOf,
  explorerRunOf,
  openRun,
  transferList,
} from "./explorer/explorer-run-data.ts";
export { type FlowRun, flowRunOf } from "./flow/flow-run.ts";
export type { HandOver } from "./flow/hand-over.ts";
export { type Move, moved } from "./flow/navigation.ts";
export {
  type PacketStory,
  restingStep,
  stepOfRow,
  StoryTeller,
  tellerOf,
} from "./flow/story.ts";
export { TraplineLedger } from "./ledger/trapline-ledger.ts";
export type { FlowProvider, FlowRequest } from "./flow/run-request.ts";
export { toneOf } from "./flow/lane.ts";
export { type StepDetail, TraplineFlow } from "./flow/trapline-flow.ts";
export type { Block, Blocks, Side } from "./block/block.ts";
export { blocksOf } from "./block/blocks-of.ts";
export { rowCause } from "./sentence/cause.ts";
export { costText, type PricedRun, rowCost } from "./sentence/row-cost.ts";
export { clauseOf, rowSentence } from "./sentence/row-sentence.ts";
export {
  type LockstepSelectDetail,
  type StageDetail,
  TraplineLockstep,
} from "./lockstep/trapline-lockstep.ts";
export { counted, grouped } from "./number-text.ts";
export { perInstructionLine, priceLine, type PriceUse } from "./price-table/line-of-price.ts";
export type { PriceDetail, PriceLine } from "./price-table/price-line.ts";
export { TraplinePriceTable } from "./price-table/trapline-price-table.ts";
export { metricText } from "./chart/ticks.ts";
export type { RangeAxis, RangeDetail, RangeRow } from "./ranges/range-row.ts";
export { TraplineRanges } from "./ranges/trapline-ranges.ts";
export {
  RATE_UNITS,
  type RateLine,
  type RatePoint,
  type RateUnit,
} from "./rate-lines/rate-line.ts";
export { type RateChoice, TraplineRateLines } from "./rate-lines/trapline-rate-lines.ts";
export { figure, percentText, rangeText, withRange } from "./range-text.ts";
export type { SlotPlace } from "./rings/layout.ts";
export { type OpenMemoryDetail, TraplineRings } from "./rings/trapline-rings.ts";
export { slider, type SliderOptions } from "./slider/define.ts";
export { TraplineSlider } from "./slider/trapline-slider.ts";
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
export { readBundle, readRecording, type RecordingFiles } from "./recorded/recording-files.ts";
export type { RecordingChoice } from "./recorded/controls.ts";
export {
  type RecordingChooseDetail,
  type RecordingFilesDetail,
  TraplineRecorded,
} from "./recorded/trapline-recorded.ts";
