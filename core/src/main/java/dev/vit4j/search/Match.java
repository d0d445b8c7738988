package dev.vit4j.search;

/**
 * A vector that was found.
 *
 * @param row its row in the feature file, counted from 0
 * @param source name of its image; the row number if the file has no names
 * @param score cosine of the angle to the query, -1 to 1
 */
public record Match(int row, String source, double score) {}
