package dev.vit4j.format;

/** A tensor of a {@link TorchFile}: a view of a storage, which may be shared. */
record TorchTensor(TorchStorage storage, StridedView view) {}
