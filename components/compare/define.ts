import { defineElement } from "../define-element.ts";
import { TraplineCompare } from "./trapline-compare.ts";

defineElement("trapline-compare", TraplineCompare);
