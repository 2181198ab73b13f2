/** One bit or bit field of an entry, as the specification names it. */
export interface WalkFlag {
  readonly name: string;
  readonly set: boolean;
}

/** One entry that a walk reads, from the top table down. */
export interface WalkStep {
  /** Level of the table, 4 to 1; 0 for an entry that is no paging entry (root, context, IRTE). */
  readonly level: number;
  /** What the entry is called: `PML4 entry`, `context entry`. */
  readonly name: string;
  /** Host-physical address of the table. */
  readonly tableAddress: number;
  /** Index of the entry in its table, 0-based. */
  readonly index: number;
  /** Host-physical address of the entry. */
  readonly entryAddress: number;
  /** The same as an address of the machine's memory, for the hex view. */
  readonly machineAddress: number;
  /** Bytes of the entry: 8, or 16 for root, context and interrupt-remapping entries. */
  readonly byteCount: number;
  /** The entry, little-endian. */
  readonly entry: bigint;
  readonly flags: readonly WalkFlag[];
  /** What the entry says, in a few words. */
  readonly text: string;
}

/** What a walk came to: an address, an interrupt, or why it was refused. */
export type WalkResult =
  | {
      readonly outcome: "translated";
      /** Host-physical address of the byte that was asked for. */
      readonly hostAddress: number;
      readonly pageBytes: number;
      readonly text: string;
    }
  | {
      readonly outcome: "interrupt";
      /** The vector, and whether it is posted into a descriptor. */
      readonly vector: number;
      readonly posted: boolean;
      readonly text: string;
    }
  | {
      readonly outcome: "fault";
      /** `EPT violation`, `EPT misconfiguration`, `nested page fault`, `IOMMU fault`. */
      readonly name: string;
      /** Exit reason (EPT, 48 or 49) or fault reason of the IOMMU. */
      readonly reason: number;
      readonly text: string;
    };

/** One translation, step by step, as it stands in memory at a row of the trace. */
export interface Walk {
  readonly kind: "ept" | "npt" | "iommu" | "interruptRemapping";
  readonly title: string;
  /** What is translated: guest-physical address, device address (IOVA), index of an interrupt. */
  readonly address: number;
  readonly addressKind: "guestPhysical" | "iova" | "interruptIndex";
  readonly access: "read" | "write" | "interrupt";
  readonly steps: readonly WalkStep[];
  readonly result: WalkResult;
  /**
   * Whether the cache (IOTLB, interrupt entry cache) had the translation before the row, so that the
   * hardware read none of the entries; undefined where no such cache is modelled.
   */
  readonly cached: boolean | undefined;
  /** Where the format is defined: specification, edition, number and title. */
  readonly source: string;
}
