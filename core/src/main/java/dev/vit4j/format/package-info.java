/** File formats, without any knowledge of models: a format class's Javadoc is the byte layout. */
@NullMarked
package dev.vit4j.format;

import org.jspecify.annotations.NullMarked;
