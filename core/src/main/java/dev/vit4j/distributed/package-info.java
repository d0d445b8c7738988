/** Processes on one or several hosts that compute together, each with a rank. */
@NullMarked
package dev.vit4j.distributed;

import org.jspecify.annotations.NullMarked;
