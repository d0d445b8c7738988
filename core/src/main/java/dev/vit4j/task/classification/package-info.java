/** Classification: one class per image. */
@NullMarked
package dev.vit4j.task.classification;

import org.jspecify.annotations.NullMarked;
