import type { PublishedPoint } from "../published-point.ts";
import { AGESEN } from "./agesen.ts";
import { BOUNDS } from "./bounds.ts";
import { CONTAINERS } from "./containers.ts";
import { EXITLESS } from "./exitless.ts";
import { FELTER } from "./felter.ts";
import { FIRECRACKER } from "./firecracker.ts";
import { HOST_PATH } from "./host-path.ts";
import { HOSTED } from "./hosted.ts";
import { MENON } from "./menon.ts";
import { NETMAP_VIRTUALIZATION } from "./netmap-virtualization.ts";
import { RECALLED } from "./recalled.ts";
import { SOFTNIC } from "./softnic.ts";
import { VHOST_LISTS } from "./vhost-lists.ts";

/** Every published result that predictions are laid beside. */
export const PUBLISHED_POINTS: readonly PublishedPoint[] = [
  ...AGESEN,
  ...NETMAP_VIRTUALIZATION,
  ...FELTER,
  ...SOFTNIC,
  ...HOSTED,
  ...MENON,
  ...EXITLESS,
  ...FIRECRACKER,
  ...VHOST_LISTS,
  ...HOST_PATH,
  ...CONTAINERS,
  ...BOUNDS,
  ...RECALLED,
];
