/** igb's and igbvf's own, which the modes have unless they are told otherwise. */
const AS_THE_DRIVER = 0;
/** 82598, 82599, X540, X710: IXGBE_100K_ITR, I40E_ITR_100K: at low rates 10 us. */
const IXGBE_MICROSECONDS = 10;
/** No throttle to speak of: what EITR can hold. */
const LEAST_MICROSECONDS = 1;

/**
 * How far apart a NIC holds interrupts at low rates, by the NIC that a configuration names.
 * ixgbe/ixgbe_main.c, ixgbe_update_itr; mlx4/mlx4_en.h, MLX4_EN_RX_COAL_TIME_LOW: 0.
 */
export function readThrottle(config: string): number {
  if (/82576|82575|I350|\bigb\b/i.test(config)) return AS_THE_DRIVER;
  if (/ConnectX|mlx[45]|Mellanox|\bENA\b|EC2/i.test(config)) return LEAST_MICROSECONDS;
  return IXGBE_MICROSECONDS;
}
