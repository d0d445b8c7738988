/** Parallel execution: a thread pool that always waits for the work it has started. */
@NullMarked
package dev.vit4j.parallel;

import org.jspecify.annotations.NullMarked;
