/** Tasks: what a model learns, the loss, the metrics and the evidence. */
@NullMarked
package dev.vit4j.task;

import org.jspecify.annotations.NullMarked;
