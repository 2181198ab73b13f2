import { defineElement } from "../define-element.ts";
import { TraplineRanges } from "./trapline-ranges.ts";

defineElement("trapline-ranges", TraplineRanges);
