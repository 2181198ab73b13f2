import { defineElement } from "../define-element.ts";
import { TraplineRings } from "./trapline-rings.ts";

defineElement("trapline-rings", TraplineRings);
