// What workers need of the components: runs as plain values, and no element.
export {
  type ExplorerRunData,
  explorerRunDataOf,
  transferList,
} from "./explorer/explorer-run-data.ts";
export { type FlowRun, flowRunOf } from "./flow/flow-run.ts";
