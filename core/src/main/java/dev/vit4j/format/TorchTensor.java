package dev.vit4j.format;

/** A tensor of a {@link TorchFile}: a view into a storage that others may look into as well. */
record TorchTensor(TorchStorage storage, StridedView view) {}
