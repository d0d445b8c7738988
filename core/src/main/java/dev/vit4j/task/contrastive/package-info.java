/**
 * Models of images and texts: CLIP's contrastive learning from captions.
 *
 * <p>Not part of the API.
 */
@NullMarked
package dev.vit4j.task.contrastive;

import org.jspecify.annotations.NullMarked;
