import { defineElement } from "../define-element.ts";
import { TraplinePriceTable } from "./trapline-price-table.ts";

defineElement("trapline-price-table", TraplinePriceTable);
