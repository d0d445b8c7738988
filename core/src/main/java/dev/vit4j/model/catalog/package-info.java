/** The catalog: every model family, and the names of their variants. */
@NullMarked
package dev.vit4j.model.catalog;

import org.jspecify.annotations.NullMarked;
