/**
 * Parallel execution: a thread pool that always waits for the work it has started.
 *
 * <p>Not part of the API.
 */
@NullMarked
package dev.vit4j.parallel;

import org.jspecify.annotations.NullMarked;
