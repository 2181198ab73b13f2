import { CAPABILITY } from "./config.ts";
import { CAPABILITY_ID, EXTENDED_ID, type PcieDevice } from "./pcie-device.ts";
import { SRIOV, SRIOV_CONTROL } from "../../pci/sriov-capability.ts";

const COMMAND = 4;
const ENABLED = SRIOV_CONTROL.vfEnable | SRIOV_CONTROL.vfMemorySpace | SRIOV_CONTROL.ariHierarchy;
const DEVICE_CONTROL = 8;
const REPORT_ALL_ERRORS = 0xf;
const UNCORRECTABLE_STATUS = 4;
const CORRECTABLE_STATUS = 0x10;
const MSIX_TABLE_SIZE = 2;

/**
 * `pci_enable_sriov`: NumVFs, then VF Enable and VF memory space; drivers/pci/iov.c, sriov_enable.
 */
export function enableSriov(pf: PcieDevice, count: number): void {
  const { config } = pf;
  const at = CAPABILITY.sriov;
  config.read(at + SRIOV.initialVfs, 2);
  config.read(COMMAND, 2);
  config.write(at + SRIOV.vfCount, 2, count);
  config.read(at + SRIOV.firstVfOffset, 2);
  config.read(at + SRIOV.vfStride, 2);
  config.write(at + SRIOV.control, 2, ENABLED);
}

/** `pci_disable_sriov`: VFs go, then their number. */
export function disableSriov(pf: PcieDevice): void {
  const at = CAPABILITY.sriov;
  pf.config.write(at + SRIOV.control, 2, SRIOV_CONTROL.ariHierarchy);
  pf.config.write(at + SRIOV.vfCount, 2, 0);
  pf.config.read(at + SRIOV.firstVfOffset, 2);
  pf.config.read(at + SRIOV.vfStride, 2);
}

/**
 * `pci_iov_add_virtfn`: what Linux reads when a VF appears; drivers/pci/probe.c, pci_setup_device
 * and pci_init_capabilities. Most of it is looking for what a VF does not have.
 * @param first Whether what all VFs share has to be read from this one.
 */
export function enumerateVf(vf: PcieDevice, first: boolean): void {
  if (first) readCommonIdentity(vf);
  setUpDevice(vf);
  initializeCapabilities(vf);
  vf.saveState();
}

/** `pci_read_vf_config_common`. */
function readCommonIdentity(vf: PcieDevice): void {
  vf.config.read(0x08, 4);
  vf.config.read(0x0e, 1);
  vf.config.read(0x2c, 2);
  vf.config.read(0x2e, 2);
}

/** `pci_setup_device`: the port type, the size of configuration space, broken INTx masking. */
function setUpDevice(vf: PcieDevice): void {
  const { config } = vf;
  const express = vf.findCapability(CAPABILITY_ID.express);
  config.read(express + 2, 2);
  config.read(express + 4, 4);
  config.read(express + 0xc, 4);
  walk(vf, 1);
  config.read(express + 0x2c, 4);
  config.read(express + 0xc, 4);
  const command = config.read(COMMAND, 2);
  config.write(COMMAND, 2, command ^ 0x400);
  config.read(COMMAND, 2);
  config.write(COMMAND, 2, command);
  config.read(express + 0x24, 4);
  walk(vf, 2);
  config.read(express + 0x24, 4);
}

/** `pci_init_capabilities`. */
function initializeCapabilities(vf: PcieDevice): void {
  const { config } = vf;
  miss(vf, 2);
  const msix = vf.findCapability(CAPABILITY_ID.msix);
  config.read(msix + MSIX_TABLE_SIZE, 2);
  vf.findCapability(CAPABILITY_ID.express);
  miss(vf, 1);
  walk(vf, 4);
  miss(vf, 2);
  walk(vf, 6);
  const errors = vf.findExtendedCapability(EXTENDED_ID.errorReporting);
  vf.findExtendedCapability(EXTENDED_ID.errorReporting);
  // pci_aer_clear_status: what is set is written back.
  for (const status of [CORRECTABLE_STATUS, UNCORRECTABLE_STATUS]) {
    config.write(errors + status, 4, config.read(errors + status, 4));
  }
  const control = CAPABILITY.express + DEVICE_CONTROL;
  config.write(control, 2, config.read(control, 2) | REPORT_ALL_ERRORS);
  walk(vf, 2);
  miss(vf, 1);
  walk(vf, 6);
}

/** Looks for capabilities that are not there. */
function miss(vf: PcieDevice, times: number): void {
  for (let n = 0; n < times; n++) vf.findCapability(CAPABILITY_ID.pcix);
}

/** Looks for extended capabilities that are not there. */
function walk(vf: PcieDevice, times: number): void {
  for (let n = 0; n < times; n++) vf.findExtendedCapability(EXTENDED_ID.none);
}
