/**
 * Search in stored features: nearest vectors, near-duplicates, a graph for large sets, and pages.
 */
@NullMarked
package dev.vit4j.search;

import org.jspecify.annotations.NullMarked;
