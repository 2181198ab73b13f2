export { InputError } from "./core/input-error.ts";
export { RESOURCE_COUNT, RESOURCES } from "./core/resource.ts";
export type { Bypass, BypassPoint } from "./host/bypass.ts";
export { findCapacity, type Capacity } from "./load/find-capacity.ts";
export type { Drop } from "./load/load-meter.ts";
export type { LoadResult } from "./load/load-result.ts";
export {
  LOAD_DIRECTIONS,
  type LoadDirection,
  type LoadScenario,
  type LoadSource,
} from "./load/scenario.ts";
export { simulateLoad } from "./load/simulate-load.ts";
export type { Mode, ModeParts } from "./modes/define.ts";
export { findMode, MODES } from "./modes/index.ts";
export { MODE_NAMES, type ModeName } from "./modes/mode-name.ts";
export type { KnobSpec, KnobSpecs, KnobValues } from "./modes/knob.ts";
export { readCapture, type Capture } from "./packets/capture.ts";
export type { CapturedPacket } from "./packets/captured-packet.ts";
export { describeFrame, type FrameSummary } from "./packets/frame.ts";
export type { ChecksumVerdict, FrameField, FrameLayer } from "./packets/frame-layer.ts";
export { dissectFrame, type NestedLayer } from "./packets/frame-overlay.ts";
export {
  BUFFER_HEADER_BYTES,
  type BufferHeader,
  dissectBufferHeader,
} from "./packets/buffer-header.ts";
export { generatePackets } from "./packets/packet-generator.ts";
export { writePcap } from "./packets/pcap-writer.ts";
export {
  simulateHost,
  type GuestChoice,
  type HostRun,
  type HostScenario,
} from "./run/host-simulation.ts";
export {
  simulate,
  type RegisterMeanings,
  type Run,
  type Scenario,
  type SeenFrame,
} from "./run/simulate.ts";
export type { Totals } from "./run/totals.ts";
export { DIRECTIONS, type Direction } from "./run/direction.ts";
export { ACTORS, type ActorCode, type ActorName } from "./trace/actor.ts";
export { traceToChromeJsonParts } from "./trace/chrome-json.ts";
export { traceToCsv, traceToCsvParts } from "./trace/csv.ts";
export { threadPhrase } from "./trace/phrase.ts";
export { rowCell } from "./trace/lane-cell.ts";
export { EVENTS, KIND, KIND_NAMES, type EventCode, type EventName } from "./trace/schema.ts";
export {
  actorLabel,
  addressKey,
  describeRow,
  registerKey,
  type RegisterNames,
} from "./trace/sentence.ts";
export { accessValue, type Trace } from "./trace/store.ts";
export { CATEGORIES, CATEGORY_NAMES, type CategoryName } from "./ledger/category.ts";
export {
  type CostPrimitive,
  type CostRange,
  type Evidence,
  EVIDENCE,
  type Known,
  type Source,
} from "./ledger/cost.ts";
export { COST_NAMES, COST_TABLE, type CostName } from "./ledger/costs/index.ts";
export { CPU_PROFILES, DEFAULT_PROFILE, findProfile } from "./ledger/profiles/index.ts";
export type { CpuProfile } from "./ledger/cpu-profile.ts";
export { TARIFF } from "./ledger/tariff/index.ts";
export {
  byActor,
  byCategory,
  cpuCycles,
  entries,
  evidenceOf,
  evidenceShares,
  priced,
  isWork,
  rowCycles,
  total,
  type Entry,
} from "./ledger/account.ts";
export {
  CYCLES_PER_INSTRUCTION,
  isPerInstruction,
  defaultPrices,
  priceList,
  type Price,
  type PerInstruction,
  type PriceList,
} from "./ledger/price-list.ts";
export { chargeShares, type ChargeShare } from "./ledger/charge-share.ts";
export type { Charge } from "./ledger/charge.ts";
export type { ResourceUse, RunCosts } from "./ledger/run-costs.ts";
export { rowPrice, type PricePart, type RowPrice } from "./ledger/row-price.ts";
export { fieldsSet, type RegisterField, type RegisterMeaning } from "./registers/decode.ts";
export { percentile } from "./run/latency-meter.ts";
export { chosenPrices, type PriceChoice } from "./ledger/price-choice.ts";
export { mixLabel, type PacketMix } from "./sizing/packet-mix.ts";
export { readRate, type WantedRate } from "./sizing/rate-text.ts";
export { runPoint } from "./sizing/run-point.ts";
export type { LostService } from "./sizing/service.ts";
export { limitLabel } from "./sizing/sharing.ts";
export { sizeMode } from "./sizing/size-mode.ts";
export type { SizePoint, SizeResult } from "./sizing/size-point.ts";
export {
  assembleSizing,
  planSizing,
  type SizeOptions,
  type SizePlan,
  type Sizing,
} from "./sizing/sizing.ts";
export { assembleSweep, type Sweep } from "./sizing/sweep.ts";
export {
  planSweep,
  SWEEP_PACKET_BYTES,
  SWEEP_SHARES,
  type SweepOptions,
  type SweepPlan,
} from "./sizing/sweep-plan.ts";
export { sweepToCsv } from "./sizing/sweep-report.ts";
export type { LoadPoint, SweepLoad, SweepPoint, SweepResult } from "./sizing/sweep-point.ts";
export { criticalPath, pathShares, type PathStep } from "./run/critical-path.ts";
export { checkOrderings, ORDERINGS, type OrderingResult } from "./validation/orderings.ts";
export { type PublishedValue, ratioTo } from "./validation/mapping/value-text.ts";
export { PUBLISHED_POINTS } from "./validation/points/index.ts";
export type { PublishedPoint } from "./validation/published-point.ts";
export { sensitivity, type Sensitivity } from "./validation/sensitivity.ts";
export {
  predictPoint,
  summarize,
  validate,
  type Prediction,
  type ValidationSummary,
} from "./validation/validate.ts";
export { inUnit, mappingText } from "./validation/validation-report.ts";
export { type MemoryHits, searchMemory } from "./history/memory-search.ts";
export { History } from "./history/history.ts";
export type {
  CellField,
  CellForm,
  CellSpec,
  CellValue,
  HistoryData,
  MemoryPiece,
  SectionKind,
  SectionSpec,
} from "./history/history-data.ts";
export { ringsAt } from "./inspect/rings/index.ts";
export { memoryMapAt, ownerOf } from "./inspect/memory-map.ts";
export type { MemoryStretch, MemoryUse } from "./inspect/memory-stretch.ts";
export type { Places } from "./inspect/places.ts";
export type { RingBlock, RingPlaces } from "./inspect/rings/ring-places.ts";
export type {
  RingMarker,
  RingSlot,
  RingState,
  SlotField,
  SlotOwner,
} from "./inspect/rings/ring-state.ts";
export type { MemoryWrite, SectionLine, SectionState, Snapshot } from "./history/snapshot.ts";
export type { Walk, WalkFlag, WalkResult, WalkStep } from "./inspect/walk-step.ts";
export type { CodePair, CodePairs } from "./inspect/code-pair.ts";
export { rowEntries, workCycles, workDifference } from "./ledger/rows-cost.ts";
export type { Stage, StageId } from "./run/stage.ts";
export { COMPLETION_ORDER, FORWARD_ORDER, RECEIVE_ORDER } from "./run/stage-specs.ts";
export { stagesOf, type StageSource } from "./run/stages.ts";
export {
  completeFilter,
  filterHints,
  type FilterCompletion,
} from "./trace/filter/complete-filter.ts";
export type { FilterProblem } from "./trace/filter/filter-problem.ts";
export { filterRows } from "./trace/filter/filter-rows.ts";
export type { FilterCosts, FilterSource } from "./trace/filter/filter-source.ts";
export { filterToText, type FilterTree } from "./trace/filter/filter-tree.ts";
export { parseFilter, type ParsedFilter } from "./trace/filter/parse-filter.ts";
export {
  filterVocabulary,
  type FilterVocabulary,
  type FilterWord,
} from "./trace/filter/vocabulary.ts";
export { alignPairs } from "./core/align-pairs.ts";
export { codePairs, fragmentNames, fragmentsOfRow } from "./inspect/code-pairs.ts";
export { walksAt, type WalkedRun } from "./inspect/walk.ts";
export type {
  AlignedAspect,
  AlignedLine,
  AlignedPhase,
  AlignedRecording,
  LineAspect,
  LineStatus,
} from "./recordings/aligned.ts";
export type { AlignOptions } from "./recordings/align-options.ts";
export { alignRecording } from "./recordings/align-recording.ts";
