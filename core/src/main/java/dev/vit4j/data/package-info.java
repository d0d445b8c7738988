/** Data sets, where they come from, and the loader that makes batches of them. */
@NullMarked
package dev.vit4j.data;

import org.jspecify.annotations.NullMarked;
