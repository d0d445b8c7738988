/** File formats, independent of models; each format class's Javadoc documents the byte layout. */
@NullMarked
package dev.vit4j.format;

import org.jspecify.annotations.NullMarked;
