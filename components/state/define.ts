import { defineElement } from "../define-element.ts";
import { TraplineState } from "./trapline-state.ts";

defineElement("trapline-state", TraplineState);
