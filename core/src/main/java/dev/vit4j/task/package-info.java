/** Learning tasks: targets, training objective, metrics and evaluation. */
@NullMarked
package dev.vit4j.task;

import org.jspecify.annotations.NullMarked;
