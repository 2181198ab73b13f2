import { defineElement } from "../define-element.ts";
import { TraplineCostBars } from "./trapline-cost-bars.ts";

defineElement("trapline-cost-bars", TraplineCostBars);
