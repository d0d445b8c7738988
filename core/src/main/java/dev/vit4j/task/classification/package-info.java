/**
 * Classification: one class per image.
 *
 * <p>Not part of the API.
 */
@NullMarked
package dev.vit4j.task.classification;

import org.jspecify.annotations.NullMarked;
