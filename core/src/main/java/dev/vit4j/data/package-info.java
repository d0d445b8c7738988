/** Data sets, splits and the loader of batches. */
@NullMarked
package dev.vit4j.data;

import org.jspecify.annotations.NullMarked;
