/** Classes and masks of the patches of an image, learned together. */
@NullMarked
package dev.vit4j.task.multitask;

import org.jspecify.annotations.NullMarked;
