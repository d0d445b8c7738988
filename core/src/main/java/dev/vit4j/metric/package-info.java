/** Metrics, exact over all samples and in double arithmetic: never means of batch means. */
@NullMarked
package dev.vit4j.metric;

import org.jspecify.annotations.NullMarked;
