import { defineElement } from "../define-element.ts";
import { TraplineRateLines } from "./trapline-rate-lines.ts";

defineElement("trapline-rate-lines", TraplineRateLines);
