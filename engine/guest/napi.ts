/**
 * A driver's poll routine in the guest kernel's softirq; net/core/dev.c, napi_schedule,
 * napi_complete_done, net_rx_action.
 */
export abstract class Napi {
  /** Packets that one poll may handle (`netif_napi_add_weight`), NAPI_POLL_WEIGHT unless a driver asks for less. */
  readonly weight: number = 64;
  /** NAPI_STATE_SCHED. */
  scheduled = false;
  /** NAPI_STATE_MISSED: scheduled again while it was scheduled. */
  missed = false;

  /** Handles up to `budget` packets and returns how many; below budget it has called complete. */
  abstract poll(budget: number): number;
}
