package dev.vit4j.infer;

/**
 * One answer of a classifier.
 *
 * @param index the class, from 0
 * @param label its name
 * @param probability from 0 to 1; those of all classes sum to 1
 */
public record Prediction(int index, String label, float probability) {}
