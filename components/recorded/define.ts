import { defineElement } from "../define-element.ts";
import { TraplineRecorded } from "./trapline-recorded.ts";

defineElement("trapline-recorded", TraplineRecorded);
