import { defineElement } from "../define-element.ts";
import { TraplineLedger } from "./trapline-ledger.ts";

defineElement("trapline-ledger", TraplineLedger);
