/** What a task is: the loss of a training, the metrics and the evidence of an evaluation. */
@NullMarked
package dev.vit4j.task;

import org.jspecify.annotations.NullMarked;
