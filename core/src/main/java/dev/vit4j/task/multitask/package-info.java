/**
 * Classes and masks of the patches of an image, learned together.
 *
 * <p>Not part of the API.
 */
@NullMarked
package dev.vit4j.task.multitask;

import org.jspecify.annotations.NullMarked;
