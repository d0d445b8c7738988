/** Learning on stored features: linear heads, nearest neighbors and adapters of CLIP. */
@NullMarked
package dev.vit4j.probe;

import org.jspecify.annotations.NullMarked;
