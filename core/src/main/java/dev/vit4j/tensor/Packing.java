package dev.vit4j.tensor;

/**
 * How weights are packed.
 *
 * @param alone whether every operation will run on one thread; only then may f32 products use
 *     OpenBLAS, which computes on one thread
 */
public record Packing(Precision precision, boolean alone) {}
