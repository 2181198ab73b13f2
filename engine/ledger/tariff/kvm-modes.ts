/** Modes in which VT-x or SVM runs the guest. */
export const EXITING_MODES = /^(vtx-|virtio-|vf-|vmxnet3$)/;
