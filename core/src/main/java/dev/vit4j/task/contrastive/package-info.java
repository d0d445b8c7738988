/** Models of images and texts: CLIP's contrastive learning from captions. */
@NullMarked
package dev.vit4j.task.contrastive;

import org.jspecify.annotations.NullMarked;
