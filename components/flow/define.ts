import { defineElement } from "../define-element.ts";
import { TraplineFlow } from "./trapline-flow.ts";

defineElement("trapline-flow", TraplineFlow);
