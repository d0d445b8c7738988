/** MViTv2: a vision transformer of several scales, with pooling attention. */
@NullMarked
package dev.vit4j.model.mvit;

import org.jspecify.annotations.NullMarked;
