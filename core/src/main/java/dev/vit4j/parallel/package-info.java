/** Running work on several threads: one pool, which always waits for all that it has started. */
@NullMarked
package dev.vit4j.parallel;

import org.jspecify.annotations.NullMarked;
