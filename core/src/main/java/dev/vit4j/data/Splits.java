package dev.vit4j.data;

/**
 * The official parts of a data set.
 *
 * @param train to learn from; a validation part is split off it
 * @param test to be evaluated once, at the end
 */
public record Splits(Dataset train, Dataset test) {}
