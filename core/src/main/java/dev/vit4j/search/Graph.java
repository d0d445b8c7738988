package dev.vit4j.search;

/**
 * A graph of near neighbors in memory.
 *
 * @param neighbors [N, {@link GraphSearcher#DEGREE}], each row ends with -1 unless it is full
 * @param entries rows where a search begins
 */
record Graph(int[] neighbors, int[] entries) {}
