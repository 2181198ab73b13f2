// What pages take of the components beside elements: values, texts and runs. Nothing here defines an element.
export type { BetDetail, BetState } from "./bet/trapline-bet.ts";
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
export type { CostChoice } from "./cost-bars/trapline-cost-bars.ts";
export type { ChooseDetail } from "./compare/trapline-compare.ts";
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
export type { FlowProvider, FlowRequest } from "./flow/run-request.ts";
export { toneOf } from "./flow/lane.ts";
export type { StepDetail } from "./flow/trapline-flow.ts";
export type { Block, Blocks, Side } from "./block/block.ts";
export { blocksOf } from "./block/blocks-of.ts";
export { rowCause } from "./sentence/cause.ts";
export { costText, type PricedRun, rowCost } from "./sentence/row-cost.ts";
export { clauseOf, rowSentence } from "./sentence/row-sentence.ts";
export { keepFocus } from "./kept-focus.ts";
export { counted, grouped } from "./number-text.ts";
export { perInstructionLine, priceLine, type PriceUse } from "./price-table/line-of-price.ts";
export type { PriceDetail, PriceLine } from "./price-table/price-line.ts";
export { metricText } from "./chart/ticks.ts";
export type { RangeAxis, RangeDetail, RangeRow } from "./ranges/range-row.ts";
export {
  RATE_UNITS,
  type RateLine,
  type RatePoint,
  type RateUnit,
} from "./rate-lines/rate-line.ts";
export type { RateChoice } from "./rate-lines/trapline-rate-lines.ts";
export { figure, percentText, rangeText, withRange } from "./range-text.ts";
export { readBundle, readRecording, type RecordingFiles } from "./recorded/recording-files.ts";
