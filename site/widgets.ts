// Everything that one script tag brings to somebody else's page: the figure, and the engine behind it.
import { TraplineFlow } from "#components";
import { runRequest } from "./flow-provider.ts";

TraplineFlow.provider = runRequest;

export * from "#components";
